"""Functional models: `keras.Model(inputs, outputs)`, what they take and what they give for other inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Dim, Equal, Proof, Shape
from shapecheck.algebra.dim import lone_atom
from shapecheck.interpret.builtins.reading import text
from shapecheck.interpret.keras.inputs import KERAS_TENSOR, layer_name, shape_tuple
from shapecheck.interpret.values import (
    Instance,
    Layer,
    Literal,
    Mapping,
    Native,
    Sequence,
    TensorValue,
    Value,
)

if TYPE_CHECKING:
    import ast

    from shapecheck.algebra import Size
    from shapecheck.interpret.frames import Call, Frame
    from shapecheck.interpret.interpreter import Interpreter


def make_model(interpreter: Interpreter, call: Call) -> Value:
    """`keras.Model(inputs, outputs)`."""
    inputs, outputs = call.argument(0, "inputs"), call.argument(1, "outputs")
    model = Native("keras.Model", inputs=inputs, outputs=outputs, named=call.keywords.get("name"))
    interpreter.places.model(call.node, call.frame.source)
    if call.open or inputs is None or outputs is None:
        return model
    model.attributes.update(described(inputs, outputs))
    return model


def described(inputs: Value, outputs: Value) -> dict[str, Value]:
    """The attributes of a model that its inputs and outputs say."""
    found: dict[str, Value] = {"input": inputs, "output": outputs}
    for name, value in (("inputs", inputs), ("outputs", outputs)):
        tensors = leaves(value)
        found[name] = Sequence("list", None if tensors is None else list(tensors))
    for name, value in (("input_shape", inputs), ("output_shape", outputs)):
        if isinstance(value, TensorValue):
            found[name] = shape_tuple(value)
    return found


def initialise(interpreter: Interpreter, call: Call) -> Value:
    """`super().__init__(inputs=…, outputs=…)` of a subclass of keras.Model; without them nothing."""
    receiver = call.receiver
    if isinstance(receiver, Instance) and (len(call.arguments) >= 2 or "outputs" in call.keywords):
        receiver.native = make_model(interpreter, call)
    return Literal(None)


def leaves(value: Value | None) -> list[TensorValue] | None:
    """The tensors of a nested structure in Keras's order; None where something in it is no known tensor."""
    if isinstance(value, TensorValue):
        return [value]
    parts: list[Value] | None = None
    if isinstance(value, Sequence):
        parts = value.items
    elif (
        isinstance(value, Mapping)
        and value.entries is not None
        and all(isinstance(key, str) for key in value.entries)
    ):
        parts = [value.entries[key] for key in sorted(value.entries)]
    if parts is None:
        return None
    found: list[TensorValue] = []
    for part in parts:
        inner = leaves(part)
        if inner is None:
            return None
        found.extend(inner)
    return found


def call_model(interpreter: Interpreter, model: Native, given: Value, node: ast.AST, frame: Frame) -> Value:
    """What a functional model gives for other inputs: its outputs, the open sizes of its inputs replaced."""
    declared_inputs = model.data.get("inputs")
    wanted, got = leaves(declared_inputs), leaves(given)
    if wanted is None or got is None or len(wanted) != len(got) or _named(declared_inputs) != _named(given):
        return _unknown_outputs(interpreter, model, node)
    replaced: dict[str, Size] = {}
    for declared, tensor in zip(wanted, got, strict=True):
        shape = accepted(interpreter, declared, tensor, node, frame)
        if (
            shape is None
            or declared.shape is None
            or not fits(interpreter, declared.shape, shape, node, frame)
        ):
            return _unknown_outputs(interpreter, model, node)
        replaced.update(opened(declared, shape))
    family = KERAS_TENSOR if any(tensor.family == KERAS_TENSOR for tensor in got) else "tf.Tensor"
    result = _replaced(interpreter, model.data.get("outputs"), replaced, family)
    interpreter.note_call(model, given, result, len(interpreter.path.records))
    return result


def _named(value: Value | None) -> frozenset[str] | None:
    """The names of inputs in a dict, None for other structures: Keras pairs a dict with a list by the
    Inputs' names.
    """
    if isinstance(value, Mapping) and value.entries is not None:
        return frozenset(value.entries)
    if isinstance(value, Sequence) and any(isinstance(item, Mapping) for item in value.items or ()):
        return frozenset(("", "nested"))
    return None


