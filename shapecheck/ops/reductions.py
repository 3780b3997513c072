"""Operators that reduce axes: sum, mean, max, argmax, norm, and the selections along one axis (topk,
kthvalue).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, AtLeast, Equal, Shape
from shapecheck.ops.axes import axis_needs, distinct_needs, moved, normal, normals
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


class Reduce(Op):
    """Reduce the axes `axes` (None: all of them) by the function `name`; `keep` leaves them with size 1.

    `outputs` is 2 where values come with their indices. `nonempty` says that nothing cannot be reduced (max,
    argmax).
    """

    name: str = attr()
    axes: tuple[int, ...] | None = attr(None)
    keep: bool = attr(False)
    outputs: int = attr(1)
    scalar: bool = attr(True)
    nonempty: bool = attr(False)

    codes = ("SHP109", "SHP120")

    @property
    def label(self) -> str:
        return self.name

    def _gone(self, rank: int) -> tuple[int, ...]:
        return tuple(range(rank)) if self.axes is None else normals(self.axes, rank)

    def _places(self, x: Shape) -> list[int | None]:
        gone = self._gone(len(x))
        if self.keep:
            return [None if axis in gone else axis for axis in range(len(x))]
        return [axis for axis in range(len(x)) if axis not in gone]

    def out(self, x: Shape) -> Shape | tuple[Shape, ...]:
        shape = Shape(*(1 if axis is None else x[axis] for axis in self._places(x)))
        return shape if self.outputs == 1 else (shape,) * self.outputs

    def needs(self, x: Shape) -> Iterator[Need]:
        if self.axes is not None:
            yield from axis_needs(self.name, x, self.axes, attribute="axes", scalar=self.scalar)
            yield from distinct_needs(self.name, x, self.axes, "SHP120", "axes")
        if self.nonempty:
            for axis in self._gone(len(x)):
                if 0 <= axis < len(x) and not (isinstance(x[axis], int) and x[axis] != 0):
                    yield self._content_need(x, axis)

    def _content_need(self, x: Shape, axis: int) -> Need:
        if self.axes is None and not self.keep:
            claim = AtLeast(x.size, 1)
        else:
            claim = AtLeast(x[axis], 1)
        return Need(
            claim,
            "SHP120",
            "{name} over axis {axis} of {shape} has nothing to choose from",
            name=self.name,
            axis=axis,
            shape=x,
        )

    def moves(self, x: Shape) -> Moves:
        return moved(self._places(x))


class Select(Op):
    """Keep `count` elements along an axis, values and indices: topk.

    Without `axis_stays`, the axis goes: kthvalue.
    """

    name: str = attr()
    count: Size = attr()
    axis: int = attr(-1)
    keep: bool = attr(True)
    least: int = attr(0)
    scalar: bool = attr(True)

    codes = ("SHP109", "SHP113")

    @property
    def label(self) -> str:
        return self.name

    def out(self, x: Shape) -> tuple[Shape, Shape]:
        if not x:
            shape = x
        else:
            axis = normal(self.axis, len(x))
            shape = x[:axis] + (Shape(self.count) if self.keep else Shape()) + x[axis + 1 :]
        return (shape, shape)

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs(self.name, x, (self.axis,), scalar=self.scalar)
        size = x[normal(self.axis, len(x))] if x else 1
        for claim in (AtLeast(size, self.count), AtLeast(self.count, self.least)):
            yield Need(
                claim,
                "SHP113",
                "cannot take {count} of {size} elements along axis {axis} of {shape}",
                attribute="count",
                count=self.count,
                size=size,
                axis=self.axis,
                shape=x,
            )

    def moves(self, x: Shape) -> Moves:
        if not x:
            return ()
        axis = normal(self.axis, len(x))
        return moved((*range(axis), *((None,) if self.keep else ()), *range(axis + 1, len(x))))


class Histogram(Op):
    """Count into `bins` bins: the shape of the input does not matter."""

    name: str = attr()
    bins: Size = attr()

    @property
    def label(self) -> str:
        return self.name

    def out(self, *inputs: Shape) -> Shape:
        return Shape(self.bins)


class Diagonal(Op):
    """The diagonal of two axes, as a new last axis; `drop` sums it (trace).

    `matrix`: there must be no other axes.
    """

    offset: int = attr(0)
    first: int = attr(0)
    second: int = attr(1)
    drop: bool = attr(False)
    matrix: bool = attr(False)

    codes = ("SHP109", "SHP120", "SHP103")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((2,),) if self.matrix else (None,)

    @property
    def label(self) -> str:
        return "trace" if self.drop else "diagonal"

    def _kept(self, x: Shape) -> list[int]:
        pair = normals((self.first, self.second), len(x))
        return [axis for axis in range(len(x)) if axis not in pair]

    def out(self, x: Shape) -> Shape:
        from shapecheck.algebra import maximum, minimum

        first, second = (x[axis] for axis in normals((self.first, self.second), len(x)))
        if self.offset >= 0:
            length = minimum(first, second - self.offset)
        else:
            length = minimum(first + self.offset, second)
        rest = Shape(*(x[axis] for axis in self._kept(x)))
        return rest if self.drop else rest + Shape(maximum(length, 0))

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs(self.label, x, (self.first,), attribute="first")
        yield from axis_needs(self.label, x, (self.second,), attribute="second")
        yield from distinct_needs(self.label, x, (self.first, self.second), "SHP120", "second")

    def moves(self, x: Shape) -> Moves:
        return moved((*self._kept(x), *(() if self.drop else (None,))))


class Cross(Op):
    """A function of vectors of `size` elements along an axis."""

    name: str = attr()
    size: int = attr()
    axis: int = attr(-1)

    codes = ("SHP109", "SHP120")

    @property
    def label(self) -> str:
        return self.name

    def out(self, x: Shape) -> Shape:
        return x

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs(self.name, x, (self.axis,))
        have = x[normal(self.axis, len(x))]
        yield Need(
            Equal(have, self.size) if x else NEVER,
            "SHP120",
            "{name} needs {size} elements along axis {axis} of {shape}, got {have}",
            name=self.name,
            size=self.size,
            axis=self.axis,
            shape=x,
            have=have,
        )
