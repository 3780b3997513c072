"""A part of one axis that must lie within it (torch's narrow, tf.slice)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, AnyOf, AtLeast, Shape
from shapecheck.ops.axes import axis_needs, moved, normal
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


class Narrow(Op):
    """`length` elements of an axis from `start` on; a negative start counts from the end."""

    axis: int = attr()
    start: Size = attr()
    length: Size = attr(low=0)

    codes = ("SHP109", "SHP113", "SHP120")

    @property
    def label(self) -> str:
        return "narrow"

    def out(self, x: Shape) -> Shape:
        axis = normal(self.axis, len(x))
        return x[:axis] + Shape(self.length) + x[axis + 1 :]

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs("narrow", x, (self.axis,))
        size = x[normal(self.axis, len(x))]
        start = self.start
        if isinstance(start, int):
            place = size + start if start < 0 else start
            claims = [AtLeast(place, 0), AtLeast(size, place + self.length)]
        else:
            claims = [AnyOf(AtLeast(-1, start), AtLeast(size, start + self.length))]
        for claim in claims:
            yield Need(
                claim,
                "SHP113",
                "{length} elements from {start} on reach beyond axis {axis} of {shape}, whose size is {size}",
                attribute="length",
                length=self.length,
                start=start,
                axis=self.axis,
                shape=x,
                size=size,
            )

    def moves(self, x: Shape) -> Moves:
        axis = normal(self.axis, len(x))
        return moved(None if each == axis else each for each in range(len(x)))


class Block(Op):
    """A block of `sizes` elements from `starts` on, one number for each axis.

    A size of -1 takes what is left.
    """

    starts: tuple[Size, ...] = attr()
    sizes: tuple[Size, ...] = attr()

    codes = ("SHP103", "SHP113")

    @property
    def label(self) -> str:
        return "slice"

    def out(self, x: Shape) -> Shape:
        rows = zip(x, self.starts, self.sizes, strict=True)
        return Shape(*(have - start if size == -1 else size for have, start, size in rows))

    def needs(self, x: Shape) -> Iterator[Need]:
        for numbers in (self.starts, self.sizes):
            if len(numbers) != len(x):
                yield Need(
                    NEVER,
                    "SHP103",
                    "slice needs {rank} numbers for {shape}, got {numbers}",
                    rank=len(x),
                    shape=x,
                    numbers=numbers,
                )
        for axis, (have, start, size) in enumerate(zip(x, self.starts, self.sizes, strict=True)):
            end = start if size == -1 else start + size
            for claim in (
                AtLeast(have, end),
                AtLeast(start, 0),
                *(() if size == -1 else (AtLeast(size, 0),)),
            ):
                yield Need(
                    claim,
                    "SHP113",
                    "{size} elements from {start} on reach beyond axis {axis} of "
                    "{shape}, whose size is {have}",
                    size=size,
                    start=start,
                    axis=axis,
                    shape=x,
                    have=have,
                )

    def moves(self, x: Shape) -> Moves:
        return moved(axis if self.out(x)[axis] == x[axis] else None for axis in range(len(x)))
