"""Operators that join several tensors: along an axis they have, or along a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, Equal, Shape, total
from shapecheck.ops.axes import axis_needs, moved, normal
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import ordinal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecheck.ops.base import Moves


class Concat(Op):
    """Put tensors one behind the other along an axis; all other axes must agree.

    With `skip_empty`, tensors of shape (0,) take no part, whatever the others look like (PyTorch keeps this
    rule).
    """

    axis: int = attr(0)
    skip_empty: bool = attr(False)

    codes = ("SHP108", "SHP109", "SHP103", "SHP120")

    @property
    def label(self) -> str:
        return "concatenate"

    def _parts(self, inputs: Sequence[Shape]) -> list[tuple[int, Shape]]:
        parts = list(enumerate(inputs))
        if self.skip_empty:
            parts = [(index, shape) for index, shape in parts if not (len(shape) == 1 and shape[0] == 0)]
        return parts or [(0, inputs[0])]

    def _main(self, parts: list[tuple[int, Shape]]) -> tuple[int, Shape]:
        """The part that the others must look like: one that takes part for sure, if there is one."""
        if self.skip_empty:
            return next((part for part in parts if len(part[1]) != 1), parts[0])
        return parts[0]

    def out(self, *inputs: Shape) -> Shape:
        taking = self._parts(inputs)
        rank = len(self._main(taking)[1])
        parts = [shape for _, shape in taking if len(shape) == rank]
        first = parts[0]
        axis = normal(self.axis, len(first))
        if self.skip_empty and len(first) == 1:
            axis = 0
        return first[:axis] + Shape(total(shape[axis] for shape in parts)) + first[axis + 1 :]

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        if not inputs:
            yield Need(NEVER, "SHP120", "cannot concatenate no tensors at all")
            return
        parts = self._parts(inputs)
        for index, shape in parts:
            if not shape:
                yield Need(NEVER, "SHP103", "cannot concatenate a tensor without axes", subject=index)
        start, first = self._main(parts)
        lone = self.skip_empty and all(len(shape) == 1 for shape in inputs)  # all of them may be empty
        unless = Equal(total(shape[0] for shape in inputs), 0) if lone else NEVER
        yield from axis_needs("concatenate", first, (self.axis,), subject=start, unless=unless)
        axis = normal(self.axis, len(first))
        for index, shape in parts:
            if len(shape) != len(first):
                yield self._rank_need((start, first), (index, shape))
                continue
            for place, (size, other) in enumerate(zip(first, shape, strict=True)):
                if place != axis and size != other and index != start:
                    yield self._size_need((start, first), (index, shape), place)

    def _rank_need(self, one: tuple[int, Shape], other: tuple[int, Shape]) -> Need:
        # A symbolic size could be the 0 of a tensor that takes no part.
        doubtful = [shape[0] for _, shape in (one, other) if self.skip_empty and len(shape) == 1]
        return Need(
            Equal(doubtful[0], 0) if doubtful else NEVER,
            "SHP108",
            "cannot concatenate {one} and {other}: {a} axes in the {first}, {b} in the {second}",
            subject=other[0],
            one=one[1],
            other=other[1],
            a=len(one[1]),
            b=len(other[1]),
            first=f"{ordinal(one[0])} tensor",
            second=ordinal(other[0]),
        )

    def _size_need(self, one: tuple[int, Shape], other: tuple[int, Shape], place: int) -> Need:
        return Need(
            Equal(one[1][place], other[1][place]),
            "SHP108",
            "cannot concatenate along axis {axis}: axis {place} is {a} in the {first} tensor and {b} in "
            "the {second}",
            subject=other[0],
            axis=self.axis,
            place=place,
            a=one[1][place],
            b=other[1][place],
            first=ordinal(one[0]),
            second=ordinal(other[0]),
        )

    def moves(self, *inputs: Shape) -> Moves:
        rank = len(self.out(*inputs))
        axis = normal(self.axis, rank)
        if any(len(shape) != rank for shape in inputs):
            return moved(None for _ in range(rank))
        return moved(None if each == axis and len(inputs) > 1 else each for each in range(rank))


class Stack(Op):
    """Put tensors of equal shapes side by side along a new axis."""

    axis: int = attr(0)

    codes = ("SHP108", "SHP109", "SHP120")

    @property
    def label(self) -> str:
        return "stack"

    def out(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        axis = normal(self.axis, len(first) + 1)
        return first[:axis] + Shape(len(inputs)) + first[axis:]

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        if not inputs:
            yield Need(NEVER, "SHP120", "cannot stack no tensors at all")
            return
        first = inputs[0]
        for index, shape in enumerate(inputs[1:], 1):
            claims = [NEVER] if len(shape) != len(first) else []
            claims += [Equal(a, b) for a, b in zip(first, shape, strict=False) if a != b]
            for claim in claims:
                yield Need(
                    claim,
                    "SHP108",
                    "cannot stack {first} and {other}: the {place} tensor has another shape than the first",
                    subject=index,
                    first=first,
                    other=shape,
                    place=ordinal(index),
                )
        yield from axis_needs("stack", first, (self.axis,), rank=len(first) + 1)

    def moves(self, *inputs: Shape) -> Moves:
        rank = len(inputs[0])
        axis = normal(self.axis, rank + 1)
        return moved((*range(axis), None, *range(axis, rank)))
