"""How large a value may become. What would be larger is unknown, so that no program makes the analysis endless.

Every operation checks what it makes, and takes only what was checked before: one step never grows far past these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Dim
from shapecheck.interpret.values import Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.algebra import Size
    from shapecheck.interpret.values import Value

# Larger integers are not computed: no size is as large, and big numbers take unbounded time and memory.
MOST_BITS = 4096
_LARGEST = 1 << MOST_BITS
# Factors of a symbolic size, however deep: a sum that is multiplied over and over has exponentially many.
MOST_FACTORS = 40
# A longer list, tuple or range is not held element by element.
MOST_ITEMS = 10_000
# A longer text is not held: nobody compares it, and repetition could make it endless.
LONGEST_TEXT = 10_000
# Entries of nested containers, counted as often as they are met: two lists may share their parts.
HEAVIEST = 20_000


def fits(size: Size) -> bool:
    """True for a size that is small enough to go on with."""
    if type(size) is int:
        return -_LARGEST < size < _LARGEST
    pending: list[Size] = [size]
    left = MOST_FACTORS
    while pending:
        part = pending.pop()
        if not isinstance(part, Dim):
            if not -_LARGEST < part < _LARGEST:
                return False
            continue
        if not -_LARGEST < part.constant < _LARGEST:
            return False
        for monomial, count in part.terms:
            left -= len(monomial)
            if left < 0 or not -_LARGEST < count < _LARGEST:
                return False
            for atom in monomial:
                if atom.args:
                    pending.extend(atom.args)
    return True


def together(*parts: list[Value] | None) -> list[Value] | None:
    """The elements of several lists in one, None where one is not known or there would be too many."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or sum(map(len, known)) > MOST_ITEMS:
        return None
    return [entry for part in known for entry in part]


def is_light(value: Value) -> bool:
    """True for a container that can be walked whole; one that holds itself cannot."""
    pending: list[Iterable[Value]] = [_inside(value)]
    left = HEAVIEST
    while pending:
        for entry in pending.pop():
            left -= 1
            if left < 0:
                return False
            if type(entry) is Sequence or type(entry) is Mapping:
                pending.append(_inside(entry))
    return True


def _inside(value: Value) -> Iterable[Value]:
    if type(value) is Sequence:
        return value.items or ()
    return (value.entries or {}).values() if type(value) is Mapping else ()
