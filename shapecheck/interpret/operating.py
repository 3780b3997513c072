"""Python's own syntax on tensors: operators and square brackets."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.dialects import operators
from shapecheck.interpret.applying import attempt
from shapecheck.interpret.context import Context
from shapecheck.interpret.frames import Call
from shapecheck.interpret.lowering import is_argument
from shapecheck.interpret.values import TensorValue, Unknown

if TYPE_CHECKING:
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

_NAMES = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "&": "and", "|": "or", "^": "xor", "<<": "lshift", ">>": "rshift",
    "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
_UNARY = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}


def _plain(interpreter: Interpreter, value: Value) -> Any:
    """An operand; an argument of the root may be a number or a tensor, so it is neither."""
    from shapecheck.dialects.base import UNKNOWN

    if isinstance(value, Unknown) and is_argument(value):
        return UNKNOWN
    return interpreter.plain(value)


def tensor_binary(
    interpreter: Interpreter, sign: str, left: Value, right: Value, node: ast.AST, frame: Frame
) -> Value:
    """`left OP right` where one is a tensor."""
    name = _NAMES[sign]
    context = Context(f"operator.{name}", Call(name, node, frame, [left, right], {}))
    first = next(entry for entry in (left, right) if isinstance(entry, TensorValue))
    context.family = first.family
    return attempt(
        interpreter,
        lambda: operators.binary(name, _plain(interpreter, left), _plain(interpreter, right)),
        context,
    )


def tensor_unary(interpreter: Interpreter, value: TensorValue, node: ast.UnaryOp, frame: Frame) -> Value:
    """`-x` and its like."""
    name = _UNARY[type(node.op)]
    context = Context(f"operator.{name}", Call(name, node, frame, [value], {}))
    return attempt(interpreter, lambda: operators.unary(name, value), context)


def _style(tensor: TensorValue) -> str:
    if tensor.family == "numpy.ndarray":
        return "numpy"
    return "torch" if tensor.family == "torch.Tensor" else "tf"


def tensor_index(
    interpreter: Interpreter, tensor: TensorValue, key: Value, node: ast.AST, frame: Frame
) -> Value:
    """`tensor[key]`."""
    context = Context("operator.getitem", Call("getitem", node, frame, [tensor, key], {}))
    context.family = tensor.family
    return attempt(
        interpreter,
        lambda: operators.index(
            tensor, interpreter.plain(key), style=_style(tensor), fresh=interpreter.fresh
        ),
        context,
    )


def tensor_assign(
    interpreter: Interpreter, tensor: TensorValue, key: Value, new: Value, node: ast.AST, frame: Frame
) -> None:
    """`tensor[key] = new`."""
    context = Context("operator.setitem", Call("setitem", node, frame, [tensor, key, new], {}))
    plain = _plain(interpreter, new)
    attempt(
        interpreter,
        lambda: operators.assign(
            tensor, interpreter.plain(key), plain, style=_style(tensor), fresh=interpreter.fresh
        ),
        context,
    )
