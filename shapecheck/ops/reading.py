"""Small operators that read or reinterpret a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, AtLeast, Equal, Shape
from shapecheck.ops.axes import axis_needs, kept
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


class ReadSize(Op):
    """Read the size of one axis: a number, as a tensor without axes."""

    axis: int = attr()

    codes = ("SHP109",)

    @property
    def label(self) -> str:
        return "size"

    def out(self, x: Shape) -> Shape:
        return Shape()

    def needs(self, x: Shape) -> Iterator[Need]:
        return axis_needs("size", x, (self.axis,))


class PairToComplex(Op):
    """Two numbers in the last axis become one complex number."""

    codes = ("SHP103", "SHP120")

    @property
    def label(self) -> str:
        return "view_as_complex"

    def out(self, x: Shape) -> Shape:
        return x[:-1]

    def needs(self, x: Shape) -> Iterator[Need]:
        if not x:
            yield Need(NEVER, "SHP103", "view_as_complex needs an axis of 2 numbers, got {shape}", shape=x)
        else:
            yield Need(
                Equal(x[-1], 2),
                "SHP120",
                "view_as_complex needs 2 numbers in the last axis of {shape}",
                shape=x,
            )

    def moves(self, x: Shape) -> Moves:
        return kept(len(x) - 1)


class Draw(Op):
    """Draw `count` positions from each row of weights."""

    count: Size = attr(low=1)
    repeats: bool = attr(False)

    codes = ("SHP103", "SHP120")

    @property
    def label(self) -> str:
        return "multinomial"

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((2, 1),)

    def out(self, x: Shape) -> Shape:
        return x[:-1] + Shape(self.count)

    def needs(self, x: Shape) -> Iterator[Need]:
        if not self.repeats:
            yield Need(
                AtLeast(x[-1], self.count),
                "SHP120",
                "cannot draw {count} of {have} without repeats",
                attribute="count",
                count=self.count,
                have=x[-1],
            )


class EnsureShape(Op):
    """The tensor itself, if it has the promised sizes; None leaves an axis open."""

    sizes: tuple[Size | None, ...] = attr()

    codes = ("SHP103", "SHP120")

    @property
    def label(self) -> str:
        return "ensure_shape"

    def out(self, x: Shape) -> Shape:
        return Shape(*(have if want is None else want for have, want in zip(x, self.sizes, strict=True)))

    def needs(self, x: Shape) -> Iterator[Need]:
        if len(x) != len(self.sizes):
            yield Need(
                NEVER,
                "SHP103",
                "{shape} has {rank} axes, {sizes} promises {count}",
                attribute="sizes",
                shape=x,
                rank=len(x),
                sizes=self.sizes,
                count=len(self.sizes),
            )
        for axis, (have, want) in enumerate(zip(x, self.sizes, strict=True)):
            if want is not None and have != want:
                yield Need(
                    Equal(have, want),
                    "SHP120",
                    "axis {axis} of {shape} is {have}, promised was {want}",
                    attribute="sizes",
                    axis=axis,
                    shape=x,
                    have=have,
                    want=want,
                )

    def moves(self, x: Shape) -> Moves:
        return kept(len(x))
