"""Operators that work on each element: one tensor keeps its shape, several broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, Equal, Shape
from shapecheck.ops.axes import kept
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_moves, broadcast_needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.ops.base import Moves


class Elementwise(Op):
    """Compute each element of the result from the elements at its place; the inputs broadcast.

    `name` is the function. With `into_first`, the result is written into the first input, whose shape must hold it.
    """

    name: str = attr()
    into_first: bool = attr(False)

    codes = ("SHP106",)

    @property
    def label(self) -> str:
        return self.name

    def out(self, *inputs: Shape) -> Shape:
        if len(inputs) == 1 or self.into_first:
            return inputs[0]
        return broadcast(inputs)

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        if len(inputs) == 1:
            return
        yield from broadcast_needs(self.name, inputs)
        if self.into_first:
            yield from self._room_needs(inputs)

    def _room_needs(self, inputs: tuple[Shape, ...]) -> Iterator[Need]:
        room, whole = inputs[0], broadcast(inputs)
        claims = [(NEVER, None)] if len(whole) != len(room) else []
        claims += [
            (Equal(have, need), axis) for axis, (have, need) in enumerate(zip(room, whole, strict=False))
        ]
        for claim, axis in claims:
            if axis is None or room[axis] != whole[axis]:
                yield Need(
                    claim,
                    "SHP106",
                    "cannot {what} in place: the result has the shape {whole}, the tensor {room}",
                    what=self.name,
                    whole=whole,
                    room=room,
                )

    def moves(self, *inputs: Shape) -> Moves:
        if len(inputs) == 1 or self.into_first:
            return kept(len(inputs[0]))
        return broadcast_moves(inputs, broadcast(inputs))


class Broadcast(Op):
    """Stretch several tensors to their common shape: one output for each input."""

    codes = ("SHP106",)

    def out(self, *inputs: Shape) -> tuple[Shape, ...]:
        return (broadcast(inputs),) * len(inputs)

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        return broadcast_needs("broadcast", inputs)


class SameShape(Op):
    """Work on tensors that must have equal shapes, without broadcasting; the result has that shape."""

    name: str = attr()

    codes = ("SHP106",)

    @property
    def label(self) -> str:
        return self.name

    def out(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        first = inputs[0]
        for index, other in enumerate(inputs[1:], 1):
            pairs = [(NEVER, 0)] if len(first) != len(other) else []
            pairs += [
                (Equal(a, b), axis) for axis, (a, b) in enumerate(zip(first, other, strict=False)) if a != b
            ]
            for claim, _ in pairs:
                yield Need(
                    claim,
                    "SHP106",
                    "{name} needs equal shapes, got {first} and {other}",
                    subject=index,
                    name=self.name,
                    first=first,
                    other=other,
                )

    def moves(self, *inputs: Shape) -> Moves:
        return kept(len(inputs[0]))
