"""Convolutions: torch's own layers, and what goes before or behind them for paddings that torch does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from shapecheck.model.refusal import whole_number
from shapecheck.ops.window import margins, reach, spread
from shapecheck_torch.windows import Margins, flat_widths

if TYPE_CHECKING:
    from shapecheck.algebra import Shape
    from shapecheck.ops import conv
    from shapecheck.ops.conv_transpose import ConvTranspose


class Padded(nn.Module):
    """Pads its input by a rule that torch's convolutions lack, then does what the class it is mixed with does."""

    margins: Margins
    pad_mode: str

    def forward(self, x: Tensor) -> Tensor:
        """The convolution of the padded maps."""
        mode = "constant" if self.pad_mode == "zeros" else self.pad_mode
        y: Tensor = super().forward(F.pad(x, self.margins.of(x), mode=mode))
        return y

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, padded={self.margins}"


class PaddedConv1d(Padded, nn.Conv1d):
    """nn.Conv1d of its input padded unevenly, or by the rule "same" with a stride."""


class PaddedConv2d(Padded, nn.Conv2d):
    """nn.Conv2d of its input padded unevenly, or by the rule "same" with a stride."""


class PaddedConv3d(Padded, nn.Conv3d):
    """nn.Conv3d of its input padded unevenly, or by the rule "same" with a stride."""


class Trimmed(nn.Module):
    """Cuts cells off what the transposed convolution that it is mixed with gives."""

    trimmed: list[int]

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """The result without the cells that the padding would have made."""
        return F.pad(super().forward(x, output_size), self.trimmed)

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, trimmed={[-width for width in self.trimmed]}"


class TrimmedConvTranspose1d(Trimmed, nn.ConvTranspose1d):
    """nn.ConvTranspose1d with a padding that is uneven or has a name."""


class TrimmedConvTranspose2d(Trimmed, nn.ConvTranspose2d):
    """nn.ConvTranspose2d with a padding that is uneven or has a name."""


class TrimmedConvTranspose3d(Trimmed, nn.ConvTranspose3d):
    """nn.ConvTranspose3d with a padding that is uneven or has a name."""


CONVOLUTIONS: dict[int, Any] = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
PADDED: dict[int, Any] = {1: PaddedConv1d, 2: PaddedConv2d, 3: PaddedConv3d}
TRANSPOSED: dict[int, Any] = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
TRIMMED: dict[int, Any] = {1: TrimmedConvTranspose1d, 2: TrimmedConvTranspose2d, 3: TrimmedConvTranspose3d}


def per_axis(op: Any, name: str) -> tuple[int, ...]:
    """An attribute that is a number for each axis."""
    return tuple(whole_number(value, name) for (value,) in op.each(name, rank=op.rank))


def windowed(op: conv.Windowed, channels: int, filters: int, groups: int, *, bias: bool) -> nn.Module:
    """A convolution layer with this operator's window: torch's own where it knows the padding."""
    paddings = [padding for (padding,) in op.each("padding", rank=op.rank)]
    kernel, stride, dilation = (per_axis(op, name) for name in ("kernel", "stride", "dilation"))
    mode = op.__dict__.get("mode", "zeros")
    settings: dict[str, Any] = {"stride": stride, "dilation": dilation, "groups": groups, "bias": bias}
    rule = Margins(kernel, stride, tuple(paddings), dilation)
    fixed = rule.fixed()
    padding: Any = None
    if fixed is not None and set(paddings) == {"same"}:
        padding = "same"
    elif fixed is not None and all(low == high for low, high in fixed):
        padding = tuple(low for low, _ in fixed)
    layer: nn.Module
    if padding is not None:
        layer = CONVOLUTIONS[op.rank](
            channels, filters, kernel, padding=padding, padding_mode=mode, **settings
        )
    else:
        layer = PADDED[op.rank](channels, filters, kernel, **settings)
        layer.margins, layer.pad_mode = rule, mode  # type: ignore[assignment]  # attributes of Padded
    return layer


