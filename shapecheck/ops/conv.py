"""Convolutions: learned windows slid over the spatial axes; grouped, per channel, separable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import NEVER, AtLeast, Divides, Shape, product
from shapecheck.ops.base import Need, attr
from shapecheck.ops.spatial import WORDS, Spatial, channel_need, window_need
from shapecheck.ops.window import RULES, margins, windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Op


def padding_needs(op: Op, padding: Any) -> Iterator[Need]:
    """A padding is a known rule, or no less than 0 at each end."""
    if isinstance(padding, str):
        if padding not in RULES:
            yield Need(
                NEVER,
                "SHP120",
                "{label} knows the paddings {rules}, got {got!r}",
                attribute="padding",
                label=op.label,
                rules=", ".join(RULES),
                got=padding,
            )
        return
    for entry in padding if isinstance(padding, tuple) else (padding,):
        for size in entry if isinstance(entry, tuple) else (entry,):
            if not isinstance(size, int) or size < 0:
                yield Need(
                    AtLeast(size, 0),
                    "SHP120",
                    "{label} needs padding of at least 0, got {got}",
                    attribute="padding",
                    label=op.label,
                    got=size,
                )


def group_needs(op: Op, channels: Size | None, filters: Size | None, groups: Size) -> Iterator[Need]:
    """Groups divide the channels in and the filters."""
    if groups == 1:
        return
    for size, name, words in ((channels, "channels", "input channels"), (filters, "filters", "filters")):
        if size is not None and size != groups:
            yield Need(
                Divides(groups, size),
                "SHP110",
                "{label} cannot split {size} {words} into {groups} groups",
                attribute="groups" if name == "channels" else "filters",
                label=op.label,
                size=size,
                words=words,
                groups=groups,
            )


class Windowed(Spatial):
    """A spatial operator whose axes out count the windows of `kernel`, `stride`, `padding` and `dilation`."""

    mixes_channels = True
    codes: ClassVar[tuple[str, ...]] = ("SHP102", "SHP103", "SHP104", "SHP110", "SHP120", "SHP122")

    def counted(self, x: Shape) -> Iterator[Size]:
        """The windows on each spatial axis."""
        axes = self.each("kernel", "stride", "padding", "dilation", rank=self.rank)
        return (windows(size, *axis) for size, axis in zip(self.space(x), axes, strict=True))

    def settings(self) -> Iterator[Need]:
        yield from padding_needs(self, self.__dict__["padding"])

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        if x is None or self.__dict__["channels"] is not None:
            return self
        return self.replace(channels=self.channels_of(x))

    def window_needs(self, x: Shape) -> Iterator[Need]:
        """On each axis a window fits, and what padding reflects is there to be reflected."""
        axes = self.each("kernel", "stride", "padding", "dilation", rank=self.rank)
        mode = self.__dict__.get("mode", "zeros")
        first = len(x) - self.rank
        for index, (kernel, stride, padding, dilation) in enumerate(axes):
            size, name = x[first + index], WORDS[self.rank][index]
            yield from window_need(self, name, size, kernel, padding, dilation)
            if mode in ("reflect", "circular"):
                yield from self._mode_needs(
                    mode, name, size, margins(size, kernel, stride, padding, dilation)
                )

    def _mode_needs(self, mode: str, name: str, size: Size, ends: tuple[Size, Size]) -> Iterator[Need]:
        for end in ends:
            if end != 0:
                yield Need(
                    AtLeast(size, end + 1 if mode == "reflect" else end),
                    "SHP122",
                    "{label} cannot pad {name} {size} by {end} in {mode} mode",
                    attribute="padding",
                    label=self.label,
                    name=name,
                    size=size,
                    end=end,
                    mode=mode,
                )

    def kernel_sizes(self) -> tuple[Size, ...]:
        """The kernel on each axis."""
        return tuple(kernel for (kernel,) in self.each("kernel", rank=self.rank))


class Conv(Windowed):
    """Slide `filters` learned windows over every spatial axis."""

    filters: Size = attr(low=0)
    kernel: Any = attr(low=1, per_axis=True)
    stride: Any = attr(1, low=1, per_axis=True)
    padding: Any = attr(0, per_axis=True)
    dilation: Any = attr(1, low=1, per_axis=True)
    groups: Size = attr(1, low=1)
    bias: bool = attr(True)
    mode: str = attr("zeros", choices=("zeros", "reflect", "replicate", "circular"))
    channels: Size | None = attr(None, low=0)
    unbatched: bool = attr(False)

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        return Shape.of((*self.lead(x), self.filters, *self.counted(x)))

    def settings(self) -> Iterator[Need]:
        yield from super().settings()
        yield from group_needs(self, self.channels, self.filters, self.groups)

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        channels = self.channels_of(x)
        yield from channel_need(self, channels)
        if self.channels is None:
            yield from group_needs(self, channels, None, self.groups)
        yield from self.window_needs(x)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        channels = self.channels_of(inputs[0]) // self.groups
        kernel = Shape.of((self.filters, channels, *self.kernel_sizes()))
        return {"kernel": kernel, "bias": Shape(self.filters)} if self.bias else {"kernel": kernel}

    def macs(self, *inputs: Shape) -> Size:
        return product(self.out(*inputs)) * product(self.weights(*inputs)["kernel"][1:])


class Conv1d(Conv):
    """Slide `filters` learned windows over one axis."""

    rank: ClassVar[int] = 1


class Conv2d(Conv):
    """Slide `filters` learned windows over height and width."""

    rank: ClassVar[int] = 2


class Conv3d(Conv):
    """Slide `filters` learned windows over depth, height and width."""

    rank: ClassVar[int] = 3


class DepthwiseConv(Windowed):
    """Slide `multiplier` learned windows over every channel by itself."""

    kernel: Any = attr(low=1, per_axis=True)
    stride: Any = attr(1, low=1, per_axis=True)
    padding: Any = attr("valid", per_axis=True)
    dilation: Any = attr(1, low=1, per_axis=True)
    multiplier: Size = attr(1, low=1)
    bias: bool = attr(True)
    channels: Size | None = attr(None, low=0)

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        return Shape.of((*self.lead(x), self.channels_of(x) * self.multiplier, *self.counted(x)))

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        yield from channel_need(self, self.channels_of(x))
        yield from self.window_needs(x)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        filters = self.channels_of(inputs[0]) * self.multiplier
        kernel = Shape.of((filters, 1, *self.kernel_sizes()))
        return {"kernel": kernel, "bias": Shape(filters)} if self.bias else {"kernel": kernel}

    def macs(self, *inputs: Shape) -> Size:
        return product(self.out(*inputs)) * product(self.kernel_sizes())


class DepthwiseConv1d(DepthwiseConv):
    """Slide learned windows over one axis of every channel by itself."""

    rank: ClassVar[int] = 1


class DepthwiseConv2d(DepthwiseConv):
    """Slide learned windows over height and width of every channel by itself."""

    rank: ClassVar[int] = 2


class SeparableConv(Windowed):
    """A convolution of every channel by itself, then `filters` mixtures of the results at each position."""

    filters: Size = attr(low=0)
    kernel: Any = attr(low=1, per_axis=True)
    stride: Any = attr(1, low=1, per_axis=True)
    padding: Any = attr("valid", per_axis=True)
    dilation: Any = attr(1, low=1, per_axis=True)
    multiplier: Size = attr(1, low=1)
    bias: bool = attr(True)
    channels: Size | None = attr(None, low=0)

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        return Shape.of((*self.lead(x), self.filters, *self.counted(x)))

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        yield from channel_need(self, self.channels_of(x))
        yield from self.window_needs(x)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        inner = self.channels_of(inputs[0]) * self.multiplier
        found = {
            "depthwise": Shape.of((inner, 1, *self.kernel_sizes())),
            "pointwise": Shape.of((self.filters, inner, *(1,) * self.rank)),
        }
        return {**found, "bias": Shape(self.filters)} if self.bias else found

    def macs(self, *inputs: Shape) -> Size:
        weights = self.weights(*inputs)
        (x,) = inputs
        positions = product(self.lead(x)) * product(self.counted(x))
        return positions * (product(weights["depthwise"]) + product(weights["pointwise"]))


class SeparableConv1d(SeparableConv):
    """A convolution of every channel by itself over one axis, then mixtures of the results."""

    rank: ClassVar[int] = 1


class SeparableConv2d(SeparableConv):
    """A convolution of every channel by itself over height and width, then mixtures of the results."""

    rank: ClassVar[int] = 2
