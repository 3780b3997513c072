"""Operators that work on each element: one tensor keeps its shape, several broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, Equal, Shape
from shapecheck.ops.axes import kept
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_moves, broadcast_needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim
    from shapecheck.ops.base import Moves


def room_needs(what: str, room: Shape, whole: Shape) -> Iterator[Need]:
    """What is written into a tensor must have its shape after broadcasting."""
    claims: list[Claim] = [NEVER] if len(whole) != len(room) else []
    claims += [Equal(have, need) for have, need in zip(room, whole, strict=False) if have != need]
    for claim in claims:
        yield Need(
            claim,
            "SHP106",
            "cannot {what} in place: the result has the shape {whole}, the tensor {room}",
            what=what,
            whole=whole,
            room=room,
        )


class Elementwise(Op):
    """Compute each element of the result from the elements at its place; the inputs broadcast.

    `name` is the function. With `into_first`, the result is written into the first input, whose shape must
    hold it.
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
            yield from room_needs(self.name, inputs[0], broadcast(inputs))

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
            claims: list[Claim] = [NEVER] if len(first) != len(other) else []
            claims += [Equal(a, b) for a, b in zip(first, other, strict=False) if a != b]
            for claim in claims:
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
