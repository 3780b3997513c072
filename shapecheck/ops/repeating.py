"""Operators that stretch and repeat axes, or work along them: expand, tile, repeat_interleave, flip,
softmax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AnyOf, AtLeast, Equal, Shape
from shapecheck.ops.axes import axis_needs, distinct_needs, kept, listed, moved, normal
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves


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

    `name` is the function; `axes` None stands for no axis in particular. `scalar` says that a tensor without
    axes counts as having one. `distinct` says that no axis may be named twice. `outputs` is 2 for values and
    indices. `skips_empty` says that a tensor without elements is never looked at.
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
