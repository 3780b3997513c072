"""Normalisations: over the batch, over the last axes, over groups of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import NEVER, Divides, Equal, Shape
from shapecheck.ops.activation import Neutral
from shapecheck.ops.axes import axis_needs
from shapecheck.ops.base import Need, attr
from shapecheck.ops.linear import at_least_axes
from shapecheck.ops.spatial import SPACE, channel_need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Op


class ChannelNorm(Neutral):
    """Each channel, on `axis`, is shifted and scaled by statistics of the other axes.

    `rank` is the number of spatial axes, None where any number is accepted.
    """

    rank: ClassVar[int | None] = None
    channels: Size | None = attr(None, low=0)
    axis: int = attr(1)
    affine: bool = attr(True)
    bias: bool = attr(True)
    tracked: bool = attr(True)
    epsilon: float = attr(1e-5)
    codes = ("SHP102", "SHP103", "SHP109", "SHP120")

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "c", *SPACE[rank - 2]) if 2 <= rank <= 5 and self.axis == 1 else None

    def channel_axis(self, x: Shape) -> int:
        """The number of the channel axis."""
        return self.axis

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        axis = self.channel_axis(x)
        yield from axis_needs(self.label, x, (axis,))
        if self.affine or self.tracked:
            yield from channel_need(self, x[axis])

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        if not self.affine:
            return {}
        each = Shape(inputs[0][self.channel_axis(inputs[0])])
        return {"scale": each, "shift": each} if self.bias else {"scale": each}

    def states(self, *inputs: Shape) -> dict[str, Shape]:
        each = Shape(inputs[0][self.channel_axis(inputs[0])])
        return {"mean": each, "variance": each} if self.tracked else {}

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        return (
            self if x is None or self.channels is not None else self.replace(channels=x[self.channel_axis(x)])
        )


class BatchNorm(ChannelNorm):
    """Each channel by the mean and variance of the batch, later by running ones."""


class BatchNorm1d(BatchNorm):
    """Each channel of (n, c) or (n, c, l) by the mean and variance of the batch."""

    ranks_table = ((3, 2),)


class BatchNorm2d(BatchNorm):
    """Each channel of (n, c, h, w) by the mean and variance of the batch."""

    ranks_table = ((4,),)


class BatchNorm3d(BatchNorm):
    """Each channel of (n, c, d, h, w) by the mean and variance of the batch."""

    ranks_table = ((5,),)


class InstanceNorm(ChannelNorm):
    """Each channel of each sample by its own mean and variance. The batch axis may be left out."""

    affine: bool = attr(False)
    tracked: bool = attr(False)
    space: ClassVar[int] = 2

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((self.space + 2, self.space + 1),)

    def channel_axis(self, x: Shape) -> int:
        return len(x) - self.space - 1


class InstanceNorm1d(InstanceNorm):
    """Each channel of each sample of (n, c, l) by its own mean and variance."""

    space: ClassVar[int] = 1


class InstanceNorm2d(InstanceNorm):
    """Each channel of each sample of (n, c, h, w) by its own mean and variance."""

    space: ClassVar[int] = 2


class InstanceNorm3d(InstanceNorm):
    """Each channel of each sample of (n, c, d, h, w) by its own mean and variance."""

    space: ClassVar[int] = 3


class GroupNorm(Neutral):
    """Each group of channels, on `axis`, of each sample by its own mean and variance."""

    groups: Size = attr(low=1)
    channels: Size | None = attr(None, low=0)
    axis: int = attr(1)
    affine: bool = attr(True)
    bias: bool = attr(True)
    epsilon: float = attr(1e-5)
    codes = ("SHP102", "SHP103", "SHP109", "SHP110", "SHP120")

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "c", *SPACE[rank - 2]) if 2 <= rank <= 5 and self.axis == 1 else None

    def _divide(self, channels: Size) -> Iterator[Need]:
        yield Need(
            Divides(self.groups, channels),
            "SHP110",
            "{label} cannot split {channels} channels into {groups} groups",
            attribute="groups",
            label=self.label,
            channels=channels,
            groups=self.groups,
        )

    def settings(self) -> Iterator[Need]:
        if self.channels is not None:
            yield from self._divide(self.channels)

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        yield from at_least_axes(self, x, 2)
        yield from axis_needs(self.label, x, (self.axis,))
        if self.affine:
            yield from channel_need(self, x[self.axis])
        if self.channels is None or not self.affine:
            yield from self._divide(x[self.axis])

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        if not self.affine:
            return {}
        each = Shape(inputs[0][self.axis])
        return {"scale": each, "shift": each} if self.bias else {"scale": each}

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        return self if x is None or self.channels is not None else self.replace(channels=x[self.axis])


class LayerNorm(Neutral):
    """Each position by the mean and variance over `axes` (`centre=False`: by the root mean square alone).

    `sizes` are the declared sizes of those axes.
    """

    axes: tuple[int, ...] = attr((-1,))
    sizes: Any = attr(None)
    affine: bool = attr(True)
    bias: bool = attr(True)
    centre: bool = attr(True)
    epsilon: float = attr(1e-5)
    codes = ("SHP101", "SHP103", "SHP109")

    @property
    def label(self) -> str:
        return "LayerNorm" if self.centre else "RMSNorm"

    def settings(self) -> Iterator[Need]:
        if not self.axes:
            yield Need(
                NEVER, "SHP120", "{label} needs an axis to work on", attribute="sizes", label=self.label
            )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        if self.sizes is not None and len(self.sizes) > len(x):
            yield from at_least_axes(self, x, len(self.sizes))
        yield from axis_needs(self.label, x, self.axes, attribute="axes")
        for axis, expected in zip(self.axes, self.sizes or (), strict=False):
            yield Need(
                Equal(x[axis], expected),
                "SHP101",
                "{label} expects {expected} features in axis {axis}, got {got}"
                if len(self.axes) > 1
                else "{label} expects {expected} features, got {got}",
                attribute="sizes",
                want=x[axis],
                label=self.label,
                axis=axis,
                expected=expected,
                got=x[axis],
            )

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        if not self.affine:
            return {}
        each = Shape.of(inputs[0][axis] for axis in self.axes)
        return {"scale": each, "shift": each} if self.bias and self.centre else {"scale": each}

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        return (
            self
            if x is None or self.sizes is not None
            else self.replace(sizes=tuple(x[axis] for axis in self.axes))
        )


class LocalResponseNorm(Neutral):
    """Each element by the squares of `span` neighbouring channels at its position."""

    span: Size = attr(low=1)
    codes = ("SHP103", "SHP120")

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        yield from at_least_axes(self, inputs[0], 3)
