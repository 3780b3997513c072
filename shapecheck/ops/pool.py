"""Pools: the largest or the mean of every window, of a fixed number of windows, or of a whole axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import AtLeast, Shape
from shapecheck.ops.base import Need, attr
from shapecheck.ops.conv import padding_needs
from shapecheck.ops.spatial import WORDS, Spatial, window_need
from shapecheck.ops.window import windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size


class Pool(Spatial):
    """One value of every window of every channel. `ceil` counts a last window that hangs over the end."""

    kernel: Any = attr(low=1, per_axis=True)
    stride: Any = attr(None, low=1, per_axis=True)
    padding: Any = attr(0, per_axis=True)
    dilation: Any = attr(1, low=1, per_axis=True)
    ceil: bool = attr(False)
    unbatched: bool = attr(False)
    codes = ("SHP103", "SHP104", "SHP120")

    def _axes(self) -> Iterator[tuple[Size, Size, Any, Size]]:
        for kernel, stride, padding, dilation in self.each(
            "kernel", "stride", "padding", "dilation", rank=self.rank
        ):
            yield kernel, kernel if stride is None else stride, padding, dilation

    def out(self, *inputs: Shape) -> Any:
        (x,) = inputs
        space = (
            windows(size, *axis, ceil=self.ceil)
            for size, axis in zip(self.space(x), self._axes(), strict=True)
        )
        return Shape.of((*x[: len(x) - self.rank], *space))

    def settings(self) -> Iterator[Need]:
        yield from padding_needs(self, self.padding)
        for kernel, _, padding, _ in self._axes():
            if padding == 0 or isinstance(padding, str | tuple):
                continue
            yield Need(
                AtLeast(kernel, 2 * padding),
                "SHP120",
                "{label} needs padding of at most half its kernel of {kernel}, got {padding}",
                attribute="padding",
                label=self.label,
                kernel=kernel,
                padding=padding,
            )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        first = len(x) - self.rank
        for index, (kernel, stride, padding, dilation) in enumerate(self._axes()):
            name, size = WORDS[self.rank][index], x[first + index]
            overhang = stride - 1 if self.ceil else 0
            yield from window_need(self, name, size, kernel, padding, dilation, overhang=overhang)


class MaxPool(Pool):
    """The largest value of every window, with `indices` also where it stood."""

    indices: bool = attr(False)

    @property
    def structure(self) -> Any:
        return ("out", "indices") if self.indices else "out"

    def out(self, *inputs: Shape) -> Any:
        pooled = super().out(*inputs)
        return (pooled, pooled) if self.indices else pooled


class AvgPool(Pool):
    """The mean of every window; `count_padding`: padded cells count too; `divisor` replaces the count."""

    count_padding: bool = attr(True)
    divisor: Any = attr(None)


class LPPool(Pool):
    """The p-norm of every window."""

    power: Any = attr(2)


class MaxPool1d(MaxPool):
    """The largest value of every window of one axis."""

    rank: ClassVar[int] = 1


class MaxPool2d(MaxPool):
    """The largest value of every window of height and width."""

    rank: ClassVar[int] = 2


class MaxPool3d(MaxPool):
    """The largest value of every window of depth, height and width."""

    rank: ClassVar[int] = 3


class AvgPool1d(AvgPool):
    """The mean of every window of one axis."""

    rank: ClassVar[int] = 1


class AvgPool2d(AvgPool):
    """The mean of every window of height and width."""

    rank: ClassVar[int] = 2


class AvgPool3d(AvgPool):
    """The mean of every window of depth, height and width."""

    rank: ClassVar[int] = 3


class LPPool1d(LPPool):
    """The p-norm of every window of one axis."""

    rank: ClassVar[int] = 1


class LPPool2d(LPPool):
    """The p-norm of every window of height and width."""

    rank: ClassVar[int] = 2


class LPPool3d(LPPool):
    """The p-norm of every window of depth, height and width."""

    rank: ClassVar[int] = 3
