"""Operators of Python: arithmetic on sizes, texts and lists, comparisons as claims, and, or, not."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import ALWAYS, AllOf, AtLeast, Differs, Equal, Proof, floordiv, mod
from shapecheck.interpret.expressions import LONGEST_TEXT, dict_key, same
from shapecheck.interpret.origins import Trace
from shapecheck.interpret.truth import equality_key
from shapecheck.interpret.values import (
    FALSE,
    TRUE,
    Class,
    External,
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

    from shapecheck.algebra import Claim, Size
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
_COMPARISONS: dict[type, str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_PLAIN_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MOST_BITS = 4096
LONGEST_LIST = 10_000


def binary(interpreter: Interpreter, node: ast.BinOp, frame: Frame) -> Value:
    """`a + b` and its like."""
    left = interpreter.evaluate(node.left, frame)
    right = interpreter.evaluate(node.right, frame)
    return combine(interpreter, SIGNS[type(node.op)], left, right, node, frame)


def combine(interpreter: Interpreter, sign: str, left: Value, right: Value, node: ast.AST, frame: Frame) -> Value:
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
    if isinstance(left, int) and isinstance(right, int):
        return _integers(sign, left, right)
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
    return len(text) * count if isinstance(text, str | bytes) and isinstance(count, int) else 0


def _sequences(interpreter: Interpreter, sign: str, left: Value, right: Value, node: ast.AST) -> Value:
    if isinstance(left, Sequence) and isinstance(right, Sequence) and sign in ("+", "|"):
        if left.items is None or right.items is None:
            return Sequence(left.kind, None)
        if len(left.items) + len(right.items) > LONGEST_LIST:
            return Sequence(left.kind, None)
        return Sequence(left.kind, [*left.items, *right.items])
    many, count = (left, right) if isinstance(left, Sequence) else (right, left)
    if sign == "*" and isinstance(many, Sequence):
        times = interpreter.as_size(count)
        if many.items is None or not isinstance(times, int) or times * len(many.items) > LONGEST_LIST:
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
    """Arguments of the analysed root become sizes in arithmetic with integers or with each other."""
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
            known = interpreter.truth(value, part, frame)
            if known is wanted and isinstance(value, Unknown) and value.kind == "bool":
                return TRUE if wanted else FALSE
        if known is wanted:
            return interpreter.resolve(value)
    return interpreter.evaluate(node.values[-1], frame)


def comparison(interpreter: Interpreter, node: ast.Compare, frame: Frame) -> Value:
    """`a < b`, `a is b`, `a in b`, and chains of these."""
    left = interpreter.evaluate(node.left, frame)
    result: Value = TRUE
    last = len(node.ops) - 1
    for index, (kind, right_node) in enumerate(zip(node.ops, node.comparators, strict=True)):
        right = interpreter.evaluate(right_node, frame)
        result = compare(interpreter, kind, left, right, node, frame)
        if index < last:
            known = interpreter.known_truth(result)
            if known is None and not isinstance(result, TensorValue):
                known = interpreter.truth(result, node, frame)
            if known is False:
                return FALSE
        left = right
    return result


def compare(
    interpreter: Interpreter, kind: ast.cmpop, left: Value, right: Value, node: ast.AST, frame: Frame
) -> Value:
    """One comparison."""
    left, right = interpreter.resolve(left), interpreter.resolve(right)
    sign = _COMPARISONS.get(type(kind))
    if sign is None:
        if isinstance(kind, ast.Is | ast.IsNot):
            result = _identity(interpreter, left, right, node)
            return negation(interpreter, result, node) if isinstance(kind, ast.IsNot) else result
        result = _membership(interpreter, left, right, node, frame)
        return negation(interpreter, result, node) if isinstance(kind, ast.NotIn) else result
    if isinstance(left, TensorValue) or isinstance(right, TensorValue):
        from shapecheck.interpret.operating import tensor_binary

        return tensor_binary(interpreter, sign, left, right, node, frame)
    return _ordered(interpreter, sign, left, right, node)


def _ordered(interpreter: Interpreter, sign: str, left: Value, right: Value, node: ast.AST) -> Value:
    numbers = isinstance(left, Int | Unknown) and isinstance(right, Int | Unknown)
    if numbers and (isinstance(left, Int) or isinstance(right, Int)):
        a, b = interpreter.as_size(left), interpreter.as_size(right)
        if a is not None and b is not None:
            if sign in ("==", "!=") and (isinstance(left, Unknown) or isinstance(right, Unknown)):
                subject, literal = (left, b) if isinstance(left, Unknown) else (right, a)
                return _equal_to_literal(interpreter, sign, subject, literal, node)  # type: ignore[arg-type]
            return decided(interpreter, _claim(sign, a, b))
    if isinstance(left, Literal | Int) and isinstance(right, Literal | Int):
        a, b = interpreter.plain(left), interpreter.plain(right)
        try:
            return TRUE if _PLAIN_COMPARISONS[sign](a, b) else FALSE
        except TypeError:
            return interpreter.unknown("a comparison that fails", node, kind="bool")
    if sign in ("==", "!="):
        result = _equality(interpreter, left, right, node)
        return result if sign == "==" else negation(interpreter, result, node)
    return interpreter.unknown("an unknown comparison", node, kind="bool")


def _claim(sign: str, a: Size, b: Size) -> Claim:
    if sign == "==":
        return Equal(a, b)
    if sign == "!=":
        return Differs(a, b)
    if sign == ">=":
        return AtLeast(a, b)
    if sign == ">":
        return AtLeast(a, b + 1)
    if sign == "<=":
        return AtLeast(b, a)
    return AtLeast(b, a + 1)


def decided(interpreter: Interpreter, claim: Claim) -> Value:
    """The truth value of a claim, or a condition that assumes it where it is taken."""
    proof = claim.proof()
    if proof is Proof.UNKNOWN:
        proof = interpreter.path.system.decide(claim)
    if proof is Proof.UNKNOWN:
        return Unknown("a comparison of sizes", ("claim", claim), kind="bool")
    return TRUE if proof is Proof.YES else FALSE


def _equal_to_literal(interpreter: Interpreter, sign: str, subject: Unknown, literal: Any, node: ast.AST) -> Value:
    condition = Unknown("a comparison", equality_key(subject.key, literal), kind="bool")
    return condition if sign == "==" else negation(interpreter, condition, node)


def _equality(interpreter: Interpreter, left: Value, right: Value, node: ast.AST) -> Value:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        if isinstance(left, Unknown) and isinstance(right, Unknown) and left.key == right.key:
            return TRUE
        subject, other = (left, right) if isinstance(left, Unknown) else (right, left)
        if isinstance(subject, Unknown) and isinstance(other, Literal | Int):
            plain = interpreter.plain(other)
            return _equal_to_literal(interpreter, "==", subject, plain, node)
        return interpreter.unknown("an unknown comparison", node, kind="bool")
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        return _sequence_equality(interpreter, left, right, node)
    if isinstance(left, Instance) and left.cls.find("__eq__"):
        return interpreter.unknown("an unknown comparison", node, kind="bool")
    if isinstance(left, Literal) and isinstance(right, External) or isinstance(left, External) and isinstance(right, Literal):
        return interpreter.unknown("an unknown comparison", node, kind="bool")
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return interpreter.unknown("an unknown comparison", node, kind="bool")
    return TRUE if same(left, right) else _identity(interpreter, left, right, node)


def _sequence_equality(interpreter: Interpreter, left: Sequence, right: Sequence, node: ast.AST) -> Value:
    kinds = {("list" if sequence.kind == "list" else "tuple") for sequence in (left, right)}
    if left.items is None or right.items is None or "set" in (left.kind, right.kind):
        return interpreter.unknown("an unknown comparison", node, kind="bool")
    if len(kinds) > 1 and "size" not in (left.kind, right.kind):
        return FALSE
    if len(left.items) != len(right.items):
        return FALSE
    claims: list[Claim] = []
    for a, b in zip(left.items, right.items, strict=True):
        if isinstance(a, Int) and isinstance(b, Int):
            claims.append(Equal(a.size, b.size))
            continue
        known = interpreter.known_truth(_equality(interpreter, a, b, node))
        if known is None:
            return interpreter.unknown("an unknown comparison", node, kind="bool")
        if not known:
            return FALSE
    return decided(interpreter, AllOf(*claims) if claims else ALWAYS)


def _identity(interpreter: Interpreter, left: Value, right: Value, node: ast.AST) -> Value:
    if left is right:
        return TRUE
    for subject, other in ((left, right), (right, left)):
        if isinstance(subject, Unknown):
            if isinstance(other, Unknown) and other.key == subject.key:
                return TRUE
            if isinstance(other, Literal) and (other.value is None or isinstance(other.value, bool)):
                return Unknown("a test of identity", equality_key(subject.key, other.value), kind="bool")
            return interpreter.unknown("a test of identity", node, kind="bool")
    simple = (Literal, Int, External)
    if isinstance(left, simple) and isinstance(right, simple):
        return TRUE if same(left, right) else FALSE
    if isinstance(left, Class | External) and isinstance(right, Class | External):
        return FALSE
    if type(left) is not type(right):
        return FALSE
    return interpreter.unknown("a test of identity", node, kind="bool")


def _membership(interpreter: Interpreter, left: Value, right: Value, node: ast.AST, frame: Frame) -> Value:
    if isinstance(right, Literal) and isinstance(left, Literal) and isinstance(right.value, str):
        return TRUE if isinstance(left.value, str) and left.value in right.value else FALSE
    if isinstance(right, Mapping) and right.entries is not None:
        known, key = dict_key(interpreter, left)
        if known:
            return TRUE if key in right.entries else FALSE
        return _one_of(interpreter, left, [interpreter.lift(key) for key in right.entries], node)
    if isinstance(right, Sequence) and right.items is not None:
        return _one_of(interpreter, left, right.items, node)
    entries = getattr(right, "entries", None)
    if isinstance(left, Literal) and isinstance(entries, dict):
        return TRUE if left.value in entries else FALSE
    return interpreter.unknown("an unknown membership", node, kind="bool")


def _one_of(interpreter: Interpreter, left: Value, items: list[Value], node: ast.AST) -> Value:
    if not items:
        return FALSE
    if isinstance(left, Unknown) and all(isinstance(item, Literal | Int) for item in items):
        plain = tuple(interpreter.plain(item) for item in items)
        return Unknown("a membership", ("in", left.key, plain), kind="bool")
    unknown = False
    for item in items:
        if isinstance(item, TensorValue):
            unknown = True
            continue
        known = interpreter.known_truth(_equality(interpreter, left, item, node))
        if known:
            return TRUE
        unknown = unknown or known is None
    return interpreter.unknown("an unknown membership", node, kind="bool") if unknown else FALSE


HANDLERS: dict[type, Callable[..., Value]] = {
    ast.BinOp: binary,
    ast.UnaryOp: unary,
    ast.BoolOp: junction,
    ast.Compare: comparison,
}
