"""Pools: torch's own layers, and those of paddings that torch does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from shapecheck.algebra import Proof
from shapecheck.dialects.torch.nn_pool import input_limits
from shapecheck.model.refusal import Unsupported, refuse_failed, whole_number
from shapecheck.ops.adaptive import AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d
from shapecheck.ops.tensor import Tensor as Declared
from shapecheck_torch.windows import Margins

if TYPE_CHECKING:
    from shapecheck.algebra import Shape
    from shapecheck.ops import adaptive
    from shapecheck.ops.pool import AvgPool, MaxPool, Pool

MAX: dict[int, Any] = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}
AVERAGE: dict[int, Any] = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}
AVERAGED: dict[int, Any] = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
ADAPTIVE: dict[tuple[bool, int], Any] = {
    (True, 1): nn.AdaptiveAvgPool1d,
    (True, 2): nn.AdaptiveAvgPool2d,
    (True, 3): nn.AdaptiveAvgPool3d,
    (False, 1): nn.AdaptiveMaxPool1d,
    (False, 2): nn.AdaptiveMaxPool2d,
    (False, 3): nn.AdaptiveMaxPool3d,
}


class PaddedMax(nn.Module):
    """Pads its input with minus infinity by a rule that torch's pools do not have, then pools it."""

    margins: Margins
    ceil_mode: bool

    def forward(self, x: Tensor) -> Tensor:
        """The largest value of each window; padded cells never are."""
        y: Tensor = super().forward(F.pad(x, self.margins.of(x), value=-torch.inf))
        return self.margins.first_windows(y, x) if self.ceil_mode else y

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, padded={self.margins}"


class PaddedMaxPool1d(PaddedMax, nn.MaxPool1d):
    """nn.MaxPool1d of its input padded unevenly or by a named rule."""


class PaddedMaxPool2d(PaddedMax, nn.MaxPool2d):
    """nn.MaxPool2d of its input padded unevenly or by a named rule."""


class PaddedMaxPool3d(PaddedMax, nn.MaxPool3d):
    """nn.MaxPool3d of its input padded unevenly or by a named rule."""


PADDED_MAX: dict[int, Any] = {1: PaddedMaxPool1d, 2: PaddedMaxPool2d, 3: PaddedMaxPool3d}


class PaddedAvgPool(nn.Module):
    """The mean of every window of maps padded unevenly or by a named rule; `counted`: padded cells count too."""

    def __init__(self, margins: Margins, *, ceil: bool, counted: bool) -> None:
        super().__init__()
        self.margins = margins
        self.ceil = ceil
        self.counted = counted

    def forward(self, x: Tensor) -> Tensor:
        """Sums of windows by the number of their cells that count."""
        widths = self.margins.of(x)
        mean = self._mean(F.pad(x, widths))
        if not self.counted:
            rank = len(self.margins.kernel)
            inside = torch.ones_like(x[:1, :1] if x.dim() == rank + 2 else x[:1])
            mean = mean / self._mean(F.pad(inside, widths))
        return self.margins.first_windows(mean, x) if self.ceil else mean

    def _mean(self, x: Tensor) -> Tensor:
        kernel, stride = self.margins.kernel, self.margins.stride
        y: Tensor = AVERAGED[len(kernel)](x, kernel, stride, ceil_mode=self.ceil)
        return y

    def extra_repr(self) -> str:
        kernel, stride, *_ = self.margins
        return (
            f"kernel_size={kernel}, stride={stride}, padded={self.margins}, count_include_pad={self.counted}"
        )


def margins_of(op: Pool) -> Margins:
    """The windows of a pool, whose stride is its kernel where none is given."""
    columns = op.each("kernel", "stride", "padding", "dilation", rank=op.rank)
    rows = [(k, k if s is None else s, p, d) for k, s, p, d in columns]
    return Margins(*zip(*rows, strict=True))


def even_padding(margins: Margins) -> tuple[int, ...] | None:
    """The padding of each axis where both ends get the same, whatever the size; None elsewhere."""
    fixed = margins.fixed()
    if fixed is None or any(low != high for low, high in fixed):
        return None
    padding = tuple(low for low, _ in fixed)
    # torch refuses more than half a kernel, which a dilation makes possible.
    fitting = all(2 * low <= kernel for low, kernel in zip(padding, margins.kernel, strict=True))
    return padding if fitting else None


