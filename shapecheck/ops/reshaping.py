"""Operators that read the elements in row-major order and lay them out anew: reshape, flatten, unflatten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import (
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    Differs,
    Divides,
    Equal,
    Shape,
    bounds,
    floordiv,
    product,
)
from shapecheck.ops.axes import axis_needs, normal
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves


def may_be_negative(size: Size) -> bool:
    """Whether a symbolic size is not known to be at least 0,
    so that it could turn out to be the -1 of a reshape.
    """
    if isinstance(size, int):
        return False
    low = bounds(size)[0]
    return low is None or low < 0


def regrouped(before: Shape, after: Shape) -> Moves:
    """The axis map of a row-major reshape: axes stay or merge wherever both shapes are cut at the same
    place.
    """
    moves: list[tuple[tuple[int, int], ...]] = []
    axis = 0
    while len(moves) < len(after) and axis < len(before) and before[axis] == after[len(moves)]:
        moves.append(((0, axis),))
        axis += 1
    tail: list[tuple[tuple[int, int], ...]] = []
    last, end = len(before), len(after)
    while last > axis and end > len(moves) and before[last - 1] == after[end - 1]:
        last -= 1
        end -= 1
        tail.append(((0, last),))
    if (
        end - len(moves) == 1
    ):  # everything between is merged into one axis (none at all: a new axis of size 1)
        moves.append(tuple((0, between) for between in range(axis, last)))
    else:
        moves.extend(() for _ in range(end - len(moves)))
    return (*moves, *reversed(tail))


class Reshape(Op):
    """Lay the elements out in `sizes`, in the same order; one of the sizes may be -1 and takes what is left.

    The first `keep` axes stay as they are and are not part of `sizes`. `sizes` is kept as written. `verb` is
    what the user called it ("view").
    """

    sizes: tuple[Size, ...] = attr()
    keep: int = attr(0)
    verb: str = attr("reshape")

    codes = ("SHP105", "SHP120", "SHP103")

    @property
    def label(self) -> str:
        return self.verb

    def out(self, x: Shape) -> Shape:
        kept, rest = x[: self.keep], x[self.keep :]
        if -1 not in self.sizes:
            return kept + Shape(*self.sizes)
        known = product(size for size in self.sizes if size != -1)
        hole = floordiv(rest.size, known)
        return kept + Shape(*(hole if size == -1 else size for size in self.sizes))

    def needs(self, x: Shape) -> Iterator[Need]:
        if len(x) < self.keep:
            yield Need(
                NEVER,
                "SHP103",
                "cannot {verb} {shape}: it needs at least {keep} axes",
                verb=self.verb,
                shape=x,
                keep=self.keep,
            )
            return
        rest = x[self.keep :]
        known = product(size for size in self.sizes if size != -1)
        yield from self._size_needs(x)
        if -1 not in self.sizes:
            yield self._need(
                Equal(rest.size, known), x, "cannot {verb} {count} elements of {shape} as {sizes}"
            )
        elif known == 0:
            yield self._need(
                NEVER, x, "cannot {verb} {shape} as {sizes}: with a size of 0 the -1 could be anything"
            )
        else:
            yield self._need(
                AllOf(Differs(known, 0), Divides(known, rest.size))
                if not isinstance(known, int)
                else Divides(known, rest.size),
                x,
                "cannot {verb} {count} elements of {shape} as {sizes}: {count} is no multiple of {known}",
            )

    def _size_needs(self, x: Shape) -> Iterator[Need]:
        if self.sizes.count(-1) > 1:
            yield self._need(NEVER, x, "cannot {verb} {shape} as {sizes}: only one size can be -1")
        for size in self.sizes:
            if isinstance(size, int) and size < -1:
                yield Need(
                    NEVER,
                    "SHP120",
                    "cannot {verb} {shape} as {sizes}: {size} is no size",
                    attribute="sizes",
                    verb=self.verb,
                    shape=x,
                    sizes=Shape(*self.sizes),
                    size=size,
                )

    def _need(self, claim: Claim, x: Shape, template: str) -> Need:
        doubtful = [AtLeast(-1, size) for size in self.sizes if may_be_negative(size)]
        rest = x[self.keep :]
        known = [size for size in self.sizes if size != -1]
        want = None
        if len(self.sizes) == 2 and rest and not self.keep:  # (batch, features): the features of one sample
            want = (self.sizes[0], product(rest[1:]))
        return Need(
            AnyOf(claim, *doubtful) if doubtful else claim,
            "SHP105",
            template,
            attribute="sizes",
            want=want,  # type: ignore[arg-type]  # an attribute with several sizes wants several
            verb=self.verb,
            count=rest.size,
            shape=rest,
            sizes=Shape(*self.sizes),
            known=product(known),
        )

    def presumes(self, x: Shape) -> list[Claim]:
        return [AtLeast(size, 0) for size in self.sizes if may_be_negative(size)]

    def moves(self, x: Shape) -> Moves:
        return regrouped(x, self.out(x))


class Flatten(Op):
    """Merge the axes `start` to `end`, both included, into one; a tensor without axes becomes (1,)."""

    start: int = attr(0)
    end: int = attr(-1)

    codes = ("SHP109", "SHP120")

    @property
    def label(self) -> str:
        return "flatten"

    def out(self, x: Shape) -> Shape:
        if not x:
            return Shape(1)
        start, end = normal(self.start, len(x)), normal(self.end, len(x))
        return x[:start] + Shape(x[start : end + 1].size) + x[end + 1 :]

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs("flatten", x, (self.start,), attribute="start", scalar=True)
        yield from axis_needs("flatten", x, (self.end,), attribute="end", scalar=True)
        if x and normal(self.start, len(x)) > normal(self.end, len(x)):
            yield Need(
                NEVER,
                "SHP120",
                "cannot flatten {shape} from axis {start} to {end}: the start is behind the end",
                attribute="start",
                shape=x,
                start=self.start,
                end=self.end,
            )

    def moves(self, x: Shape) -> Moves:
        if not x:
            return ((),)
        start, end = normal(self.start, len(x)), normal(self.end, len(x))
        merged = tuple((0, axis) for axis in range(start, end + 1))
        front = tuple(((0, axis),) for axis in range(start))
        return (*front, merged, *(((0, axis),) for axis in range(end + 1, len(x))))


class Unflatten(Op):
    """Split one axis into several sizes, one of which may be -1."""

    axis: int = attr()
    sizes: tuple[Size, ...] = attr()

    codes = ("SHP105", "SHP109", "SHP120")

    @property
    def label(self) -> str:
        return "unflatten"

    def _parts(self) -> Reshape:
        return Reshape(self.sizes, verb="unflatten")

    def out(self, x: Shape) -> Shape:
        axis = normal(self.axis, len(x))
        return x[:axis] + self._parts().out(x[axis : axis + 1]) + x[axis + 1 :]

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs("unflatten", x, (self.axis,))
        if not self.sizes:
            yield Need(
                NEVER,
                "SHP120",
                "cannot unflatten axis {axis} into no sizes",
                attribute="sizes",
                axis=self.axis,
            )
            return
        axis = normal(self.axis, len(x))
        yield from self._parts().needs(x[axis : axis + 1])

    def presumes(self, x: Shape) -> list[Claim]:
        return self._parts().presumes(x)

    def moves(self, x: Shape) -> Moves:
        axis = normal(self.axis, len(x))
        new: list[Any] = [()] * len(self.sizes)
        return (
            *(((0, before),) for before in range(axis)),
            *new,
            *(((0, behind),) for behind in range(axis + 1, len(x))),
        )