def accepted(
    interpreter: Interpreter, declared: TensorValue, given: TensorValue, node: ast.AST, frame: Frame
) -> Shape | None:
    """The shape in which a model takes a tensor, None where that is not known or it refuses the tensor.

    An axis of size 1 at the end may be missing or too much. Any other rank is refused, though only of real
    arrays:
    of symbolic tensors Keras asks no more than that the layers take them.
    """
    want, got = declared.shape, given.shape
    if want is None or got is None:
        return None
    if len(got) == len(want) + 1 and _certainly(interpreter, got[-1], 1):
        return Shape(*got[:-1])
    if len(got) == len(want) - 1 and _certainly(interpreter, want[-1], 1):
        return Shape(*got, 1)
    if len(got) == len(want):
        return got
    near = abs(len(got) - len(want)) == 1 and _maybe_one((got if len(got) > len(want) else want)[-1])
    if not near and given.family != KERAS_TENSOR:
        interpreter.mistake(
            "SHP103",
            f"the model takes {len(want)} axes, {want}, got {len(got)} in {given.shape}",
            node,
            frame,
            wanted=len(want),
            got=len(got),
        )
    return None


def fits(interpreter: Interpreter, want: Shape, got: Shape, node: ast.AST, frame: Frame) -> bool:
    """Whether a functional model takes these sizes: those that its Input declares, with any batch.

    Keras lets pass what differs at the last axis if one of the two is 1 there; the layers may still refuse
    it.
    """
    for axis in range(1, len(want)):
        size, found = want[axis], got[axis]
        if not isinstance(size, int) or size == found:
            continue
        proof = Equal(size, found).proof()
        if proof is Proof.UNKNOWN:
            proof = interpreter.path.system.decide(Equal(size, found))
        if proof is not Proof.NO:
            continue
        if axis == len(want) - 1 and (size == 1 or not isinstance(found, int) or found == 1):
            return False
        interpreter.mistake(
            _code(axis, len(want)),
            f"the model takes {want}, got {got}: axis {axis} is {found}, not {size}",
            node,
            frame,
            axis=axis,
            wanted=size,
            got=found,
        )
        return False
    return True


def _code(axis: int, rank: int) -> str:
    return "SHP102" if rank >= 4 and axis == rank - 1 else "SHP101"


def _certainly(interpreter: Interpreter, size: Size, number: int) -> bool:
    if isinstance(size, int):
        return size == number
    return interpreter.path.system.decide(Equal(size, number)) is Proof.YES


def _maybe_one(size: Size) -> bool:
    return Equal(size, 1).proof() is not Proof.NO


def opened(declared: TensorValue, given: Shape) -> dict[str, Size]:
    """The open sizes of a declared input, by name, with what they are now."""
    found: dict[str, Size] = {}
    for size, actual in zip(declared.shape or (), given, strict=True):
        atom = lone_atom(size) if isinstance(size, Dim) else None
        if atom is not None and atom.kind == "symbol":
            found[atom.name] = actual
    return found


def _replaced(interpreter: Interpreter, value: Value | None, sizes: dict[str, Size], family: str) -> Value:
    if isinstance(value, TensorValue):
        shape = None if value.shape is None else value.shape.substitute(sizes)
        return TensorValue(shape, value.dtype, family=family)
    if isinstance(value, Sequence) and value.items is not None:
        return Sequence("list", [_replaced(interpreter, item, sizes, family) for item in value.items])
    if isinstance(value, Mapping) and value.entries is not None:
        return Mapping(
            {key: _replaced(interpreter, item, sizes, family) for key, item in value.entries.items()}
        )
    return interpreter.unknown("the output of a model is not known")


def _unknown_outputs(interpreter: Interpreter, model: Native, node: ast.AST) -> Value:
    outputs = model.data.get("outputs")
    if isinstance(outputs, Sequence) and outputs.items is not None:
        return Sequence("list", [interpreter.unknown("an output of a model", node) for _ in outputs.items])
    return interpreter.unknown("the output of a model is not known", node)


def get_layer(interpreter: Interpreter, call: Call) -> Value:
    """`model.get_layer(name)` or `model.get_layer(index=0)`."""
    receiver = call.receiver
    layers = receiver.attributes.get("layers") if isinstance(receiver, Native) else None
    rows = layers.items if isinstance(layers, Sequence) else None
    if rows is None or call.open:
        return interpreter.unknown("a layer of a model", call.node)
    given = call.argument(1, "index")
    index = None if given is None else interpreter.plain(given)
    if isinstance(index, int) and -len(rows) <= index < len(rows):
        return rows[index]
    name = text(interpreter, call.argument(0, "name"))
    for row in rows:
        if name is not None and isinstance(row, Layer) and layer_name(interpreter, row) == name:
            return row
    return interpreter.unknown("a layer of a model", call.node)


MODELS = {
    "keras.Model": make_model,
    "keras.Model.__init__": initialise,
    "keras.Model.get_layer": get_layer,
}
