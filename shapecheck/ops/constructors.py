"""Tensors made from sizes: there is nothing to check but the sizes themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Shape, ceildiv, maximum
from shapecheck.ops.base import Op, attr

if TYPE_CHECKING:
    from shapecheck.algebra import Size


class Make(Op):
    """A new tensor of the given sizes."""

    sizes: tuple[Size, ...] = attr(low=0)

    codes = ("SHP120",)

    @property
    def label(self) -> str:
        return "a new tensor"

    def out(self) -> Shape:
        return Shape(*self.sizes)


def steps(start: Size, end: Size, step: Size) -> Size | None:
    """How many numbers there are from `start` to before `end`; None when the direction is not known."""
    if not isinstance(step, int) or step == 0:
        return None
    if step > 0:
        return maximum(ceildiv(end - start, step), 0)
    return maximum(ceildiv(start - end, -step), 0)
