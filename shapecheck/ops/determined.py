"""A size of which only this is known: that certain other values determine it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Dim, unknown

if TYPE_CHECKING:
    from shapecheck.algebra import Size


def determined(what: str, *values: object) -> Size:
    """The unknown result of the function `what` on `values`: the same values always give the same unknown."""
    keys = (repr(value.key) if isinstance(value, Dim) else repr(value) for value in values)
    return unknown(f"{what} {' '.join(keys)}")