def build_convolution(op: conv.Conv, x: Shape) -> nn.Module:
    """nn.Conv1d to nn.Conv3d."""
    channels = whole_number(op.channels_of(x), "the number of input channels")
    filters = whole_number(op.filters, "the number of filters")
    return windowed(op, channels, filters, whole_number(op.groups, "groups"), bias=op.bias)


def build_depthwise(op: conv.DepthwiseConv, x: Shape) -> nn.Module:
    """A convolution with one group for every channel."""
    channels = whole_number(op.channels_of(x), "the number of input channels")
    return windowed(
        op, channels, channels * whole_number(op.multiplier, "multiplier"), channels, bias=op.bias
    )


class Separable(nn.Module):
    """A convolution of every channel by itself, `depthwise`, then mixtures at each position, `pointwise`."""

    def __init__(self, depthwise: nn.Module, pointwise: nn.Module) -> None:
        super().__init__()
        self.depthwise = depthwise
        self.pointwise = pointwise

    def forward(self, x: Tensor) -> Tensor:
        """Maps of the filters."""
        y: Tensor = self.pointwise(self.depthwise(x))
        return y


def build_separable(op: conv.SeparableConv, x: Shape) -> nn.Module:
    """A depthwise convolution without bias, then one of a single cell with it."""
    channels = whole_number(op.channels_of(x), "the number of input channels")
    inner = channels * whole_number(op.multiplier, "multiplier")
    depthwise = windowed(op, channels, inner, channels, bias=False)
    pointwise = CONVOLUTIONS[op.rank](inner, whole_number(op.filters, "filters"), 1, bias=op.bias)
    return Separable(depthwise, pointwise)


def build_transposed(op: ConvTranspose, x: Shape) -> nn.Module:
    """nn.ConvTranspose1d to 3d; with uneven or named paddings it spreads everything, then cuts."""
    channels = whole_number(op.channels_of(x), "the number of input channels")
    filters = whole_number(op.filters, "the number of filters")
    kernel, stride, dilation = (per_axis(op, name) for name in ("kernel", "stride", "dilation"))
    groups = whole_number(op.groups, "groups")
    settings = {"stride": stride, "dilation": dilation, "groups": groups, "bias": op.bias}
    cuts: list[tuple[int, int]] = []
    if all(isinstance(padding, int) for (padding,) in op.each("padding", rank=op.rank)):
        extra = tuple(value or 0 for (value,) in op.each("extra", rank=op.rank))
        settings["padding"] = per_axis(op, "padding")
    else:
        cuts, extra = _cuts(op)
    trimmed = any(low or high for low, high in cuts)
    kind = (TRIMMED if trimmed else TRANSPOSED)[op.rank]
    layer: nn.Module = kind(channels, filters, kernel, output_padding=extra, **settings)
    if trimmed:
        layer.trimmed = [-width for width in flat_widths(cuts)]  # type: ignore[assignment]  # of Trimmed
    return layer


def _cuts(op: ConvTranspose) -> tuple[list[tuple[int, int]], tuple[int, ...]]:
    """What is cut off each axis low and high, and how many cells of bias alone are added at the high end.

    Neither depends on the size of the axis: what one cell becomes says it for all.
    """
    cuts, extra = [], []
    for kernel, stride, padding, dilation, more in op.each(
        "kernel", "stride", "padding", "dilation", "extra", rank=op.rank
    ):
        size = spread(1, kernel, stride, padding, dilation, extra=more)
        low, _ = margins(size, kernel, stride, padding, dilation)
        high = reach(kernel, dilation) - low - size
        cuts.append((int(low), max(int(high), 0)))
        extra.append(max(-int(high), 0))
    return cuts, tuple(extra)


def channels_last_weights(module: nn.Module) -> None:
    """Lay the kernels of 2-D and 3-D convolutions out with their channels last; their shapes stay."""
    formats = {4: torch.channels_last, 5: torch.channels_last_3d}
    for parameter in module.parameters():
        if parameter.dim() in formats:
            parameter.data = parameter.data.contiguous(memory_format=formats[parameter.dim()])
