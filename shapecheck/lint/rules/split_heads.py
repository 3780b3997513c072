"""A part of SHP301: heads that are split off the features, but written in front of the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecheck.algebra import Shape


def split_before(
    origins: tuple[Any, ...], tokens: tuple[Any, ...], before: Shape, after: Shape
) -> int | None:
    """The axis in front of which a part of a later one is written, as in (b, t, d) to (b, heads, t, d//heads).

    In memory that part varies faster than the axis, so that the axis no longer is what its name says. None unless
    everything before the axis stays where it was, the part is a number of 2 or more, and the axis itself is named next.
    """
    if len(origins) != len(after) or len(tokens) != len(before):
        return None
    for axis, (origin, token) in enumerate(zip(origins, tokens, strict=False)):
        if _names(origin) == [token]:
            continue
        part = after[axis]
        behind = origins[axis + 1] if axis + 1 < len(origins) else None
        certain = type(part) is int and part >= 2 and not _names(origin) and not _worked_out(origin)
        if axis == 0 or not certain or _names(behind) != [token] or before[axis] == 1:
            return None
        rest = origins[axis + 2 :]
        return axis if rest and not any(_names(entry) for entry in rest) else None
    return None


def _names(origin: Any) -> list[Any]:
    return list(getattr(origin, "tokens", None) or ())


def _worked_out(origin: Any) -> bool:
    """Whether a size was worked out from the sizes of axes."""
    return origin is not None and (origin.kind == "axis" or any(map(_worked_out, origin.parts)))
