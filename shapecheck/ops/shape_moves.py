"""Operators that move, drop and add axes: permute, transpose, moveaxis, squeeze, unsqueeze."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, Differs, Equal, Shape
from shapecheck.ops.axes import axis_needs, distinct_needs, moved, normal, normals
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.repeating import Along, Expand, RepeatInterleave, Tile
from shapecheck.ops.reshaping import Flatten, Reshape, Unflatten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim
    from shapecheck.ops.base import Moves

__all__ = [
    "Along",
    "Expand",
    "Flatten",
    "MoveAxis",
    "Permute",
    "RepeatInterleave",
    "Reshape",
    "Squeeze",
    "Tile",
    "Transpose",
    "Unflatten",
    "Unsqueeze",
]


class Permute(Op):
    """Put the axes in the order `axes`, which names each of them once."""

    axes: tuple[int, ...] = attr()

    codes = ("SHP115", "SHP109")

    @property
    def label(self) -> str:
        return "permute"

    def out(self, x: Shape) -> Shape:
        return Shape(*(x[axis] for axis in normals(self.axes, len(x))))

    def needs(self, x: Shape) -> Iterator[Need]:
        if len(self.axes) != len(x):
            yield Need(
                NEVER,
                "SHP115",
                "the permutation {axes} names {count} axes, but {shape} has {rank}",
                attribute="axes",
                axes=self.axes,
                count=len(self.axes),
                shape=x,
                rank=len(x),
            )
        yield from axis_needs("permute", x, self.axes, attribute="axes")
        yield from distinct_needs("the permutation", x, self.axes, "SHP115", "axes")

    def moves(self, x: Shape) -> Moves:
        return moved(normals(self.axes, len(x)))


class Transpose(Op):
    """Exchange two axes. `scalar` says that a tensor without axes counts as having one."""

    first: int = attr()
    second: int = attr()
    scalar: bool = attr(True)

    codes = ("SHP109",)

    @property
    def label(self) -> str:
        return "transpose"

    def _order(self, rank: int) -> list[int]:
        order = list(range(rank))
        if rank:
            first, second = normal(self.first, rank), normal(self.second, rank)
            order[first], order[second] = second, first
        return order

    def out(self, x: Shape) -> Shape:
        return Shape(*(x[axis] for axis in self._order(len(x))))

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs("transpose", x, (self.first,), attribute="first", scalar=self.scalar)
        yield from axis_needs("transpose", x, (self.second,), attribute="second", scalar=self.scalar)

    def moves(self, x: Shape) -> Moves:
        return moved(self._order(len(x)))


class MoveAxis(Op):
    """Move the axes `source` to the places `destination`; the others keep their order.

    `scalar` says that a tensor without axes counts as having one.
    """

    source: tuple[int, ...] = attr()
    destination: tuple[int, ...] = attr()
    scalar: bool = attr(False)

    codes = ("SHP109", "SHP115")

    @property
    def label(self) -> str:
        return "moveaxis"

    def _order(self, rank: int) -> list[int]:
        if not rank:
            return []
        source, destination = normals(self.source, rank), normals(self.destination, rank)
        order = [axis for axis in range(rank) if axis not in source]
        for place, axis in sorted(zip(destination, source, strict=True)):
            order.insert(place, axis)
        return order

    def out(self, x: Shape) -> Shape:
        return Shape(*(x[axis] for axis in self._order(len(x))))

    def needs(self, x: Shape) -> Iterator[Need]:
        if len(self.source) != len(self.destination):
            yield Need(
                NEVER,
                "SHP115",
                "moveaxis moves {source} to {destination}: not as many places as axes",
                attribute="source",
                source=self.source,
                destination=self.destination,
            )
        yield from axis_needs("moveaxis", x, self.source, attribute="source", scalar=self.scalar)
        yield from axis_needs("moveaxis", x, self.destination, attribute="destination", scalar=self.scalar)
        yield from distinct_needs("moveaxis", x, self.source, "SHP115", "source")
        yield from distinct_needs("moveaxis", x, self.destination, "SHP115", "destination")

    def moves(self, x: Shape) -> Moves:
        return moved(self._order(len(x)))


class Squeeze(Op):
    """Drop axes of size 1: all of them, or those named in `axes`.

    A named axis of another size is kept, or is an error if `strict` (TensorFlow, numpy, Keras).
    """

    axes: tuple[int, ...] | None = attr(None)
    strict: bool = attr(False)

    codes = ("SHP109", "SHP105", "SHP120")

    @property
    def label(self) -> str:
        return "squeeze"

    def _candidates(self, x: Shape) -> tuple[int, ...]:
        return tuple(range(len(x))) if self.axes is None else normals(self.axes, len(x))

    def _left(self, x: Shape) -> list[int]:
        gone = self._candidates(x)
        strict = self.strict and self.axes is not None
        return [axis for axis in range(len(x)) if axis not in gone or not (strict or x[axis] == 1)]

    def out(self, x: Shape) -> Shape:
        return Shape(*(x[axis] for axis in self._left(x)))

    def needs(self, x: Shape) -> Iterator[Need]:
        axes = self.axes or ()
        yield from axis_needs("squeeze", x, axes, scalar=not self.strict)
        yield from distinct_needs("squeeze", x, axes, "SHP120")
        if self.strict:
            for axis in axes:
                yield Need(
                    Equal(x[axis], 1),
                    "SHP105",
                    "cannot squeeze axis {axis} of {shape}: its size is {size}, not 1",
                    attribute="axes",
                    axis=axis,
                    shape=x,
                    size=x[axis],
                )

    def presumes(self, x: Shape) -> list[Claim]:
        if self.strict and self.axes is not None:
            return []
        sizes = [x[axis] for axis in self._candidates(x) if 0 <= axis < len(x)]
        return [Differs(size, 1) for size in sizes if size != 1]

    def moves(self, x: Shape) -> Moves:
        return moved(self._left(x))


class Unsqueeze(Op):
    """Add an axis of size 1 at each place in `axes`, counted in the result."""

    axes: tuple[int, ...] = attr()

    codes = ("SHP109", "SHP120")

    @property
    def label(self) -> str:
        return "unsqueeze"

    def _places(self, x: Shape) -> list[int | None]:
        rank = len(x) + len(self.axes)
        new = normals(self.axes, rank)
        old = iter(range(len(x)))
        # Axes that repeat fail a need; then too few are new, and what else is asked must only not break.
        return [None if axis in new else next(old, 0) for axis in range(rank)]

    def out(self, x: Shape) -> Shape:
        return Shape(*(1 if axis is None else x[axis] for axis in self._places(x)))

    def needs(self, x: Shape) -> Iterator[Need]:
        rank = len(x) + len(self.axes)
        yield from axis_needs("unsqueeze", x, self.axes, rank=rank, attribute="axes")
        if len(set(normals(self.axes, rank))) != len(self.axes):
            yield Need(
                NEVER, "SHP120", "cannot add the same axis twice: {axes}", attribute="axes", axes=self.axes
            )

    def moves(self, x: Shape) -> Moves:
        return moved(self._places(x))