def build_max_pool(op: MaxPool, x: Shape) -> nn.Module:
    """nn.MaxPool1d to 3d."""
    if op.indices:
        raise Unsupported("it asks for the places of the maxima, which no other backend gives")
    margins = margins_of(op)
    settings: dict[str, Any] = {"stride": margins.stride, "dilation": margins.dilation, "ceil_mode": op.ceil}
    padding = even_padding(margins)
    layer: nn.Module
    if padding is not None:
        layer = MAX[op.rank](one(margins.kernel), padding=one(padding), **_plain(settings))
    else:
        layer = PADDED_MAX[op.rank](one(margins.kernel), **_plain(settings))
        layer.margins = margins  # type: ignore[assignment]  # an attribute of PaddedMax
    return layer


def one(values: tuple[int, ...]) -> Any:
    """A tuple of equal numbers as people write it: the number."""
    return values[0] if len(set(values)) == 1 else values


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: one(value) if isinstance(value, tuple) else value for name, value in settings.items()}


def build_average_pool(op: AvgPool, x: Shape) -> nn.Module:
    """nn.AvgPool1d to 3d."""
    margins = margins_of(op)
    if set(margins.dilation) != {1}:
        raise Unsupported("torch's average pools have no dilation")
    padding = even_padding(margins)
    if padding is None:
        if op.divisor is not None:
            raise Unsupported("torch's average pools have no divisor beside an uneven padding")
        return PaddedAvgPool(margins, ceil=op.ceil, counted=op.count_padding)
    limits = input_limits(op, Declared(x))
    if any(padding) and op.divisor is None and any(need.claim.proof() is not Proof.YES for need in limits):
        return PaddedAvgPool(margins, ceil=op.ceil, counted=op.count_padding)  # for maps below its kernel
    refuse_failed(op, limits)
    settings: dict[str, Any] = {"stride": margins.stride, "padding": padding, "ceil_mode": op.ceil}
    if any(padding):
        settings["count_include_pad"] = op.count_padding
    if op.divisor is not None:
        if op.rank == 1:
            raise Unsupported("nn.AvgPool1d has no divisor")
        settings["divisor_override"] = op.divisor
    layer: nn.Module = AVERAGE[op.rank](one(margins.kernel), **_plain(settings))
    return layer


def build_adaptive(op: adaptive.AdaptivePool, x: Shape) -> nn.Module:
    """nn.AdaptiveAvgPool1d to 3d, nn.AdaptiveMaxPool1d to 3d."""
    if op.indices:
        raise Unsupported("it asks for the places of the maxima, which no other backend gives")
    average = isinstance(op, AdaptiveAvgPool1d | AdaptiveAvgPool2d | AdaptiveAvgPool3d)
    sizes = tuple(size for (size,) in op.each("size", rank=op.rank))
    if None in sizes and op.rank == 1:
        sizes = (whole_number(x[-1], "the length that the pool keeps"),)
    layer: nn.Module = ADAPTIVE[average, op.rank](one(sizes))
    return layer


class GlobalPool(nn.Module):
    """One value of every channel: the mean or the largest over the last `rank` axes."""

    def __init__(self, rank: int, *, keep: bool) -> None:
        super().__init__()
        self.axes = tuple(range(-rank, 0))
        self.keep = keep

    def extra_repr(self) -> str:
        return f"dim={self.axes}, keepdim={self.keep}"


class GlobalAvgPool(GlobalPool):
    """The mean of every channel."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, c), or (n, c, 1, …) where axes are kept."""
        return x.mean(self.axes, keepdim=self.keep)


class GlobalMaxPool(GlobalPool):
    """The largest value of every channel."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, c), or (n, c, 1, …) where axes are kept."""
        return x.amax(self.axes, keepdim=self.keep)


def build_global_average(op: adaptive.GlobalPool, x: Shape) -> nn.Module:
    """The mean over all spatial axes."""
    return GlobalAvgPool(op.rank, keep=op.keep)


def build_global_max(op: adaptive.GlobalPool, x: Shape) -> nn.Module:
    """The largest value over all spatial axes."""
    return GlobalMaxPool(op.rank, keep=op.keep)
