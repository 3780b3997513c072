"""Channels last: the operators want channels second, and Keras users have them at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Shape
from shapecheck.ops.base import Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves, Need


def channels_second(shape: Shape) -> Shape:
    """(n, h, w, c) as (n, c, h, w); shapes of fewer than three axes stay."""
    return Shape(shape[0], shape[-1], *shape[1:-1]) if len(shape) > 2 else shape


def channels_at_end(shapes: Any) -> Any:
    """(n, c, h, w) as (n, h, w, c), for a shape or a nested tuple of shapes."""
    if not isinstance(shapes, Shape):
        return tuple(channels_at_end(shape) for shape in shapes)
    return Shape(shapes[0], *shapes[2:], shapes[1]) if len(shapes) > 2 else shapes


class ChannelsLast(Op):
    """The operator `inner` on tensors that have their channels last."""

    inner: Op = attr()

    @property
    def label(self) -> str:
        return self.inner.label

    @property
    def structure(self) -> Any:
        return self.inner.structure

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return self.inner.ranks

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        names = self.inner.axis_names(rank)
        return None if names is None or rank < 3 else (names[0], *names[2:], names[1])

    def out(self, *inputs: Shape) -> Any:
        return channels_at_end(self.inner.out(*map(channels_second, inputs)))

    def settings(self) -> Iterator[Need]:
        return self.inner.construction_needs()

    def needs(self, *inputs: Shape) -> Any:
        return self.inner.needs(*map(channels_second, inputs))

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return self.inner.weights(*map(channels_second, inputs))

    def states(self, *inputs: Shape) -> dict[str, Shape]:
        return self.inner.states(*map(channels_second, inputs))

    def macs(self, *inputs: Shape) -> Size:
        return self.inner.macs(*map(channels_second, inputs))

    def moves(self, *inputs: Shape) -> Moves | None:
        moves = self.inner.moves(*map(channels_second, inputs))
        if moves is None:
            return None
        rank = len(inputs[0])
        place = (0, rank - 1, *range(1, rank - 1)) if rank > 2 else tuple(range(rank))
        renamed = tuple(tuple((source, place[axis]) for source, axis in pairs) for pairs in moves)
        return (renamed[0], *renamed[2:], renamed[1]) if len(renamed) > 2 else renamed

    def built_for(self, *inputs: Shape | None) -> Op:
        inner = self.inner.built_for(*(None if x is None else channels_second(x) for x in inputs))
        return self if inner is self.inner else self.replace(inner=inner)
