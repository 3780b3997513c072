"""What subclasses of keras.layers.Layer and keras.Model inherit, and layers that call other layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Shape
from shapecheck.dialects.registry import spelling
from shapecheck.interpret.builtins.reading import unknown
from shapecheck.interpret.functions import plan_of
from shapecheck.interpret.keras.functional import call_model
from shapecheck.interpret.keras.inputs import dtype_name, is_none, placeholder, shape_tuple, written_shape
from shapecheck.interpret.keras.sequential import call_sequential, symbolic_run
from shapecheck.interpret.values import (
    FALSE,
    NONE,
    TRUE,
    Function,
    Instance,
    Int,
    Layer,
    Literal,
    Mapping,
    Method,
    Native,
    Sequence,
    TensorValue,
    Value,
)

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter

# What `__call__` of every layer takes although the layer's own `call` may not.
_CONTEXT = ("training", "mask")


def call_layer(interpreter: Interpreter, call: Call) -> Value:
    """`layer(x)` of a user's layer or model: `build` at the first call, then `call`."""
    receiver = call.receiver
    if not isinstance(receiver, Instance):
        if isinstance(receiver, Layer):
            return interpreter.call(
                receiver, call.arguments, call.keywords, call.node, call.frame, open=call.open
            )
        return call_native(interpreter, call)
    found = receiver.cls.find("call")
    if found is None or not isinstance(found[0], Function):
        if receiver.native is not None:
            return interpreter.call(
                receiver.native, call.arguments, call.keywords, call.node, call.frame, open=call.open
            )
        return interpreter.unknown(f"{receiver.cls.name} has no call", call.node)
    function = found[0]
    if _gets_nothing(function, call):
        text = f"{receiver.cls.name} is called without its input"
        return interpreter.mistake("SHP121", text, call.node, call.frame)
    _build(interpreter, receiver, function, call)
    keywords = _accepted_keywords(function, call.keywords)
    receiver.attributes.setdefault("built", TRUE)
    position = len(interpreter.path.records)
    result = interpreter.call(
        Method(receiver, function), call.arguments, keywords, call.node, call.frame, open=call.open
    )
    interpreter.note_call(receiver, Sequence("list", list(call.arguments)), result, position)
    return result


def _gets_nothing(function: Function, call: Call) -> bool:
    """True where a layer's own `call` needs an input and nothing at all is passed."""
    if call.arguments or call.keywords or call.open or function.node.decorator_list:  # type: ignore[union-attr]
        return False
    return len(plan_of(function.node).positional) - len(function.defaults) > 1


def _accepted_keywords(function: Function, keywords: dict[str, Value]) -> dict[str, Value]:
    plan = plan_of(function.node)
    if plan.keywords is not None:
        return keywords
    names = {parameter.arg for parameter in (*plan.positional, *plan.keyword_only)}
    return {name: value for name, value in keywords.items() if name in names or name not in _CONTEXT}


def _build(interpreter: Interpreter, receiver: Instance, function: Function, call: Call) -> None:
    """Run the user's `build` once, with the shape of what the first call got."""
    found = receiver.cls.find("build")
    built = receiver.attributes.get("built")
    if (
        found is None
        or not isinstance(found[0], Function)
        or (isinstance(built, Literal) and built.value is True)
    ):
        return
    build = found[0]
    receiver.attributes["built"] = TRUE
    plan = plan_of(build.node)
    names = [parameter.arg for parameter in plan.positional[1:]]
    arguments = [_shape_of(interpreter, call.arguments[0] if call.arguments else None)]
    keywords: dict[str, Value] = {}
    if (
        names
        and (len(names) > 1 or len(call.arguments) > 1)
        and names[0].endswith("_shape")
        and names[0] != "input_shape"
    ):
        called = [parameter.arg for parameter in plan_of(function.node).positional[1:]]
        values = {**dict(zip(called, call.arguments, strict=False)), **call.keywords}
        keywords = {name: _shape_of(interpreter, values.get(name.removesuffix("_shape"))) for name in names}
        arguments = []
    elif len(names) != 1 and plan.rest is None:
        arguments = [] if not names else [*arguments, *(unknown(interpreter, call) for _ in names[1:])]
    interpreter.call(Method(receiver, build), arguments, keywords, call.node, call.frame)
    receiver.attributes["built"] = TRUE


