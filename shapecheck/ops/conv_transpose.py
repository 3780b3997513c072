"""Transposed convolutions: the shapes of a convolution read backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import AnyOf, AtLeast, Shape, product
from shapecheck.ops.base import Need, attr
from shapecheck.ops.conv import Windowed, group_needs
from shapecheck.ops.spatial import WORDS, channel_need
from shapecheck.ops.window import spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size


class ConvTranspose(Windowed):
    """Spread every cell over a learned window; `extra` cells are added at the high end of each axis."""

    filters: Size = attr(low=0)
    kernel: Any = attr(low=1, per_axis=True)
    stride: Any = attr(1, low=1, per_axis=True)
    padding: Any = attr(0, per_axis=True)
    dilation: Any = attr(1, low=1, per_axis=True)
    groups: Size = attr(1, low=1)
    extra: Any = attr(None, low=0, per_axis=True)
    bias: bool = attr(True)
    channels: Size | None = attr(None, low=0)
    unbatched: bool = attr(False)

    def _axes(self, x: Shape) -> Iterator[tuple[Any, ...]]:
        axes = self.each("kernel", "stride", "padding", "dilation", "extra", rank=self.rank)
        return ((size, *axis) for size, axis in zip(self.space(x), axes, strict=True))

    def counted(self, x: Shape) -> Iterator[Size]:
        return (spread(*axis, extra=extra) for *axis, extra in self._axes(x))

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        return Shape.of((*self.lead(x), self.filters, *self.counted(x)))

    def settings(self) -> Iterator[Need]:
        yield from super().settings()
        yield from group_needs(self, self.channels, self.filters, self.groups)
        for stride, dilation, extra in self.each("stride", "dilation", "extra", rank=self.rank):
            if extra is not None and extra != 0:
                yield Need(
                    AnyOf(AtLeast(stride, extra + 1), AtLeast(dilation, extra + 1)),
                    "SHP120",
                    "{label} needs output padding smaller than stride or dilation, got {extra} with "
                    "{stride} and {dilation}",
                    attribute="extra",
                    label=self.label,
                    extra=extra,
                    stride=stride,
                    dilation=dilation,
                )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        channels = self.channels_of(x)
        yield from channel_need(self, channels)
        if self.channels is None:
            yield from group_needs(self, channels, None, self.groups)
        first = len(x) - self.rank
        for index, size in enumerate(self.counted(x)):
            # PyTorch gives an empty tensor or refuses, depending on which of its implementations runs.
            yield Need(
                AtLeast(size, 0),
                "SHP104",
                "{label} makes {name} {before} into {after} cells",
                attribute="padding",
                label=self.label,
                name=WORDS[self.rank][index],
                before=x[first + index],
                after=size,
            )

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        kernel = Shape.of((self.channels_of(inputs[0]), self.filters // self.groups, *self.kernel_sizes()))
        return {"kernel": kernel, "bias": Shape(self.filters)} if self.bias else {"kernel": kernel}

    def macs(self, *inputs: Shape) -> Size:
        (x,) = inputs
        return product(x) * product(self.weights(x)["kernel"][1:])


class ConvTranspose1d(ConvTranspose):
    """Spread every cell of one axis over a learned window."""

    rank: ClassVar[int] = 1


class ConvTranspose2d(ConvTranspose):
    """Spread every cell of height and width over a learned window."""

    rank: ClassVar[int] = 2


class ConvTranspose3d(ConvTranspose):
    """Spread every cell of depth, height and width over a learned window."""

    rank: ClassVar[int] = 3
