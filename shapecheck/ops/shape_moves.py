"""Operators that move, drop, add or repeat axes: permute, transpose, squeeze, unsqueeze, expand, tile, flip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AnyOf, AtLeast, Differs, Equal, Proof, Shape, equal
from shapecheck.ops.axes import axis_needs, distinct_needs, kept, listed, moved, normal, normals
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.reshaping import Flatten, Reshape, Unflatten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Size
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


class Expand(Op):
    """Repeat axes of size 1 until the shape is `sizes`; new axes come in front.

    With `wildcard`, -1 keeps an axis as it is.
    """

    sizes: tuple[Size, ...] = attr()
    wildcard: bool = attr(True)
    verb: str = attr("expand")

    codes = ("SHP119",)

    @property
    def label(self) -> str:
        return self.verb

    def out(self, x: Shape) -> Shape:
        new = len(self.sizes) - len(x)
        return Shape(*(x[axis - new] if size == -1 else size for axis, size in enumerate(self.sizes)))

    def needs(self, x: Shape) -> Iterator[Need]:
        new = len(self.sizes) - len(x)
        if new < 0:
            yield self._need(
                NEVER, x, "cannot {verb} {shape} to {sizes}: it has {rank} axes, more than {count}"
            )
        for axis, size in enumerate(self.sizes):
            if isinstance(size, int) and (size < -1 or (size == -1 and (axis < new or not self.wildcard))):
                yield self._need(
                    NEVER, x, "cannot {verb} {shape} to {sizes}: {size} is no size for axis {axis}", axis
                )
            elif axis >= new and size != -1:
                old = x[axis - new]
                yield self._need(
                    AnyOf(Equal(old, size), Equal(old, 1)),
                    x,
                    "cannot {verb} {shape} to {sizes}: axis {axis} is {old}, neither 1 nor {size}",
                    axis,
                )

    def _need(self, claim: Claim, x: Shape, template: str, axis: int = 0) -> Need:
        place = axis - len(self.sizes) + len(x)
        return Need(
            claim,
            "SHP119",
            template,
            attribute="sizes",
            verb=self.verb,
            shape=x,
            sizes=Shape(*self.sizes),
            rank=len(x),
            count=len(self.sizes),
            axis=axis,
            size=self.sizes[axis] if self.sizes else None,
            old=x[place] if 0 <= place < len(x) else None,
        )

    def moves(self, x: Shape) -> Moves:
        new = len(self.sizes) - len(x)
        same = self.out(x)[new:]
        return moved((*(None,) * new, *(axis if same[axis] == x[axis] else None for axis in range(len(x)))))


class Tile(Op):
    """Repeat the tensor `times` along each axis; missing axes, on either side, come in front and have size 1.

    `rule` says how many times must be given: "any" number, "at_least" one for each axis (torch's repeat), or
    as many as there are axes: "equal" (tf.tile).
    """

    times: tuple[Size, ...] = attr()
    rule: str = attr("any", choices=("any", "at_least", "equal"))
    verb: str = attr("tile")

    codes = ("SHP103", "SHP120")

    @property
    def label(self) -> str:
        return self.verb

    def out(self, x: Shape) -> Shape:
        rank = max(len(x), len(self.times))
        sizes = (1,) * (rank - len(x)) + tuple(x)
        times = (1,) * (rank - len(self.times)) + self.times
        return Shape(*(size * count for size, count in zip(sizes, times, strict=True)))

    def needs(self, x: Shape) -> Iterator[Need]:
        count, rank = len(self.times), len(x)
        if (self.rule == "at_least" and count < rank) or (self.rule == "equal" and count != rank):
            yield Need(
                NEVER,
                "SHP103",
                "{verb} needs {how} {rank} numbers for {shape}, got {count} in {times}",
                attribute="times",
                verb=self.verb,
                how="at least" if self.rule == "at_least" else "exactly",
                rank=rank,
                shape=x,
                count=count,
                times=self.times,
            )
        sizes = (1,) * (count - rank) + tuple(x)
        times = (1,) * (rank - count) + self.times
        for size, time in zip(sizes, times, strict=True):
            if not (isinstance(time, int) and time >= 0):  # an empty axis may be repeated -1 times
                yield Need(
                    AnyOf(AtLeast(time, 0), Equal(size, 0)),
                    "SHP120",
                    "cannot {verb} {shape} {times} times",
                    attribute="times",
                    verb=self.verb,
                    shape=x,
                    times=self.times,
                )

    def moves(self, x: Shape) -> Moves:
        out = self.out(x)
        new = len(out) - len(x)
        same = [axis if out[axis + new] == x[axis] else None for axis in range(len(x))]
        return moved((*(None,) * new, *same))


class RepeatInterleave(Op):
    """Repeat each element `repeats` times along one axis, or of the flattened tensor when `axis` is None.

    `repeats` may hold one number for each element; `total` is the resulting size where only that is known.
    """

    repeats: Any = attr(None, low=0)
    axis: int | None = attr(None)
    total: Size | None = attr(None)

    codes = ("SHP109", "SHP106", "SHP120")

    @property
    def label(self) -> str:
        return "repeat_interleave"

    def out(self, x: Shape) -> Shape:
        whole = Shape(x.size) if self.axis is None else x
        axis = 0 if self.axis is None else normal(self.axis, max(len(x), 1))
        if not whole:
            whole = Shape(1)
        if self.total is not None:
            size: Any = self.total
        elif isinstance(self.repeats, tuple) and len(self.repeats) > 1:
            size = sum(self.repeats)
        else:
            size = whole[axis] * listed(self.repeats)[0]
        return whole[:axis] + Shape(size) + whole[axis + 1 :]

    def needs(self, x: Shape) -> Iterator[Need]:
        if self.axis is not None:
            yield from axis_needs("repeat_interleave", x, (self.axis,))
        if isinstance(self.repeats, tuple) and len(self.repeats) != 1:
            count = x.size if self.axis is None else (x or Shape(1))[normal(self.axis, max(len(x), 1))]
            yield Need(
                Equal(len(self.repeats), count),
                "SHP106",
                "cannot repeat {count} elements of {shape} by {given} numbers",
                attribute="repeats",
                count=count,
                shape=x,
                given=len(self.repeats),
            )

    def moves(self, x: Shape) -> Moves:
        if self.axis is None:
            return ((),)
        axis = normal(self.axis, max(len(x), 1))
        return moved(None if each == axis else each for each in range(max(len(x), 1)))


class Along(Op):
    """Work along some axes without changing the shape: softmax, cumsum, sort, flip, roll.

    `name` is the function; `axes` None stands for no axis in particular. `scalar` says that a tensor without axes
    counts as having one. `distinct` says that no axis may be named twice. `outputs` is 2 for values and indices.
    `skips_empty` says that a tensor without elements is never looked at.
    """

    name: str = attr()
    axes: tuple[int, ...] | None = attr(None)
    scalar: bool = attr(True)
    distinct: bool = attr(False)
    outputs: int = attr(1)
    skips_empty: bool = attr(False)

    codes = ("SHP109", "SHP120")

    @property
    def label(self) -> str:
        return self.name

    def out(self, x: Shape) -> Shape | tuple[Shape, ...]:
        return x if self.outputs == 1 else (x,) * self.outputs

    def needs(self, x: Shape) -> Iterator[Need]:
        if self.axes is not None:
            unless = Equal(x.size, 0) if self.skips_empty and x.size != 1 else NEVER
            yield from axis_needs(
                self.name, x, self.axes, attribute="axes", scalar=self.scalar, unless=unless
            )
            if self.distinct:
                yield from distinct_needs(self.name, x, self.axes, "SHP120", "axes")

    def moves(self, x: Shape) -> Moves:
        return kept(len(x))


def is_one(size: Size) -> bool | None:
    """Whether a size is 1; None when that is not known."""
    proof = equal(size, 1)
    return None if proof is Proof.UNKNOWN else proof is Proof.YES