def _shape_of(interpreter: Interpreter, value: Value | None) -> Value:
    """What `build` gets for an argument: the shape of a tensor, or shapes nested as the tensors are."""
    if isinstance(value, TensorValue):
        if value.shape is None:
            shape = Sequence("size", None)
            shape.source = value
            return shape
        return Sequence("tuple", [Int(size) for size in value.shape])
    if isinstance(value, Sequence) and value.items is not None:
        return Sequence("list", [_shape_of(interpreter, item) for item in value.items])
    if isinstance(value, Mapping) and value.entries is not None:
        return Mapping({key: _shape_of(interpreter, item) for key, item in value.entries.items()})
    if isinstance(value, Literal) and value.value is None:
        return NONE
    return interpreter.unknown("the shape of an unknown value")


def call_native(interpreter: Interpreter, call: Call) -> Value:
    """`model(x)` of a functional model or a Sequential."""
    receiver = call.receiver
    given = call.argument(0, "inputs")
    if isinstance(receiver, Native) and not call.arguments and not call.keywords and not call.open:
        return interpreter.mistake("SHP121", "the model is called without its input", call.node, call.frame)
    if not isinstance(receiver, Native) or given is None or call.open:
        return unknown(interpreter, call)
    given = interpreter.resolve(given)
    if receiver.name == "keras.Sequential":
        return call_sequential(interpreter, receiver, given, call.node, call.frame)
    if receiver.name == "keras.Model":
        return call_model(interpreter, receiver, given, call.node, call.frame)
    return unknown(interpreter, call)


def add_weight(interpreter: Interpreter, call: Call) -> Value:
    """`self.add_weight(shape=…)`; an older form has the name first."""
    arguments = list(call.arguments)
    if arguments and isinstance(arguments[0], Literal) and isinstance(arguments[0].value, str):
        arguments.pop(0)
    given = call.keywords.get("shape") or (arguments[0] if arguments else None)
    shape: Shape | None = None
    if is_none(given) and not call.open:
        shape = Shape()
    elif isinstance(given, Sequence):
        shape = written_shape(interpreter, given, batch=True)
    dtype = dtype_name(interpreter, call.keywords.get("dtype")) or "float32"
    return TensorValue(shape, dtype, family="tf.Tensor", kind="parameter")


def mark_built(interpreter: Interpreter, call: Call) -> Value:
    """`super().build(input_shape)`; a model that has not seen a tensor runs on that shape."""
    receiver = call.receiver
    if isinstance(receiver, Instance) and (
        "keras.Model" not in receiver.cls.foreign() or _inside(call, receiver)
    ):
        receiver.attributes["built"] = TRUE
        return NONE
    shape = written_shape(interpreter, call.argument(0, "input_shape"), batch=True)
    model = receiver.native if isinstance(receiver, Instance) else receiver
    if shape is None:
        return NONE
    if isinstance(model, Native) and model.name == "keras.Sequential":
        symbolic_run(interpreter, model, shape, call.node, call.frame)
    elif isinstance(receiver, Instance) and receiver.native is None:
        interpreter.call(receiver, [placeholder(shape, "float32")], {}, call.node, call.frame)
    return NONE


def _inside(call: Call, receiver: Instance) -> bool:
    """True where a method of the object itself asks: `super().build(…)`."""
    return call.frame.receiver is receiver


def set_up(interpreter: Interpreter, call: Call) -> Value:
    """`super().__init__(…)` of a layer: a Wrapper keeps the layer it wraps."""
    receiver = call.receiver
    if isinstance(receiver, Instance):
        if call.name.startswith("keras.layers.Wrapper") and call.argument(0, "layer") is not None:
            receiver.attributes["layer"] = call.argument(0, "layer") or NONE
        if "name" in call.keywords:
            receiver.attributes["name"] = call.keywords["name"]
    return NONE


def make_lambda(interpreter: Interpreter, call: Call) -> Value:
    """`layers.Lambda(function)`."""
    function = call.argument(0, "function")
    if function is None or call.open:
        return unknown(interpreter, call)
    return Native("keras.layers.Lambda", function=function, arguments=call.keywords.get("arguments"))


def call_lambda(interpreter: Interpreter, call: Call) -> Value:
    """A Lambda layer called: its function called."""
    receiver = call.receiver
    if not isinstance(receiver, Native) or not call.arguments:
        return unknown(interpreter, call)
    more = receiver.data.get("arguments")
    keywords: dict[str, Value] = {}
    if not is_none(more):
        if (
            not isinstance(more, Mapping)
            or more.entries is None
            or not all(isinstance(key, str) for key in more.entries)
        ):
            return unknown(interpreter, call)
        keywords = dict(more.entries)
    function = receiver.data["function"]
    keywords.update({name: value for name, value in call.keywords.items() if name not in _CONTEXT})
    return interpreter.call(function, call.arguments[:1], keywords, call.node, call.frame)


