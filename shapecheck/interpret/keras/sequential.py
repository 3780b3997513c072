"""keras.Sequential: the stack runs symbolically as it is built, so that a mismatch shows at its layer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Shape
from shapecheck.interpret.builtins.reading import elements
from shapecheck.interpret.keras.functional import accepted, fits
from shapecheck.interpret.keras.inputs import (
    KERAS_TENSOR,
    input_of,
    is_none,
    placeholder,
    shape_tuple,
    written_shape,
)
from shapecheck.interpret.values import (
    NONE,
    Instance,
    Int,
    Layer,
    Literal,
    Native,
    Sequence,
    TensorValue,
    Value,
)

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Call, Frame
    from shapecheck.interpret.interpreter import Interpreter


def stack(layers: list[Value] | None) -> Native:
    """A Sequential: its layers (None: not known), its declared input, and the output behind each layer."""
    return Native("keras.Sequential", layers=layers, input=None, outputs=[])


def make_sequential(interpreter: Interpreter, call: Call) -> Value:
    """`keras.Sequential(layers)`."""
    model = stack([])
    model.data["named"] = call.argument(2, "name")
    interpreter.places.model(call.node, call.frame.source)
    _fill(interpreter, model, call)
    return model


def initialise(interpreter: Interpreter, call: Call) -> Value:
    """`super().__init__(layers)` of a subclass of Sequential."""
    receiver = call.receiver
    if isinstance(receiver, Instance):
        model = receiver.native = stack([])
        _fill(interpreter, model, call)
    return NONE


def _fill(interpreter: Interpreter, model: Native, call: Call) -> None:
    given = call.argument(0, "layers")
    if call.open:
        _forget(interpreter, model)
        return
    if given is None or is_none(given):
        _describe(model)
        return
    layers = elements(interpreter, call, given)
    if layers is None:
        _forget(interpreter, model)
        return
    nodes = _nodes(call, len(layers))
    for layer, node in zip(layers, nodes, strict=True):
        _add(interpreter, model, layer, node or _own_node(layer, call), call.frame)
    _describe(model)


def _nodes(call: Call, count: int) -> list[ast.AST | None]:
    """The syntax of each layer of a list that is written out in the call."""
    written: Any = None
    if isinstance(call.node, ast.Call):
        if call.node.args:
            written = call.node.args[0]
        else:
            written = next((keyword.value for keyword in call.node.keywords if keyword.arg == "layers"), None)
    if isinstance(written, ast.List | ast.Tuple) and len(written.elts) == count:
        return [None if isinstance(entry, ast.Starred) else entry for entry in written.elts]
    return [None] * count


def model_of(receiver: Value | None) -> Native | None:
    """The Sequential that a method belongs to: itself, or the one inside an instance of a subclass."""
    if isinstance(receiver, Instance):
        receiver = receiver.native
    return receiver if isinstance(receiver, Native) and receiver.name == "keras.Sequential" else None


def add(interpreter: Interpreter, call: Call) -> Value:
    """`model.add(layer)`."""
    model = model_of(call.receiver)
    layer = call.argument(0, "layer")
    if model is None:
        return NONE
    interpreter.touch(model, "layers")
    if layer is None or call.open or interpreter.path.silent:
        _forget(interpreter, model)
        return NONE
    _add(interpreter, model, layer, call.node, call.frame)
    _describe(model)
    return NONE


def _own_node(layer: Value, call: Call) -> ast.AST:
    """Where a layer was made, if that is in the file whose code puts it into the stack."""
    return layer.node if isinstance(layer, Layer) and layer.source is call.frame.source else call.node


def _is_known(model: Native) -> bool:
    """False once the layers are not known, or a loop of unknown length has changed them."""
    return model.data["layers"] is not None and isinstance(
        model.attributes.get("layers", NONE), Sequence | Literal
    )


def _add(interpreter: Interpreter, model: Native, layer: Value, node: ast.AST, frame: Frame) -> None:
    layers: list[Value] = model.data["layers"]
    if not _is_known(model):
        _forget(interpreter, model)
        return
    layer = interpreter.resolve(layer)
    declared = input_of(layer)
    if declared is not None:
        if not layers and model.data["input"] is None:
            model.data["input"] = declared
        return
    if not layers and model.data["input"] is None:
        model.data["input"] = first_input(interpreter, layer)
    layers.append(layer)
    before = model.data["outputs"][-1] if model.data["outputs"] else model.data["input"]
    after: Value | None = None
    if before is not None and (len(layers) == 1 or model.data["outputs"][-1] is not None):
        after = _known(interpreter.call(layer, [before], {}, node, frame))
    model.data["outputs"].append(after)


def _known(value: Value) -> Value | None:
    """What a layer gave, None where that is not known."""
    if isinstance(value, TensorValue):
        return None if value.shape is None else value
    return value if isinstance(value, Sequence) and value.items is not None else None


def first_input(interpreter: Interpreter, layer: Value) -> TensorValue | None:
    """The input that the first layer declares by `input_shape` and its like, or the first model takes."""
    if isinstance(layer, Native):
        declared = layer.data.get("input") or layer.data.get("inputs")
        return declared if isinstance(declared, TensorValue) and declared.shape is not None else None
    given = layer.given[1] if isinstance(layer, Layer) else {}
    if isinstance(layer, Instance):
        return None
    if not is_none(given.get("batch_input_shape")):
        shape = written_shape(interpreter, given["batch_input_shape"], batch=True)
    elif not is_none(given.get("input_shape")):
        shape = written_shape(interpreter, given["input_shape"], batch=False)
    elif (
        not is_none(given.get("input_dim"))
        and isinstance(layer, Layer)
        and layer.name != "keras.layers.Embedding"
    ):
        sizes: list[Value] = [given["input_dim"]]
        if not is_none(given.get("input_length")):
            sizes.insert(0, given["input_length"])
        elif layer.name in _SEQUENCE_LAYERS:
            sizes.insert(0, NONE)
        shape = written_shape(interpreter, Sequence("tuple", sizes), batch=False)
    else:
        return None
    return None if shape is None else placeholder(shape, "float32")


# Layers whose `input_dim` counts the features of each step.
_SEQUENCE_LAYERS = frozenset(
    f"keras.layers.{name}"
    for name in ("LSTM", "GRU", "SimpleRNN", "Conv1D", "RNN", "Bidirectional", "TimeDistributed")
)


def pop(interpreter: Interpreter, call: Call) -> Value:
    """`model.pop()`: the last layer."""
    model = model_of(call.receiver)
    layers = None if model is None else model.data["layers"]
    if model is None or not layers:
        return interpreter.unknown("the last layer of a model", call.node)
    interpreter.touch(model, "layers")
    model.data["outputs"].pop()
    layer: Value = layers.pop()
    _describe(model)
    return layer


def _forget(interpreter: Interpreter, model: Native) -> None:
    model.data["layers"] = None
    model.data["outputs"] = [None]
    for name in ("layers", "output", "outputs", "output_shape"):
        model.attributes.pop(name, None)


def _describe(model: Native) -> None:
    """Keep the attributes that say what the stack is."""
    layers = model.data["layers"]
    model.attributes["layers"] = Sequence("list", None if layers is None else list(layers))
    declared = model.data["input"]
    for name in ("input", "inputs", "input_shape", "output", "outputs", "output_shape"):
        model.attributes.pop(name, None)
    if not isinstance(declared, TensorValue):
        return
    model.attributes["input"] = declared
    model.attributes["inputs"] = Sequence("list", [declared])
    model.attributes["input_shape"] = shape_tuple(declared)
    output = model.data["outputs"][-1] if model.data["outputs"] else declared
    if isinstance(output, TensorValue):
        model.attributes["output"] = output
        model.attributes["outputs"] = Sequence("list", [output])
        model.attributes["output_shape"] = shape_tuple(output)


def call_sequential(
    interpreter: Interpreter, model: Native, given: Value, node: ast.AST, frame: Frame
) -> Value:
    """`model(x)`: every layer in turn, in the shapes that x has."""
    layers = model.data["layers"]
    if layers is None or not _is_known(model):
        return interpreter.unknown("the layers of a Sequential are not known", node)
    declared = model.data["input"]
    value = given
    if isinstance(declared, TensorValue) and isinstance(given, TensorValue) and declared.shape is not None:
        if None in model.data["outputs"]:
            return interpreter.unknown("a layer of a Sequential is not understood", node)
        if given.shape is not None:
            shape = accepted(interpreter, declared, given, node, frame)
            if shape is None or not _takes(interpreter, declared.shape, shape, given, node, frame):
                return interpreter.unknown("a Sequential that does not take its input", node)
            if shape != given.shape:
                value = TensorValue(shape, given.dtype, family=given.family)
        elif given.lazy is None:
            value = TensorValue(declared.shape, given.dtype, family=given.family)
            value.shape = Shape(interpreter.fresh("batch"), *declared.shape[1:])
    for layer in layers:
        value = interpreter.call(layer, [value], {}, node, frame)
        if isinstance(value, TensorValue) and value.shape is None and value.lazy is None:
            return value
    return value


def _takes(
    interpreter: Interpreter, want: Shape, got: Shape, given: TensorValue, node: ast.AST, frame: Frame
) -> bool:
    """Whether a stack takes these sizes. Of arrays Keras asks no more than that the layers take them."""
    return given.family != KERAS_TENSOR or fits(interpreter, want, got, node, frame)


def symbolic_run(interpreter: Interpreter, model: Native, shape: Shape, node: ast.AST, frame: Frame) -> None:
    """`model.build(shape)`: from here on the stack knows its input."""
    if model.data["input"] is None and model.data["layers"] and isinstance(shape, Shape):
        layers = model.data["layers"]
        model.data.update(layers=[], outputs=[], input=placeholder(shape, "float32"))
        for layer in layers:
            _add(interpreter, model, layer, node, frame)
        _describe(model)


def length(interpreter: Interpreter, call: Call) -> Value:
    """`len(model.layers)` asked of the model."""
    model = model_of(call.receiver)
    layers = None if model is None else model.data["layers"]
    return interpreter.unknown("the layers of a model", call.node) if layers is None else Int(len(layers))


MODELS = {
    "keras.Sequential": make_sequential,
    "keras.Sequential.__init__": initialise,
    "keras.Sequential.add": add,
    "keras.Sequential.pop": pop,
    "keras.Sequential.__len__": length,
}
