"""Values of the interpreter as the facts that contracts are judged by; what is not known is ("unknown",)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import is_unknown
from shapecheck.declarations import Each, Fixed, Named, One
from shapecheck.interpret.values import Instance, Int, Literal, Mapping, Sequence, TensorValue

if TYPE_CHECKING:
    from shapecheck.declarations import Structure
    from shapecheck.declarations.judging import Facts
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

OPEN: Facts = ("unknown",)
_DICTS = ("dict", "OrderedDict", "defaultdict")


def facts_of(interpreter: Interpreter, value: Value | None, structure: Structure) -> Facts:
    """The facts of a value, as far as the structure asks for them. Dtypes are not told: they are not proven."""
    if value is None:
        return OPEN
    value = interpreter.resolve(value)
    if isinstance(value, Literal) and value.value is None:
        return ("none",)
    if isinstance(value, TensorValue):
        return _tensor(interpreter, value, structure)
    if isinstance(value, Int) or (
        isinstance(value, Literal) and isinstance(value.value, int | float | complex)
    ):
        return _number(value, structure)
    if isinstance(value, Literal) and isinstance(value.value, str | bytes):
        return "other", type(value.value).__name__
    if isinstance(value, Sequence):
        return _sequence(interpreter, value, structure)
    if isinstance(value, Mapping):
        return _mapping(interpreter, value, structure)
    if isinstance(value, Instance) and isinstance(structure, Named):
        return _named(interpreter, value.cls.name, value.attributes, structure)
    return OPEN


def _tensor(interpreter: Interpreter, value: TensorValue, structure: Structure) -> Facts:
    if isinstance(structure, Named):
        return OPEN  # an object with a shape may have other attributes too
    shape = value.shape
    if shape is None and value.lazy is not None and isinstance(structure, One):
        rank = structure.pattern.rank
        names = tuple(str(axis) if str(axis).isidentifier() else "" for axis in structure.pattern.axes)
        if rank is not None and interpreter.settle(value, (rank,), names):
            shape = value.shape
    if shape is None:
        # That it is one tensor, not a list of them, may be a guess.
        return ("unranked", "") if isinstance(structure, One) else OPEN
    simplify = interpreter.path.system.simplify
    return "tensor", tuple(size if isinstance(size, int) else simplify(size) for size in shape), ""


def _number(value: Value, structure: Structure) -> Facts:
    if isinstance(structure, One) and not structure.pattern.rank:
        return OPEN  # a number of numpy has a shape of its own, ()
    return "number", "int" if isinstance(value, Int) else type(value.value).__name__  # type: ignore[attr-defined]


def _sequence(interpreter: Interpreter, value: Sequence, structure: Structure) -> Facts:
    if value.items is None or value.kind not in ("list", "tuple"):
        return OPEN
    if value.attributes and isinstance(structure, Named):
        return _named(interpreter, value.kind, value.attributes, structure)
    parts: list[Structure | None]
    if isinstance(structure, Fixed):
        parts = [*structure.items, *[None] * len(value.items)]
    else:
        parts = [structure.item if isinstance(structure, Each) else None] * len(value.items)
    return (
        "sequence",
        value.kind,
        tuple(
            OPEN if part is None else facts_of(interpreter, item, part)
            for item, part in zip(value.items, parts, strict=False)
        ),
    )


def _mapping(interpreter: Interpreter, value: Mapping, structure: Structure) -> Facts:
    if value.entries is None or value.kind not in _DICTS:
        return OPEN
    entries = value.entries
    if any(not isinstance(key, str) for key in entries):
        return OPEN
    parts: dict[str, Structure] = {}
    if isinstance(structure, Named):
        parts = dict(structure.entries)
    elif isinstance(structure, Each):
        parts = dict.fromkeys(entries, structure.item)
    return (
        "mapping",
        value.kind,
        tuple(
            (key, facts_of(interpreter, entry, parts[key]) if key in parts else OPEN)
            for key, entry in entries.items()
        ),
    )


def _named(interpreter: Interpreter, kind: str, attributes: dict[str, Value], structure: Named) -> Facts:
    """An object: only if it is known to have all that is asked for."""
    if any(key not in attributes for key, _ in structure.entries):
        return OPEN
    return (
        "mapping",
        kind,
        tuple((key, facts_of(interpreter, attributes[key], entry)) for key, entry in structure.entries),
    )


def is_open(size: Any) -> bool:
    """True for a size of which nothing is known."""
    return not isinstance(size, int) and is_unknown(size)
