"""keras.backend, and what tf offers beside tensors: functions, variables, shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.dialects.registry import spelling
from shapecheck.interpret.builtins.reading import elements, unknown
from shapecheck.interpret.keras.inputs import is_none
from shapecheck.interpret.keras.layers import no_value
from shapecheck.interpret.stdlib.copying import deeply_copied
from shapecheck.interpret.stdlib.functional import unchanging
from shapecheck.interpret.values import External, Literal, Sequence, TensorValue, Value

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def int_shape(interpreter: Interpreter, call: Call) -> Value:
    """`K.int_shape(x)`: the shape as a tuple."""
    value = call.argument(0, "x")
    if not isinstance(value, TensorValue):
        return unknown(interpreter, call)
    return interpreter.attribute(value, "shape", call.node, call.frame)


def data_format(interpreter: Interpreter, call: Call) -> Value:
    """`K.image_data_format()`: Keras's default."""
    return Literal("channels_last")


def shape_list(interpreter: Interpreter, call: Call) -> Value:
    """`x.shape.as_list()`."""
    sizes = call.receiver
    if not isinstance(sizes, Sequence) or sizes.items is None:
        return Sequence("list", None)
    return Sequence("list", list(sizes.items))


def shape_of_sizes(interpreter: Interpreter, call: Call) -> Value:
    """`tf.TensorShape([…])`."""
    values = elements(interpreter, call, call.argument(0, "dims"))
    return Sequence("tuple", values)


def traced(interpreter: Interpreter, call: Call) -> Value:
    """`tf.function(f)`, or with options the decorator that it makes."""
    function = call.argument(0, "func")
    return unchanging(interpreter, call) if function is None or is_none(function) else function


def variable(interpreter: Interpreter, call: Call) -> Value:
    """`tf.Variable(value)`: a tensor of the value's shape."""
    value = call.argument(0, "initial_value")
    if value is None or call.open:
        return unknown(interpreter, call)
    if isinstance(value, TensorValue):
        return TensorValue(value.shape, value.dtype, family="tf.Tensor", kind="parameter")
    if spelling("tf.constant") is None:
        return unknown(interpreter, call)
    made = interpreter.call(External("tf.constant"), [value], {}, call.node, call.frame)
    return (
        TensorValue(made.shape, made.dtype, family="tf.Tensor", kind="parameter")
        if isinstance(made, TensorValue)
        else made
    )


def cloned(interpreter: Interpreter, call: Call) -> Value:
    """`keras.models.clone_model(model)`: the same layers anew."""
    value = call.argument(0, "model")
    return unknown(interpreter, call) if value is None or len(call.arguments) > 1 else deeply_copied(value)


MODELS = {
    "keras.backend.int_shape": int_shape,
    "keras.backend.image_data_format": data_format,
    "keras.config.image_data_format": data_format,
    "keras.backend.image_dim_ordering": lambda interpreter, call: Literal("tf"),
    "keras.backend.backend": lambda interpreter, call: Literal("tensorflow"),
    "keras.backend.clear_session": no_value,
    "keras.utils.set_random_seed": no_value,
    "keras.models.clone_model": cloned,
    "tf.random.set_seed": no_value,
    "tf.function": traced,
    "tf.Variable": variable,
    "tf.TensorShape": shape_of_sizes,
    "tf.config.list_physical_devices": lambda interpreter, call: Sequence("list", None),
    "torch.Size.as_list": shape_list,
    "tuple.as_list": shape_list,
}
