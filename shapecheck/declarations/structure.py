"""Nested patterns: which tensors an argument or a return value is made of."""

from __future__ import annotations

from shapecheck.algebra import Pattern, parse_contract, parse_pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Structure:
    """What is promised of one value. `optional` allows None in its place."""

    __slots__ = ("optional",)
    optional: bool

    def patterns(self) -> Iterator[Pattern]:
        """Every pattern in it, in the order of the text."""
        raise NotImplementedError

    def __str__(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class Anything(Structure):
    """A value of which nothing is said."""

    __slots__ = ()

    def __init__(self) -> None:
        self.optional = True

    def patterns(self) -> Iterator[Pattern]:
        return iter(())

    def __str__(self) -> str:
        return "None"


class One(Structure):
    """One tensor."""

    __slots__ = ("pattern",)

    def __init__(self, pattern: Pattern, *, optional: bool = False) -> None:
        self.pattern = pattern
        self.optional = optional

    def patterns(self) -> Iterator[Pattern]:
        yield self.pattern

    def __str__(self) -> str:
        return f'"{self.pattern}"'


class Fixed(Structure):
    """A tuple or list of exactly these parts."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Structure, ...], *, optional: bool = False) -> None:
        self.items = items
        self.optional = optional

    def patterns(self) -> Iterator[Pattern]:
        for item in self.items:
            yield from item.patterns()

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.items))}{',' if len(self.items) == 1 else ''})"


class Each(Structure):
    """A list, a tuple or the values of a dict, of any length: every member is like `item`."""

    __slots__ = ("item",)

    def __init__(self, item: Structure, *, optional: bool = False) -> None:
        self.item = item
        self.optional = optional

    def patterns(self) -> Iterator[Pattern]:
        return self.item.patterns()

    def __str__(self) -> str:
        return f"[{self.item}]"


class Named(Structure):
    """A dict with these keys, or an object with these attributes; others may be there too."""

    __slots__ = ("entries",)

    def __init__(self, entries: tuple[tuple[str, Structure], ...], *, optional: bool = False) -> None:
        self.entries = entries
        self.optional = optional

    def patterns(self) -> Iterator[Pattern]:
        for _, entry in self.entries:
            yield from entry.patterns()

    def __str__(self) -> str:
        return "{" + ", ".join(f'"{key}": {entry}' for key, entry in self.entries) + "}"


def read_structure(given: Any, *, low: int = 1, optional: bool = False, several: bool = False) -> Structure:
    """The structure that a contract's argument means: a pattern's text, or patterns in a tuple, list or dict.

    A tuple has exactly its members, a list of one member stands for any number of them, None says nothing.
    With `several`, a comma in the text makes a tuple. Raises PatternError for a text that cannot be read and
    TypeError for anything else that is no structure.
    """
    if given is None:
        return Anything()
    if isinstance(given, str):
        if several and "," in given.partition("|")[0]:
            return _tuple_of(given, low, optional)
        return One(parse_pattern(given, low=low), optional=optional)
    if isinstance(given, Structure):
        return given
    if isinstance(given, Pattern):
        return One(given, optional=optional)
    if isinstance(given, tuple):
        return Fixed(tuple(read_structure(item, low=low) for item in given), optional=optional)
    if isinstance(given, list):
        if len(given) != 1:
            raise TypeError(
                f"a list in a contract has one member, which stands for each, got {len(given)}; "
                "write a tuple for a fixed number of tensors"
            )
        return Each(read_structure(given[0], low=low), optional=optional)
    if isinstance(given, dict):
        return _named(given, low, optional)
    raise TypeError(
        f"a contract is made of strings such as 'n c h w' in tuples, lists and dicts, got {given!r}"
    )


def _tuple_of(text: str, low: int, optional: bool) -> Structure:
    found = parse_contract(text, low=low)
    if found.outputs is not None:
        raise ValueError(f"an arrow where only the shape of one value is expected: {text!r}")
    last = found.inputs[-1]
    constraints = (*last.constraints, *found.constraints)
    closing = Pattern(last.axes, dtype=last.dtype, constraints=constraints, low=low)
    if len(found.inputs) == 1:  # the comma was inside max(a,b)
        return One(closing, optional=optional)
    return Fixed(tuple(map(One, (*found.inputs[:-1], closing))), optional=optional)


def _named(given: dict[Any, Any], low: int, optional: bool) -> Structure:
    for key in given:
        if not isinstance(key, str):
            raise TypeError(f"the keys of a dict in a contract are strings, got {key!r}")
    entries = tuple((key, read_structure(item, low=low)) for key, item in given.items())
    return Named(entries, optional=optional)
