"""Learned linear maps of the last axis, and lookups in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AtLeast, Equal, Shape, product
from shapecheck.ops.axes import kept
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


def feature_need(
    op: Op, got: Size, attribute: str = "input_size", *, subject: int = 0, words: str = "input features"
) -> Iterator[Need]:
    """The declared number of features is the number that arrives; nothing when none is declared."""
    expected = op.__dict__[attribute]
    if expected is not None:
        yield Need(
            Equal(got, expected),
            "SHP101",
            "{label} expects {expected} {words}, got {got}",
            attribute=attribute,
            want=got,
            subject=subject,
            label=op.label,
            expected=expected,
            words=words,
            got=got,
        )


def at_least_axes(op: Op, x: Shape, count: int, *, subject: int = 0) -> Iterator[Need]:
    """The input has `count` axes or more."""
    if len(x) < count:
        yield Need(
            NEVER,
            "SHP103",
            "{label} expects {count} axes or more, got {got} in {shape}",
            subject=subject,
            label=op.label,
            count=count,
            got=len(x),
            shape=x,
        )


class Linear(Op):
    """`units` learned sums of the last axis, at every position of the other axes."""

    units: Size = attr(low=0)
    bias: bool = attr(True)
    input_size: Size | None = attr(None, low=0)
    codes = ("SHP101", "SHP103", "SHP120")

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "d") if rank == 2 else None

    def out(self, *inputs: Shape) -> Shape:
        return Shape.of((*inputs[0][:-1], self.units))

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        yield from at_least_axes(self, x, 1)
        yield from feature_need(self, x[-1])

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        kernel = Shape(self.units, inputs[0][-1])
        return {"kernel": kernel, "bias": Shape(self.units)} if self.bias else {"kernel": kernel}

    def macs(self, *inputs: Shape) -> Size:
        return product(inputs[0]) * self.units

    def moves(self, *inputs: Shape) -> Moves | None:
        return (*kept(len(inputs[0]) - 1), ())

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        return self if x is None or self.input_size is not None else self.replace(input_size=x[-1])


class Bilinear(Op):
    """`units` learned products of two vectors, at every position that the two inputs share."""

    units: Size = attr(low=0)
    left_size: Size = attr(low=0)
    right_size: Size = attr(low=0)
    bias: bool = attr(True)
    codes = ("SHP101", "SHP103", "SHP106", "SHP120")

    def out(self, *inputs: Shape) -> Shape:
        return Shape.of((*inputs[0][:-1], self.units))

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        left, right = inputs
        yield from at_least_axes(self, left, 1)
        if len(right) != len(left):
            yield Need(
                NEVER,
                "SHP103",
                "{label} expects inputs with equally many axes, got {left} and {right}",
                subject=1,
                label=self.label,
                left=left,
                right=right,
            )
        yield from feature_need(self, left[-1], "left_size", words="features in its first input")
        yield from feature_need(
            self, right[-1], "right_size", subject=1, words="features in its second input"
        )
        for axis, (one, other) in enumerate(zip(left[:-1], right[:-1], strict=True)):
            yield Need(
                Equal(one, other),
                "SHP106",
                "{label} expects equal sizes in axis {axis}, got {one} and {other}",
                subject=1,
                label=self.label,
                axis=axis,
                one=one,
                other=other,
            )

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        kernel = Shape(self.units, self.left_size, self.right_size)
        return {"kernel": kernel, "bias": Shape(self.units)} if self.bias else {"kernel": kernel}

    def macs(self, *inputs: Shape) -> Size:
        return product(inputs[0]) * self.units * (self.right_size + 1)

    def moves(self, *inputs: Shape) -> Moves | None:
        return (*kept(len(inputs[0]) - 1), ())


class Embedding(Op):
    """The `units` numbers that a learned table of `count` rows holds for every index of the input."""

    count: Size = attr(low=0)
    units: Size = attr(low=0)
    padding_index: Any = attr(None)
    codes = ("SHP113", "SHP120")

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "t") if rank == 2 else None

    def out(self, *inputs: Shape) -> Shape:
        return Shape.of((*inputs[0], self.units))

    def settings(self) -> Iterator[Need]:
        index = self.padding_index
        if index is not None:
            for claim in (AtLeast(self.count, index + 1), AtLeast(index, -self.count)):
                yield Need(
                    claim,
                    "SHP113",
                    "{label} has {count} rows, padding index {index} is none of them",
                    attribute="padding_index",
                    label=self.label,
                    count=self.count,
                    index=index,
                )

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return {"table": Shape(self.count, self.units)}

    def moves(self, *inputs: Shape) -> Moves | None:
        return (*kept(len(inputs[0])), ())
