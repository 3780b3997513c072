"""Operators of Python: arithmetic on sizes, texts and lists, and, or, not."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import AtLeast, Equal, Proof, floordiv, mod
from shapecheck.interpret.limits import LONGEST_TEXT, MOST_BITS, MOST_ITEMS, fits, together
from shapecheck.interpret.lowering import root_of
from shapecheck.interpret.origins import Trace
from shapecheck.interpret.values import (
    FALSE,
    TRUE,
    Instance,
    Int,
    Literal,
    Mapping,
    Sequence,
    TensorValue,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Size
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

SIGNS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.MatMult: "@",
}
_PLAIN: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "|": operator.or_,
    "&": operator.and_,
    "^": operator.xor,
}
_SPECIAL = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow",
    "@": "matmul", "<<": "lshift", ">>": "rshift", "|": "or", "&": "and", "^": "xor",
}  # fmt: skip


def binary(interpreter: Interpreter, node: ast.BinOp, frame: Frame) -> Value:
    """`a + b` and its like."""
    left = interpreter.evaluate(node.left, frame)
    right = interpreter.evaluate(node.right, frame)
    return combine(interpreter, SIGNS[type(node.op)], left, right, node, frame)


def combine(
    interpreter: Interpreter, sign: str, left: Value, right: Value, node: ast.AST, frame: Frame
) -> Value:
    """The value of a binary operator on two values."""
    left, right = interpreter.resolve(left), interpreter.resolve(right)
    if isinstance(left, TensorValue) or isinstance(right, TensorValue):
        from shapecheck.interpret.operating import tensor_binary

        return tensor_binary(interpreter, sign, left, right, node, frame)
    if type(left) is Int and type(right) is Int:
        size = _arithmetic(sign, left.size, right.size)
        if size is not None:
            parts = (left.origin, right.origin)
            return Int(size, Trace("computed", node, frame.source, size, parts=parts, operator=sign))
        if sign == "/":
            return _quotient(interpreter, left.size, right.size, node)
        return interpreter.unknown("a number that was not computed", node, kind="int")
    if isinstance(left, Literal | Int) and isinstance(right, Literal | Int):
        return _literals(interpreter, sign, left, right, node)
    if isinstance(left, Sequence) or isinstance(right, Sequence):
        return _sequences(interpreter, sign, left, right, node)
    if isinstance(left, Instance) or isinstance(right, Instance):
        return _overloaded(interpreter, sign, left, right, node, frame)
    if isinstance(left, Mapping) and isinstance(right, Mapping) and sign == "|":
        known = left.entries is not None and right.entries is not None
        return Mapping({**left.entries, **right.entries} if known else None)  # type: ignore[dict-item]
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _with_unknown(interpreter, sign, left, right, node, frame)
    return interpreter.unknown(f"an unknown {sign}", node)


def _arithmetic(sign: str, left: Size, right: Size) -> Size | None:
    """The integer that comes out, None where it is no integer, undefined or too large to compute."""
    found = (
        _integers(sign, left, right)
        if isinstance(left, int) and isinstance(right, int)
        else _symbolic(sign, left, right)
    )
    return found if found is not None and fits(found) else None


def _symbolic(sign: str, left: Size, right: Size) -> Size | None:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    if sign in ("//", "%"):
        if AtLeast(right, 1).proof() is not Proof.YES:
            return None
        return floordiv(left, right) if sign == "//" else mod(left, right)
    if sign == "**" and isinstance(right, int) and 0 <= right <= 8:
        result: Size = 1
        for _ in range(right):
            result = result * left
            if not fits(result):
                return None
        return result
    if sign == "<<" and isinstance(right, int) and 0 <= right <= 64:
        return left * (1 << right)
    if sign == ">>" and isinstance(right, int) and 0 <= right <= 64:
        return floordiv(left, 1 << right)
    return None


def _integers(sign: str, left: int, right: int) -> int | None:
    if sign == "+":
        return left + right
    if sign == "*":
        return left * right if left.bit_length() + right.bit_length() <= MOST_BITS else None
    if sign == "-":
        return left - right
    if sign in ("//", "%"):
        if right == 0:
            return None
        return left // right if sign == "//" else left % right
    if sign == "**":
        if right < 0 or left.bit_length() * right > MOST_BITS:
            return None
        return int(left**right)
    if sign in ("<<", ">>"):
        if not 0 <= right <= MOST_BITS or left.bit_length() + right > MOST_BITS:
            return None
        return left << right if sign == "<<" else left >> right
    if sign in ("|", "&", "^"):
        return int(_PLAIN[sign](left, right))
    return None


def _quotient(interpreter: Interpreter, left: Size, right: Size, node: ast.AST) -> Value:
    """A float; of symbolic sizes it keeps its two parts, so that `int(h / 2)` can be taken."""
    if isinstance(left, int) and isinstance(right, int):
        if right == 0 or max(left.bit_length(), right.bit_length()) > 900:
            return interpreter.unknown("a division by zero", node)
        return Literal(left / right)
    return Unknown("a quotient of sizes", ("quotient", left, right), kind="float")


def _literals(interpreter: Interpreter, sign: str, left: Value, right: Value, node: ast.AST) -> Value:
    a, b = interpreter.plain(left), interpreter.plain(right)
    if isinstance(a, str | bytes) or isinstance(b, str | bytes):
        if sign == "*" and max(_repeated(a, b), _repeated(b, a)) > LONGEST_TEXT:
            return interpreter.unknown("a long text", node, kind="str")
        if sign == "+" and _length(a) + _length(b) > LONGEST_TEXT:
            return interpreter.unknown("a long text", node, kind="str")
        if sign == "%":
            return interpreter.unknown("a formatted text", node, kind="str")
    if sign == "**" and not (isinstance(a, int | float) and isinstance(b, int | float) and abs(b) < 64):
        return interpreter.unknown("a number that was not computed", node)
    function = _PLAIN.get(sign)
    scalars = (int, float, complex, str, bytes)
    if function is None or not isinstance(a, scalars) or not isinstance(b, scalars):
        return _fraction(sign, left, right) or interpreter.unknown(f"an unknown {sign}", node)
    try:
        return interpreter.lift(function(a, b))
    except (ArithmeticError, TypeError, ValueError):
        return interpreter.unknown("an operation on literals that fails", node)


def _repeated(text: Any, count: Any) -> int:
    return _length(text) * count if isinstance(count, int) else 0


def _length(text: Any) -> int:
    return len(text) if isinstance(text, str | bytes) else 0


def _sequences(interpreter: Interpreter, sign: str, left: Value, right: Value, node: ast.AST) -> Value:
    if isinstance(left, Sequence) and isinstance(right, Sequence) and sign in ("+", "|"):
        items = together(left.items, right.items)
        if items is not None and left.kind == "set":
            from shapecheck.interpret.builtins.containers import distinct

            items = distinct(interpreter, items)
        return Sequence(left.kind, items)
    many, count = (left, right) if isinstance(left, Sequence) else (right, left)
    if sign == "*" and isinstance(many, Sequence):
        times = interpreter.as_size(count)
        if many.items is None or not isinstance(times, int) or times * len(many.items) > MOST_ITEMS:
            return Sequence(many.kind, None)
        return Sequence(many.kind, many.items * times)
    if isinstance(left, Literal) and sign == "%":
        return interpreter.unknown("a formatted text", node, kind="str")
    return interpreter.unknown(f"an unknown {sign} of a list", node)


def _overloaded(
    interpreter: Interpreter, sign: str, left: Value, right: Value, node: ast.AST, frame: Frame
) -> Value:
    for subject, other, prefix in ((left, right, ""), (right, left, "r")):
        if isinstance(subject, Instance):
            found = subject.cls.find(f"__{prefix}{_SPECIAL[sign]}__")
            if found is not None:
                method = interpreter.attribute(subject, f"__{prefix}{_SPECIAL[sign]}__", node, frame)
                return interpreter.call(method, [other], {}, node, frame)
    return interpreter.unknown(f"an unknown {sign} of objects", node)


def _with_unknown(
    interpreter: Interpreter, sign: str, left: Value, right: Value, node: ast.AST, frame: Frame
) -> Value:
    """Arguments of the analysed root become sizes in arithmetic with integers or with each other; those of a function
    may as well be tensors, where nothing says more."""
    for value in (left, right):
        if (
            isinstance(value, Unknown)
            and not value.kind
            and root_of(value) == "parameter"
            and value.key not in interpreter.path.symbols
        ):
            return interpreter.unknown(f"an unknown {sign}", node)
    a, b = interpreter.as_size(left), interpreter.as_size(right)
    if a is not None and b is not None and not isinstance(left, Literal) and not isinstance(right, Literal):
        size = _arithmetic(sign, a, b)
        if size is not None:
            parts = (getattr(left, "origin", None), getattr(right, "origin", None))
            return Int(size, Trace("computed", node, frame.source, size, parts=parts, operator=sign))
        if sign == "/":
            return _quotient(interpreter, a, b, node)
    exact = _fraction(sign, left if a is None else Int(a), right if b is None else Int(b))
    return exact or interpreter.unknown(f"an unknown {sign}", node)


def _fraction(sign: str, left: Value, right: Value) -> Value | None:
    """Sizes with floats: exact while the result is a fraction of sizes."""
    from shapecheck.interpret.builtins.ratio import combined

    return combined(sign, left, right)


def unary(interpreter: Interpreter, node: ast.UnaryOp, frame: Frame) -> Value:
    """`-a`, `+a`, `~a`, `not a`."""
    value = interpreter.resolve(interpreter.evaluate(node.operand, frame))
    if type(node.op) is ast.Not:
        return negation(interpreter, value, node)
    if isinstance(value, TensorValue):
        from shapecheck.interpret.operating import tensor_unary

        return tensor_unary(interpreter, value, node, frame)
    size = interpreter.as_size(value)
    if size is not None:
        if type(node.op) is ast.USub:
            return Int(-size, Trace("literal", node, frame.source, -size))
        if type(node.op) is ast.UAdd:
            return Int(size, getattr(value, "origin", None))
        return Int(-size - 1)
    if isinstance(value, Literal) and isinstance(value.value, float | complex):
        return Literal(-value.value if type(node.op) is ast.USub else value.value)
    return interpreter.unknown("an unknown sign", node)


def negation(interpreter: Interpreter, value: Value, node: ast.AST) -> Value:
    """`not value`; the condition stays recognisable."""
    known = interpreter.known_truth(value)
    if known is not None:
        return FALSE if known else TRUE
    if isinstance(value, Unknown):
        return Unknown(value.reason, ("not", value.key), kind="bool")
    if isinstance(value, Int):
        return Unknown("a comparison", ("claim", Equal(value.size, 0)), kind="bool")
    return interpreter.unknown("an unknown condition", node, kind="bool")


def mark_passed(tree: ast.AST) -> None:
    """Mark the operands of `a and b` in the arguments of calls: as in `require(a and b)`, they choose no branch."""
    if getattr(tree, "junctions_marked", False):
        return
    tree.junctions_marked = True  # type: ignore[attr-defined]  # kept with the tree it is about
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                if isinstance(argument, ast.BoolOp):
                    for part in argument.values:
                        part.passed = True  # type: ignore[attr-defined]


def junction(interpreter: Interpreter, node: ast.BoolOp, frame: Frame) -> Value:
    """`a and b`, `a or b`: the value that decides."""
    wanted = type(node.op) is ast.Or
    value: Value = FALSE
    for part in node.values[:-1]:
        value = interpreter.evaluate(part, frame)
        known = interpreter.known_truth(value)
        if known is None:
            if interpreter.joins(value):
                for rest in node.values:
                    interpreter.evaluate(rest, frame)
                return interpreter.unknown("an unknown condition", node)
            mark_passed(frame.source.tree)
            known = interpreter.truth(value, part, frame)
            if known is wanted and isinstance(value, Unknown) and value.kind == "bool":
                return TRUE if wanted else FALSE
        if known is wanted:
            return interpreter.resolve(value)
    return interpreter.evaluate(node.values[-1], frame)


HANDLERS: dict[type, Callable[..., Value]] = {
    ast.BinOp: binary,
    ast.UnaryOp: unary,
    ast.BoolOp: junction,
}
