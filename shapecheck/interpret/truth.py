"""Truth: which values count as true, and what an unknown condition assumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Differs, Dim, Equal, Proof
from shapecheck.dialects.registry import spelling
from shapecheck.interpret.models import model
from shapecheck.interpret.paths import PathEnd
from shapecheck.interpret.values import (
    Container,
    External,
    Instance,
    Int,
    Literal,
    Mapping,
    Method,
    Sequence,
    TensorValue,
    Unknown,
)

if TYPE_CHECKING:
    import ast
    from collections.abc import Hashable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def known_truth(interpreter: Interpreter, value: Value) -> bool | None:
    """Whether a value counts as true, None where that is not known."""
    kind = type(value)
    if kind is Literal:
        return bool(value.value)  # type: ignore[attr-defined]
    if kind is Unknown:
        interpreter.asked += 1
        refined = interpreter.resolve(value)
        if refined is not value:
            return known_truth(interpreter, refined)
        return _known_answer(interpreter, value.key)  # type: ignore[attr-defined]
    if isinstance(value, Int):
        if isinstance(value.size, int):
            return value.size != 0
        interpreter.asked += 1
        proof = interpreter.path.system.decide(Differs(value.size, 0))
        return None if proof is Proof.UNKNOWN else proof is Proof.YES
    if isinstance(value, Sequence):
        return None if value.items is None else len(value.items) > value.position
    if isinstance(value, Mapping):
        return None if value.entries is None else bool(value.entries)
    if isinstance(value, Container):
        if value.kind == "Sequential" and value.entries is None:
            return None
        return None if value.entries is None else bool(value.entries)
    if isinstance(value, TensorValue):
        return None
    if is_vague(value) or (isinstance(value, External) and not _is_thing(value.name)):
        return None
    if isinstance(value, Instance):
        return None if value.cls.find("__bool__") or value.cls.find("__len__") or value.cls.open else True
    return True


def is_vague(value: Value) -> bool:
    """True for an attribute of a builtin that is not known: taken for a method, as most are, it may be anything."""
    return isinstance(value, Method) and isinstance(value.function, str) and model(value.function) is None


def _is_thing(name: str) -> bool:
    """True for a foreign name that is known or a class's: others, such as a flag of a package, may be anything."""
    short = name.rpartition(".")[2]
    if short[:1].isupper() and not short.isupper():
        return True
    return "." not in name or model(name) is not None or spelling(name) is not None


def _known_answer(interpreter: Interpreter, key: Any) -> bool | None:
    if isinstance(key, tuple) and key[0] == "not":
        inner = _known_answer(interpreter, key[1])
        return None if inner is None else not inner
    return interpreter.path.answers.get(key)


def truth(interpreter: Interpreter, value: Value, node: ast.AST, frame: Frame) -> bool:
    """Whether a value counts as true on this path; an unknown condition is answered, and the answer is remembered."""
    known = known_truth(interpreter, value)
    if known is not None:
        return known
    path = interpreter.path
    if isinstance(value, Int):
        return path.decide(Differs(value.size, 0), (frame.source, node))
    if type(value) is Unknown:
        return _answer(interpreter, value.key, node, frame)
    if isinstance(value, External):
        return path.answer(("external", value.name), (frame.source, node))
    return path.answer(("truth", id(node), path.counter), (frame.source, node))


def _answer(interpreter: Interpreter, key: Hashable, node: ast.AST, frame: Frame) -> bool:
    path = interpreter.path
    where = (frame.source, node)
    if isinstance(key, tuple):
        if key[0] == "not":
            return not _answer(interpreter, key[1], node, frame)
        if key[0] == "claim":
            return path.decide(key[1], where)
        if key[0] == "equals" and len(key) == 3:
            return _answer_equality(interpreter, key, where)
    return path.answer(key, where)


def _answer_equality(interpreter: Interpreter, key: tuple[Any, ...], where: Any) -> bool:
    """`argument == literal`: on the path where it holds, the argument is that literal from here on."""
    path = interpreter.path
    answer = path.answer(key, where)
    literal = key[2][1]
    if answer:
        refine(interpreter, key[1], literal)
    size = path.symbols.get(key[1])
    if (
        size is not None
        and not path.silent
        and isinstance(literal, int | Dim)
        and not isinstance(literal, bool)
    ):
        claim = Equal(size, literal) if answer else Differs(size, literal)
        path.system = path.system.assume(claim)  # it was already used as a size
        if path.system.contradiction:
            raise PathEnd  # no run goes this way: from what cannot be, anything would follow
    return answer


def refine(interpreter: Interpreter, subject: Any, literal: Any) -> None:
    """From here on, on this path, an unknown is this literal."""
    interpreter.path.refinements.setdefault(subject, interpreter.lift(literal))
    if (
        isinstance(subject, tuple)
        and subject[0] == "rank"
        and isinstance(literal, int)
        and not interpreter.path.silent
    ):
        argument = interpreter.inputs.get(subject[1])
        if argument is not None and argument.shape is None:
            interpreter.settle(argument, (literal,), None)


def equality_key(subject: Hashable, literal: Any) -> Hashable:
    """The key of the condition that an argument equals a literal."""
    return ("equals", subject, (type(literal).__name__, literal))
