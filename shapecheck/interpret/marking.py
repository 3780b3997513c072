"""Marks: the same number for values that nothing the analysis does can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.interpret.limits import is_light
from shapecheck.interpret.values import (
    Class,
    Container,
    External,
    Function,
    Instance,
    Int,
    Layer,
    Literal,
    Mapping,
    Module,
    Partial,
    Sequence,
    TensorValue,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

DEEPEST = 14


class Strange(Exception):
    """A value that cannot be compared or copied."""


class Marks:
    """The numbers that one analysis has given so far."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.numbers: dict[Hashable, int] = {}
        self.marks: dict[int, tuple[Instance, int, int]] = {}  # of instances, as of so many changes
        self.kept: dict[int, Any] = {}  # what was marked by its identity: it must not become another's

    def mark(self, value: Value | None, depth: int = 0) -> int:
        """The same number for values that cannot be told apart. Raises Strange."""
        if depth > DEEPEST:
            raise Strange("depth")
        marker = _MARKERS.get(type(value))
        if marker is None:
            raise Strange(type(value).__name__)
        return self.number(marker(self, value, depth + 1))

    def identity(self, value: Any) -> int:
        """The mark of a value that only itself is like."""
        self.kept[id(value)] = value
        return id(value)

    def number(self, content: Hashable) -> int:
        """The number of a comparable content. Raises Strange."""
        try:
            return self.numbers.setdefault(content, len(self.numbers))
        except TypeError as error:
            raise Strange from error


def _mark_tensor(marks: Marks, value: TensorValue, depth: int) -> Hashable:
    if value.shape is None:
        return (
            "tensor",
            value.lazy,
            value.dtype,
            value.family,
            value.kind,
            marks.identity(value.sizes) if value.sizes else 0,
        )
    return ("tensor", value.shape, value.dtype, value.family, value.kind)


def _mark_sequence(marks: Marks, value: Sequence, depth: int) -> Hashable:
    if value.kind == "iterator" or value.items is None or not is_light(value):
        raise Strange
    return (value.kind, tuple([marks.mark(entry, depth) for entry in value.items]))


def _mark_mapping(marks: Marks, value: Mapping, depth: int) -> Hashable:
    if value.entries is None or value.default is not None or not is_light(value):
        raise Strange
    return (
        value.kind,
        tuple([(type(key), key, marks.mark(entry, depth)) for key, entry in value.entries.items()]),
    )


def _mark_layer(marks: Marks, value: Layer, depth: int) -> Hashable:
    if value.attributes or (value.op is None and not value.identity):
        return ("layer", marks.identity(value), len(value.attributes))
    return ("layer", value.name, value.op)


def _mark_container(marks: Marks, value: Container, depth: int) -> Hashable:
    if value.entries is None:
        raise Strange
    return (
        value.kind,
        tuple([(name, marks.mark(entry, depth)) for name, entry in value.entries.items()]),
        tuple([(name, marks.mark(entry, depth)) for name, entry in value.attributes.items()]),
    )


def _mark_instance(marks: Marks, value: Instance, depth: int) -> Hashable:
    changes = marks.interpreter.changes
    known = marks.marks.get(id(value))
    if known is not None and known[0] is value and known[1] == changes:
        return ("instance", known[2])
    content = (
        "content",
        marks.identity(value.cls),
        value.open,
        tuple([(name, marks.mark(entry, depth)) for name, entry in value.attributes.items()]),
        None if value.native is None else marks.mark(value.native, depth),
    )
    number = marks.number(content)
    marks.marks[id(value)] = (value, changes, number)
    return ("instance", number)


def _mark_function(marks: Marks, value: Function, depth: int) -> Hashable:
    if not is_settled(value):
        raise Strange
    return ("function", marks.identity(value))


def is_settled(function: Function) -> bool:
    """True when what encloses the function has returned: the names that the function sees stay as they are."""
    enclosing: Frame | None = function.frame
    while enclosing is not None and not enclosing.is_module:
        if enclosing.returned is None:
            return False
        enclosing = enclosing.parent
    return True


def _mark_partial(marks: Marks, value: Partial, depth: int) -> Hashable:
    return (
        "partial",
        marks.mark(value.function, depth),
        tuple([marks.mark(entry, depth) for entry in value.arguments]),
        tuple([(name, marks.mark(entry, depth)) for name, entry in value.keywords.items()]),
    )


_MARKERS: dict[type, Callable[[Marks, Any, int], Hashable]] = {
    Int: lambda marks, value, depth: ("int", value.size),
    Literal: lambda marks, value, depth: (type(value.value), value.value),
    Unknown: lambda marks, value, depth: ("unknown", value.key),
    TensorValue: _mark_tensor,
    Sequence: _mark_sequence,
    Mapping: _mark_mapping,
    Layer: _mark_layer,
    Container: _mark_container,
    Instance: _mark_instance,
    Partial: _mark_partial,
    Function: _mark_function,
    Class: lambda marks, value, depth: ("class", marks.identity(value)),
    External: lambda marks, value, depth: ("external", value.name),
    Module: lambda marks, value, depth: ("module", marks.identity(value)),
}
