"""Operators that keep the shape: activations, dropout, noise; and those that look along one axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AnyOf, Divides, Equal, Shape, floordiv
from shapecheck.ops.axes import axis_needs, kept, listed, moved
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


class Neutral(Op):
    """A function of each element by itself; the shape stays."""

    def out(self, *inputs: Shape) -> Any:
        return inputs[0]

    def moves(self, *inputs: Shape) -> Moves | None:
        return kept(len(inputs[0]))


class Activation(Neutral):
    """The named function of each element: "relu", "tanh", "gelu", …; `slope` is what some of them take."""

    name: str = attr()
    slope: Any = attr(None)

    @property
    def label(self) -> str:
        return self.name


class Identity(Neutral):
    """What comes in goes out."""


class Dropout(Neutral):
    """Elements, or with `whole_channels` whole channels, are set to 0 with a chance of `rate` in training."""

    rate: Any = attr(0.5)
    whole_channels: bool = attr(False)
    codes = ("SHP103", "SHP120")
    allowed: Any = attr(None)

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return (self.allowed,)

    def settings(self) -> Iterator[Need]:
        if isinstance(self.rate, int | float) and not 0 <= self.rate <= 1:
            yield Need(
                NEVER,
                "SHP120",
                "{label} needs a rate between 0 and 1, got {rate}",
                attribute="rate",
                label=self.label,
                rate=self.rate,
            )


class Noise(Neutral):
    """Random noise of deviation `deviation` is added while training."""

    deviation: Any = attr()


class Softmax(Neutral):
    """Exponentials over some axes that sum to 1 (`log`: their logarithms; `negate`: of the negated input)."""

    axis: Any = attr(-1)
    log: bool = attr(False)
    negate: bool = attr(False)
    allowed: Any = attr(None)
    codes = ("SHP103", "SHP109")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return (self.allowed,)

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        yield from axis_needs(self.label, inputs[0], listed(self.axis), scalar=True)


class GatedLinear(Op):
    """Half of an axis, multiplied by the sigmoid of its other half."""

    axis: int = attr(-1)
    title = "GLU"
    codes = ("SHP109", "SHP111")

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        axis = self.axis % len(x)
        return Shape.of((*x[:axis], floordiv(x[axis], 2), *x[axis + 1 :]))

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        if not x:
            yield Need(NEVER, "SHP103", "{label} expects 1 axis or more, got 0", label=self.label)
        yield from axis_needs(self.label, x, (self.axis,))
        yield Need(
            Divides(2, x[self.axis]),
            "SHP111",
            "{label} cannot halve axis {axis} of size {size}",
            label=self.label,
            axis=self.axis,
            size=x[self.axis],
        )

    def moves(self, *inputs: Shape) -> Moves | None:
        rank = len(inputs[0])
        return moved(None if axis == self.axis % rank else axis for axis in range(rank))


class PReLU(Neutral):
    """Negative elements are multiplied by a learned slope: one for all, or one for each channel."""

    count: Size = attr(1, low=0)
    codes = ("SHP102", "SHP103", "SHP120")

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        if self.count == 1:
            return
        channels: Size = x[1] if len(x) > 1 else 1
        if not x:
            yield Need(
                NEVER, "SHP103", "{label} with several slopes expects an axis, got a scalar", label=self.label
            )
        yield Need(
            AnyOf(Equal(channels, self.count), Equal(self.count, 1)),
            "SHP102",
            "{label} has {expected} slopes, got {got} channels",
            attribute="count",
            want=channels,
            label=self.label,
            expected=self.count,
            got=channels,
        )

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return {"slope": Shape(self.count)}


class SharedPReLU(Neutral):
    """Negative elements are multiplied by a learned slope for each cell of a sample, one along `shared`."""

    shared: tuple[int, ...] = attr(())
    slopes: Any = attr(None)
    title = "PReLU"
    codes = ("SHP101", "SHP109")

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        yield from axis_needs(self.label, x, self.shared, attribute="shared")
        if self.slopes is None:
            return
        for axis, (got, expected) in enumerate(zip(x[1:], self.slopes, strict=False)):
            if expected != 1:
                yield Need(
                    Equal(got, expected),
                    "SHP101",
                    "{label} has {expected} slopes along axis {axis}, got {got}",
                    attribute="slopes",
                    label=self.label,
                    expected=expected,
                    axis=axis + 1,
                    got=got,
                )

    def _slopes(self, x: Shape) -> Shape:
        return Shape.of(1 if axis + 1 in self.shared else size for axis, size in enumerate(x[1:]))

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return {"slope": self._slopes(inputs[0])}

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        return self if x is None or self.slopes is not None else self.replace(slopes=self._slopes(x))
