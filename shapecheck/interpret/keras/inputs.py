"""keras.Input and InputLayer, and shapes that Keras code writes with None for what is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Shape, symbol
from shapecheck.dialects.base import DType
from shapecheck.interpret.builtins.reading import text
from shapecheck.interpret.values import NONE, Int, Literal, Native, Sequence, TensorValue, Value

if TYPE_CHECKING:
    from typing import Any

    from shapecheck.algebra import Size
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

KERAS_TENSOR = "keras.KerasTensor"
# What the axes behind the batch are called where an Input leaves them open, by how many there are.
_OPEN_AXES = {1: ("t",), 2: ("t", "f"), 3: ("h", "w", "c"), 4: ("t", "h", "w", "c")}


def named_size(interpreter: Interpreter, name: str, high: int | None = None) -> Size:
    """A new size of at least 1 with a name of its own on this path: "n", then "n_2"."""
    taken = interpreter.path.taken_names
    chosen, count = name, 2
    while chosen in taken:
        chosen = f"{name}_{count}"
        count += 1
    taken.add(chosen)
    return symbol(chosen, high=high)


def is_none(value: Value | None) -> bool:
    """True for None, given or not."""
    return value is None or (isinstance(value, Literal) and value.value is None)


def written_shape(interpreter: Interpreter, value: Value | None, *, batch: bool) -> Shape | None:
    """The shape of a tensor that code declares by a tuple; None where it is not known.

    `batch` says that the tuple holds the batch axis; else one is put in front. None stands for open.
    """
    if value is None:
        return None
    value = interpreter.resolve(value)
    if not isinstance(value, Sequence) or value.items is None or value.kind == "set":
        return None
    names = ("n", *_OPEN_AXES.get(len(value.items) - batch, ()))[not batch :]
    sizes: list[Size] = [] if batch else [named_size(interpreter, "n")]
    for index, item in enumerate(value.items):
        if isinstance(interpreter.resolve(item), Literal):
            if not is_none(interpreter.resolve(item)):
                return None
            sizes.append(named_size(interpreter, names[index] if index < len(names) else "d"))
            continue
        size = interpreter.as_size(item)
        sizes.append(interpreter.fresh("size") if size is None else size)
    return Shape(*sizes)


def dtype_name(interpreter: Interpreter, value: Value | None) -> str | None:
    """The neutral name of a dtype argument."""
    plain: Any = None if value is None else interpreter.plain(value)
    return plain.name if isinstance(plain, DType) else plain if isinstance(plain, str) else None


def placeholder(shape: Shape | None, dtype: str | None = None) -> TensorValue:
    """A symbolic tensor of Keras."""
    return TensorValue(shape, dtype, family=KERAS_TENSOR)


def make_input(interpreter: Interpreter, call: Call) -> Value:
    """`keras.Input(shape, batch_size)`, with a whole `batch_shape` instead, or like an existing `tensor`."""
    tensor = call.keywords.get("tensor")
    if isinstance(tensor, TensorValue):
        return TensorValue(tensor.shape, tensor.dtype, family=KERAS_TENSOR)
    dtype = dtype_name(interpreter, call.argument(2, "dtype") if len(call.arguments) < 4 else None)
    shape = _declared(interpreter, call)
    negative = [size for size in shape or () if isinstance(size, int) and size < 0]
    if negative:
        interpreter.mistake(
            "SHP120",
            f"Input needs sizes of at least 0, got {negative[0]}",
            call.node,
            call.frame,
            got=negative[0],
        )
        shape = None
    made = placeholder(shape, dtype or "float32")
    made.kind = "input"
    return made


def _declared(interpreter: Interpreter, call: Call) -> Shape | None:
    if call.open or "type_spec" in call.keywords:
        return None
    for name in ("batch_shape", "batch_input_shape"):
        if not is_none(call.keywords.get(name)):
            return written_shape(interpreter, call.keywords[name], batch=True)
    given = call.argument(0, "shape") or call.keywords.get("input_shape")
    shape = written_shape(interpreter, given, batch=False)
    count = call.argument(1, "batch_size")
    if shape is None or count is None or is_none(interpreter.resolve(count)):
        return shape
    size = interpreter.as_size(count)
    return Shape(interpreter.fresh("batch") if size is None else size, *shape[1:])


def make_input_layer(interpreter: Interpreter, call: Call) -> Value:
    """`InputLayer(…)`: in a Sequential it is what Input is."""
    made = make_input(interpreter, call)
    layer = Native("keras.layers.InputLayer", tensor=made)
    layer.attributes["output"] = layer.attributes["input"] = made
    return layer


def call_input_layer(interpreter: Interpreter, call: Call) -> Value:
    """An InputLayer called on a tensor gives it back."""
    return call.argument(0) or NONE


def input_of(value: Value) -> TensorValue | None:
    """The symbolic tensor that an entry of a Sequential declares as its input, None where it is a layer."""
    if isinstance(value, TensorValue):
        return value
    if isinstance(value, Native) and value.name == "keras.layers.InputLayer":
        tensor = value.data.get("tensor")
        return tensor if isinstance(tensor, TensorValue) else None
    return None


def shape_tuple(tensor: TensorValue) -> Value:
    """A shape as Keras shows it: a tuple with None for what is open."""
    if tensor.shape is None:
        return Sequence("tuple", None)
    return Sequence("tuple", [Int(size) if isinstance(size, int) else NONE for size in tensor.shape])


def layer_name(interpreter: Interpreter, value: Value) -> str | None:
    """The name that a layer was given."""
    given = getattr(value, "given", None)
    return text(interpreter, given[1].get("name")) if given is not None else None


MODELS = {
    "keras.Input": make_input,
    "keras.layers.InputLayer": make_input_layer,
    "keras.layers.InputLayer.__call__": call_input_layer,
}
