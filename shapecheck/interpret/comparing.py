"""Comparisons: those of sizes are claims, which are proven, refuted, or assumed where they are taken."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import ALWAYS, AllOf, AtLeast, Differs, Dim, Equal, Proof
from shapecheck.interpret.arithmetic import negation
from shapecheck.interpret.expressions import dict_key, same
from shapecheck.interpret.limits import is_light
from shapecheck.interpret.truth import equality_key, is_vague
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
    if is_vague(left) or is_vague(right):
        return interpreter.unknown("a comparison with an unknown attribute", node, kind="bool")
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
        used = set(interpreter.path.symbols)  # before asking, which makes a size of an argument
        a, b = interpreter.as_size(left), interpreter.as_size(right)
        if a is not None and b is not None:
            if sign in ("==", "!=") and (isinstance(left, Unknown) or isinstance(right, Unknown)):
                subject, literal = (left, b) if isinstance(left, Unknown) else (right, a)
                assert isinstance(subject, Unknown)
                if not isinstance(literal, Dim) and subject.key not in used:
                    return _equal_to_literal(interpreter, sign, subject, literal, node)
                # An argument that was used as a size, or that meets one, is a size.
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


def _equal_to_literal(
    interpreter: Interpreter, sign: str, subject: Unknown, literal: Any, node: ast.AST
) -> Value:
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
        if not is_light(left) or not is_light(right):
            return interpreter.unknown("an unknown comparison", node, kind="bool")
        return _sequence_equality(interpreter, left, right, node)
    if isinstance(left, Instance) and left.cls.find("__eq__"):
        return interpreter.unknown("an unknown comparison", node, kind="bool")
    if (isinstance(left, Literal) and isinstance(right, External)) or (
        isinstance(left, External) and isinstance(right, Literal)
    ):
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


HANDLERS: dict[type, Callable[..., Value]] = {ast.Compare: comparison}