def make_time_distributed(interpreter: Interpreter, call: Call) -> Value:
    """`TimeDistributed(layer)`: around a Keras layer an operator, around anything else its calls."""
    inner = call.argument(0, "layer")
    if (isinstance(inner, Layer) and inner.op is not None and not call.open) or inner is None:
        spelled = spelling("keras.layers.TimeDistributed")
        if spelled is not None:
            from shapecheck.interpret.applying import call_spelled

            return call_spelled(interpreter, spelled, call)
    made = Native("keras.layers.TimeDistributed", layer=inner)
    if inner is not None:
        made.attributes["layer"] = inner
    declared = call.keywords.get("input_shape")
    shape = None if is_none(declared) else written_shape(interpreter, declared, batch=False)
    if shape is not None:
        made.data["input"] = placeholder(shape, "float32")
    return made


def call_time_distributed(interpreter: Interpreter, call: Call) -> Value:
    """The inner layer called on one step, and the time axis put back."""
    receiver, x = call.receiver, call.argument(0, "inputs")
    if not isinstance(receiver, Native) or not isinstance(x, TensorValue) or x.shape is None:
        return unknown(interpreter, call)
    inner = receiver.data.get("layer")
    if inner is None or len(x.shape) < 2:
        return unknown(interpreter, call)
    if len(x.shape) == 2:
        return interpreter.mistake(
            "SHP103", f"TimeDistributed expects 3 axes or more, got 2 in {x.shape}", call.node, call.frame
        )
    step = TensorValue(Shape(x.shape[0], *x.shape[2:]), x.dtype, family=x.family)
    position = len(interpreter.path.records)
    out = interpreter.call(inner, [step], {}, call.node, call.frame)
    if not isinstance(out, TensorValue) or not out.shape:
        return unknown(interpreter, call)
    every = TensorValue(Shape(out.shape[0], x.shape[1], *out.shape[1:]), out.dtype, family=out.family)
    interpreter.note_call(receiver, Sequence("tuple", [x, step, out]), every, position, times=x.shape[1])
    return every


def no_value(interpreter: Interpreter, call: Call) -> Value:
    """A method that has an effect only."""
    return NONE


def unknown_value(interpreter: Interpreter, call: Call) -> Value:
    """A method whose result is not followed."""
    return unknown(interpreter, call)


def unknown_list(interpreter: Interpreter, call: Call) -> Value:
    """A method that gives a list of which nothing is known."""
    return Sequence("list", None)


def configuration(interpreter: Interpreter, call: Call) -> Value:
    """`get_config()`: a dict of which nothing is known."""
    return Mapping(None)


def output_shape(interpreter: Interpreter, call: Call) -> Value:
    """`model.compute_output_shape(shape)`: what the model gives for a tensor of that shape."""
    receiver = call.receiver
    shape = written_shape(interpreter, call.argument(0, "input_shape"), batch=True)
    if shape is None or isinstance(receiver, Instance | Layer) or receiver is None:
        return unknown(interpreter, call)
    result = interpreter.call(receiver, [placeholder(shape, "float32")], {}, call.node, call.frame)
    return shape_tuple(result) if isinstance(result, TensorValue) else unknown(interpreter, call)


_METHODS = {
    "__call__": call_layer,
    "add_weight": add_weight,
    "add_variable": add_weight,
    "build": mark_built,
    "add_loss": no_value,
    "add_metric": no_value,
    "set_weights": no_value,
    "get_weights": unknown_list,
    "get_config": configuration,
    "get_build_config": configuration,
    "from_config": unknown_value,
    "count_params": unknown_value,
    "compute_mask": unknown_value,
    "compute_output_shape": output_shape,
    "__init__": set_up,
    "built": FALSE,
    "trainable": TRUE,
}

MODELS = {
    **{f"keras.layers.Layer.{name}": model for name, model in _METHODS.items()},
    "keras.layers.Wrapper.__init__": set_up,
    "keras.layers.Lambda": make_lambda,
    "keras.layers.Lambda.__call__": call_lambda,
    "keras.layers.TimeDistributed": make_time_distributed,
    "keras.layers.TimeDistributed.__call__": call_time_distributed,
}
