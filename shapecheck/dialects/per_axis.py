"""Arguments that give one value for every axis, or one for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, NotUnderstood

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments


def per_axis(arguments: Arguments, name: str, *, single: bool = True) -> Any:
    """One size, or a tuple of them; with `single` a tuple of one counts as the one value. None stays None."""
    if arguments.values[name] is None:
        return None
    found = arguments.sizes(name)
    if isinstance(found, tuple) and single and len(found) == 1:
        return found[0]
    return found


def padding_of(arguments: Arguments, name: str = "padding") -> Any:
    """A padding: a rule by its name in lower case, or sizes."""
    value = arguments.values[name]
    return value.lower() if isinstance(value, str) else per_axis(arguments, name)


def pairs(arguments: Arguments, name: str, rank: int) -> tuple[tuple[Any, Any], ...]:
    """Paddings and croppings of Keras, one (low, high) for each axis.

    Given as one size for all ends, one for each axis, or a pair for each axis; on a single axis the pair
    itself.
    """
    value = arguments.known(name)
    if not isinstance(value, tuple | list):
        return ((arguments.size(name),) * 2,) * rank
    if rank == 1 and len(value) == 2 and not any(isinstance(entry, tuple | list) for entry in value):
        value = (value,)
    if len(value) != rank:
        raise NotUnderstood(f"{name} has {len(value)} entries for {rank} axes")
    found = []
    for entry in value:
        ends = tuple(entry) if isinstance(entry, tuple | list) else (entry, entry)
        if len(ends) != 2 or any(end is UNKNOWN for end in ends):
            raise NotUnderstood(f"{name} is not known at both ends")
        found.append((ends[0], ends[1]))
    return tuple(found)
