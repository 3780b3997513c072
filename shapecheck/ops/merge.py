"""Operators that merge several tensors sample by sample: they share the batch axis and never stretch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, Equal, Shape
from shapecheck.ops.axes import axis_needs, normal
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.ops.base import Moves


def batch_needs(op: Op, inputs: tuple[Shape, ...]) -> Iterator[Need]:
    """All inputs have the batch size of the first."""
    first = inputs[0][0] if inputs[0] else None
    for index, shape in enumerate(inputs[1:], 1):
        if first is not None and shape and shape[0] != first:
            yield Need(
                Equal(first, shape[0]),
                "SHP106",
                "{label} cannot merge batches of {first} and {other}",
                subject=index,
                label=op.label,
                first=first,
                other=shape[0],
            )


class Merge(Op):
    """Combine tensors element by element (`name`: "add", …); the axes after the batch broadcast."""

    name: str = attr()
    codes = ("SHP103", "SHP106", "SHP120")

    @property
    def label(self) -> str:
        return self.name

    def out(self, *inputs: Shape) -> Shape:
        return Shape(inputs[0][0], *broadcast([shape[1:] for shape in inputs]))

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        if any(not shape for shape in inputs):
            yield Need(NEVER, "SHP103", "{label} cannot merge a tensor without axes", label=self.label)
        yield from batch_needs(self, inputs)
        yield from broadcast_needs(self.name, [shape[1:] for shape in inputs])

    def moves(self, *inputs: Shape) -> Moves | None:
        if len({len(shape) for shape in inputs}) > 1:
            return None
        return tuple(((0, axis),) for axis in range(len(inputs[0])))


class Dot(Op):
    """Sums of products along one axis of each of two tensors, sample by sample."""

    axes: Any = attr(-1)
    normalize: bool = attr(False)
    codes = ("SHP103", "SHP106", "SHP107", "SHP109")

    def _axes(self, left: Shape, right: Shape) -> tuple[int, int]:
        first, second = self.axes if isinstance(self.axes, tuple) else (self.axes, self.axes)
        return normal(first, len(left)), normal(second, len(right))

    def out(self, *inputs: Shape) -> Shape:
        left, right = inputs
        first, second = self._axes(left, right)
        rest = (*left[:first], *left[first + 1 :], *right[1:second], *right[second + 1 :])
        return Shape(*rest, *((1,) if len(rest) == 1 else ()))

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        left, right = inputs
        pair = self.axes if isinstance(self.axes, tuple) else (self.axes, self.axes)
        for index, (shape, axis) in enumerate(zip(inputs, pair, strict=True)):
            if len(shape) < 2:
                yield Need(
                    NEVER, "SHP103", "{label} expects 2 axes or more, got {shape}", label="Dot", shape=shape
                )
            yield from axis_needs("Dot", shape, (axis,), attribute="axes", subject=index)
            if normal(axis, len(shape)) == 0:
                yield Need(
                    NEVER, "SHP109", "{label} cannot work along the batch axis", attribute="axes", label="Dot"
                )
        yield from batch_needs(self, inputs)
        first, second = self._axes(left, right)
        yield Need(
            Equal(left[first], right[second]),
            "SHP107",
            "{label} expects equal sizes in axis {first} of {left} and axis {second} of {right}",
            attribute="axes",
            subject=1,
            label=self.label,
            first=first,
            left=left,
            second=second,
            right=right,
        )
