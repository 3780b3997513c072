"""Sliding windows as an axis of their own (Tensor.unfold)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import AtLeast, Shape, floordiv
from shapecheck.ops.axes import axis_needs, moved, normal
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


class SlidingWindow(Op):
    """All windows of `size` elements along an axis, `step` apart.

    The elements of a window become the last axis.
    """

    axis: int = attr()
    size: Size = attr(low=0)
    step: Size = attr(1, low=1)

    codes = ("SHP104", "SHP109", "SHP120")

    @property
    def label(self) -> str:
        return "unfold"

    def out(self, x: Shape) -> Shape:
        if not x:
            return Shape(self.size)
        axis = normal(self.axis, len(x))
        return (
            x[:axis] + Shape(floordiv(x[axis] - self.size, self.step) + 1) + x[axis + 1 :] + Shape(self.size)
        )

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs("unfold", x, (self.axis,), scalar=True)
        have = x[normal(self.axis, len(x))] if x else 1
        yield Need(
            AtLeast(have, self.size),
            "SHP104",
            "a window of {size} does not fit in axis {axis} of {shape}, whose size is {have}",
            attribute="size",
            size=self.size,
            axis=self.axis,
            shape=x,
            have=have,
        )

    def moves(self, x: Shape) -> Moves:
        if not x:
            return ((),)
        axis = normal(self.axis, len(x))
        return moved((*(None if each == axis else each for each in range(len(x))), None))
