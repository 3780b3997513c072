"""Convolutions: scalar products of the kernel with every window of the padded input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.algebra import Shape
from shapecheck.ops.window import margins, reach

from .bounded import Bounded, dot
from .moving import moved, padded, reshaped, windows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.backend import Array

    from .call import Call

LETTERS = "uvwxyz"


def convolve(
    x: Bounded,
    kernel: Bounded,
    bias: Bounded | None,
    *,
    counts: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
    low: Sequence[int],
    groups: int = 1,
) -> Bounded:
    """Windows of x (n, c, *space), zeros outside, times a kernel (o, c/groups, *taps): (n, o, *counts).

    Channel o of group g: Σ over the group's channels i and all taps k of kernel[o, i, k] · x[n, i, window k].
    """
    rank = len(counts)
    taps = kernel.shape[2:]
    found = windows_of(x, counts, taps, stride, dilation, low)
    batch, channels = x.shape[:2]
    found = reshaped(found, (batch, groups, channels // groups, *counts, *taps))
    split = reshaped(kernel, (groups, kernel.shape[0] // groups, *kernel.shape[1:]))
    space, tap = LETTERS[:rank], LETTERS[rank : 2 * rank]
    plus = None
    if bias is not None:
        plus = reshaped(bias, (1, groups, bias.shape[0] // groups, *(1,) * rank))
    summed = dot(f"ngi{space}{tap},goi{tap}->ngo{space}", found, split, plus=plus)
    return reshaped(summed, (batch, kernel.shape[0], *counts))


def axes_of(op: Any, *names: str) -> list[tuple[Any, ...]]:
    """The named attributes, each as one value for every spatial axis."""
    columns = list(zip(*op.each(*names, rank=op.rank), strict=True))
    return [tuple(column) for column in columns]


def ends_of(size: int, kernel: int, stride: int, padding: Any, dilation: int) -> tuple[int, int]:
    """What padding adds at both ends of an axis."""
    low, high = Shape(*margins(size, kernel, stride, padding, dilation)).evaluate({})
    return low, high


def _windowed(call: Call, x: Bounded, kernel: Bounded, bias: Bounded | None, groups: int) -> Bounded:
    """The convolution with the operator's own kernel, stride, padding, dilation and padding mode."""
    op = call.op
    sizes, stride, padding, dilation = axes_of(op, "kernel", "stride", "padding", "dilation")
    space = x.shape[2:]
    ends = [ends_of(*axis) for axis in zip(space, sizes, stride, padding, dilation, strict=True)]
    mode = getattr(op, "mode", "zeros")
    low = tuple(first for first, _ in ends)
    if mode != "zeros":
        x, low = padded(x, ends, mode=mode), (0,) * len(ends)
    counts = call.out()[2:]
    return convolve(x, kernel, bias, counts=counts, stride=stride, dilation=dilation, low=low, groups=groups)


def conv(call: Call) -> Bounded:
    """A convolution, in groups."""
    return _windowed(call, call.x, call.weights["kernel"], call.weights.get("bias"), call.op.groups)


def depthwise(call: Call) -> Bounded:
    """A convolution with as many groups as channels."""
    return _windowed(call, call.x, call.weights["kernel"], call.weights.get("bias"), call.x.shape[1])


def separable(call: Call) -> Bounded:
    """A depthwise convolution, then a mixture of its channels at each position."""
    inner = _windowed(call, call.x, call.weights["depthwise"], None, call.x.shape[1])
    space = inner.shape[2:]
    ones = (1,) * len(space)
    return convolve(
        inner,
        call.weights["pointwise"],
        call.weights.get("bias"),
        counts=space,
        stride=ones,
        dilation=ones,
        low=(0,) * len(space),
    )


def conv_transpose(call: Call) -> Bounded:
    """Every cell adds its value times the kernel to the cells below it; then the margins are cut off.

    Cell p of an axis reaches cells p·stride + k·dilation, k = 0, 1, …. Read backwards: the input, spread with zeros
    between its cells, convolved with the mirrored kernel.
    """
    op, x, kernel = call.op, call.x, call.weights["kernel"]
    rank, groups = op.rank, op.groups
    sizes, stride, dilation = axes_of(op, "kernel", "stride", "dilation")
    reaches = Shape.of(map(reach, sizes, dilation)).evaluate({})
    low = [reached - 1 - cut for reached, cut in zip(reaches, cut_low(op, reaches, stride), strict=True)]
    channels, filters = kernel.shape[0], kernel.shape[1] * groups
    # (i, o/g, *k) as (o, i/g, *k), every tap mirrored
    split = reshaped(kernel, (groups, channels // groups, filters // groups, *sizes))
    turned = moved(split, lambda cells: np.flip(cells.swapaxes(1, 2), axis=tuple(range(3, 3 + rank))))
    return convolve(
        spread_out(x, stride),
        reshaped(turned, (filters, channels // groups, *sizes)),
        call.weights.get("bias"),
        counts=call.out()[2:],
        stride=(1,) * rank,
        dilation=dilation,
        low=low,
        groups=groups,
    )


def spread_out(x: Bounded, stride: Sequence[int]) -> Bounded:
    """x with stride − 1 zeros between neighbouring cells of every spatial axis."""

    def arrange(cells: Array) -> Array:
        lead = cells.ndim - len(stride)
        space = [(size - 1) * step + 1 for size, step in zip(cells.shape[lead:], stride, strict=True)]
        found = np.full((*cells.shape[:lead], *space), -1, dtype=np.intp)
        every: tuple[Any, ...] = (..., *(slice(None, None, step) for step in stride))
        found[every] = cells
        return found

    return moved(x, arrange)


def cut_low(op: Any, reaches: Sequence[int], stride: Sequence[int]) -> list[int]:
    """How many cells are cut off at the low end of each axis.

    "same" undoes a convolution padded "same" that gave this input from an axis of size·stride: its low margin.
    """
    (padding,) = axes_of(op, "padding")
    found = []
    for each, reached, step in zip(padding, reaches, stride, strict=True):
        if each == "valid":
            found.append(0)
        elif each == "same":
            found.append(max(reached - step, 0) // 2)
        else:
            found.append(each[0] if isinstance(each, tuple) else each)
    return found
