"""Attributes and methods of tensors: sizes remember the axis that they were read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.dialects import attributes as dialect
from shapecheck.dialects.base import NotUnderstood
from shapecheck.dialects.registry import spelling
from shapecheck.interpret.applying import attempt
from shapecheck.interpret.context import Context
from shapecheck.interpret.families import family_for
from shapecheck.interpret.frames import Call
from shapecheck.interpret.models import model
from shapecheck.interpret.origins import Trace
from shapecheck.interpret.values import Int, Method, Sequence, TensorValue

if TYPE_CHECKING:
    import ast

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

# Where a family's methods are looked for, in order.
_HOMES = {
    "keras.KerasTensor": ("keras.KerasTensor", "tf.Tensor"),
    "tf.Tensor": ("tf.Tensor", "keras.KerasTensor"),
}


def shape_value(interpreter: Interpreter, tensor: TensorValue, node: ast.AST, frame: Frame) -> Sequence:
    """The shape of a tensor as a tuple whose entries know their axes."""
    result = Sequence("size", None)
    result.source = tensor
    if tensor.shape is not None:
        result.items = [_axis(interpreter, tensor, axis, node, frame) for axis in range(len(tensor.shape))]
    return result


def _axis(interpreter: Interpreter, tensor: TensorValue, axis: int, node: ast.AST, frame: Frame) -> Int:
    assert tensor.shape is not None
    size = tensor.shape[axis]
    if not isinstance(size, int):
        size = interpreter.path.system.simplify(size)
    return Int(size, Trace("axis", node, frame.source, size, axis=axis, token=tensor.axes[axis]))


def size_of(interpreter: Interpreter, call: Call) -> Value:
    """`x.size()` and `x.size(1)` of torch."""
    tensor = call.receiver
    axis = call.argument(0, "dim")
    if not isinstance(tensor, TensorValue):
        return interpreter.unknown("a size", call.node)
    sizes = shape_value(interpreter, tensor, call.node, call.frame)
    return sizes if axis is None else interpreter.index(sizes, axis, call.node, call.frame)


def rank_of(interpreter: Interpreter, tensor: TensorValue, node: ast.AST) -> Value:
    """The number of axes; of an argument of open rank, an unknown that settles the rank when it is compared."""
    if tensor.shape is not None:
        return Int(len(tensor.shape))
    key = ("rank", tensor.lazy) if tensor.lazy in interpreter.inputs else None
    return interpreter.unknown("the rank of a tensor", node, key=key, kind="int")


def rank_method(interpreter: Interpreter, call: Call) -> Value:
    """`x.dim()` of torch."""
    if not isinstance(call.receiver, TensorValue):
        return interpreter.unknown("a rank", call.node)
    return rank_of(interpreter, call.receiver, call.node)


def tensor_attribute(
    interpreter: Interpreter, tensor: TensorValue, name: str, node: ast.AST, frame: Frame
) -> Value:
    """Read an attribute of a tensor, or bind one of its methods."""
    if name == "shape":
        return shape_value(interpreter, tensor, node, frame)
    if name == "ndim":
        return rank_of(interpreter, tensor, node)
    for home in _HOMES.get(tensor.family, (family_for(tensor.family, name),)):
        dotted = f"{home}.{name}"
        if model(dotted) is not None:
            return Method(tensor, dotted)
        spelled = spelling(dotted)
        if spelled is not None:
            return Method(tensor, spelled)
    try:
        answer = dialect.attribute(tensor, name)
    except NotUnderstood:
        return interpreter.unknown(f"{tensor.family}.{name} is not known", node)
    context = Context(f"{tensor.family}.{name}", Call(name, node, frame, [tensor], {}))
    return attempt(interpreter, lambda: answer, context)
