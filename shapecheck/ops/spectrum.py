"""Fourier transforms: real numbers in, half of the frequencies out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import AtLeast, Shape, floordiv
from shapecheck.ops.axes import axis_needs, moved, normal
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.ops.base import Moves


class HalfSpectrum(Op):
    """The transform of real numbers along an axis of n elements: n // 2 + 1 frequencies; `back` turns it round."""

    axis: int = attr(-1)
    back: bool = attr(False)

    codes = ("SHP109", "SHP120")

    @property
    def label(self) -> str:
        return "irfft" if self.back else "rfft"

    def out(self, x: Shape) -> Shape:
        axis = normal(self.axis, len(x))
        size = 2 * (x[axis] - 1) if self.back else floordiv(x[axis], 2) + 1
        return x[:axis] + Shape(size) + x[axis + 1 :]

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs(self.label, x, (self.axis,))
        size = x[normal(self.axis, len(x))]
        yield Need(
            AtLeast(size, 2 if self.back else 1),
            "SHP120",
            "{label} of axis {axis} of {shape}, whose size is {size}",
            label=self.label,
            axis=self.axis,
            shape=x,
            size=size,
        )

    def moves(self, x: Shape) -> Moves:
        axis = normal(self.axis, len(x))
        return moved(None if each == axis else each for each in range(len(x)))
