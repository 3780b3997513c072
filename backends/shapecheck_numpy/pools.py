"""Pools: the largest or the mean of windows, of parts, of whole axes. Padding is never the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .bounded import Bounded, largest, mean, multiply, total
from .convolutions import axes_of, ends_of
from .moving import joined, reshaped, taken, windows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.backend import Array

    from .call import Call


def _axes(op: Any) -> tuple[tuple[int, ...], tuple[int, ...], tuple[Any, ...], tuple[int, ...]]:
    kernel, stride, padding, dilation = axes_of(op, "kernel", "stride", "padding", "dilation")
    return (
        kernel,
        tuple(k if s is None else s for k, s in zip(kernel, stride, strict=True)),
        padding,
        dilation,
    )


def _windows(call: Call, x: Bounded, fill: float) -> Bounded:
    kernel, stride, padding, dilation = _axes(call.op)
    ends = [ends_of(*axis) for axis in zip(x.shape[2:], kernel, stride, padding, dilation, strict=True)]
    low = [first for first, _ in ends]
    return windows_of(x, call.out()[2:], kernel, stride, dilation, low, fill=fill)


def _taps(op: Any) -> tuple[int, ...]:
    return tuple(range(-op.rank, 0))


def max_pool(call: Call) -> Bounded:
    """The largest cell of every window."""
    found = _windows(call, call.x, -np.inf)
    rank = found.value.ndim
    return reshaped(largest(found, tuple(axis % rank for axis in _taps(call.op))), call.out())


def average_pool(call: Call) -> Bounded:
    """The sum of every window by the number of its cells: of those in the tensor, and with `count_padding` those of
    the padding; never those that hang over it. `divisor` stands for that number.
    """
    found = _windows(call, call.x, 0.0)
    summed = total(found, tuple(axis % found.value.ndim for axis in _taps(call.op)))
    inverse = 1 / _counted(call)
    # Who can only divide by the size of the whole window puts that right by a factor, and rounds twice more.
    return multiply(summed, Bounded(inverse, 2 * inverse))


def _counted(call: Call) -> Array:
    """How many cells each window counts."""
    op = call.op
    kernel, stride, padding, dilation = _axes(op)
    counts: Array = np.ones(())
    for axis, size in enumerate(call.x.shape[2:]):
        low, high = ends_of(size, kernel[axis], stride[axis], padding[axis], dilation[axis])
        first, end = (-low, size + high) if op.count_padding else (0, size)
        starts = np.arange(call.out()[2 + axis]) * stride[axis] - low
        cells = starts[:, None] + np.arange(kernel[axis]) * dilation[axis]
        inside: Array = np.logical_and(cells >= first, cells < end)
        counts = np.multiply.outer(counts, inside.sum(axis=1))
    return counts if op.divisor is None else np.full(counts.shape, float(op.divisor))


def _adaptive(call: Call, pool: Callable[[Bounded, tuple[int, ...]], Bounded]) -> Bounded:
    """Part i of m of an axis of n goes from ⌊i·n/m⌋ up to before ⌈(i + 1)·n/m⌉."""
    x = call.x
    rank = x.value.ndim
    for axis, size in enumerate(call.out()):
        if axis < rank - call.op.rank or size == x.shape[axis]:
            continue
        lead = (slice(None),) * axis
        before = x.shape[axis]
        parts = [
            taken(x, (*lead, slice(part * before // size, -(-(part + 1) * before // size))))
            for part in range(size)
        ]
        x = joined([pool(part, (axis,)) for part in parts], axis)
    return x


def adaptive_max(call: Call) -> Bounded:
    """The largest of each part of every axis."""
    return _adaptive(call, largest)


def adaptive_average(call: Call) -> Bounded:
    """The mean of each part of every axis: parts of an axis are as large in all rows, so axes go one by one."""
    return _adaptive(call, lambda part, axes: mean(part, axes, keep=True))


def _space(call: Call) -> tuple[int, ...]:
    rank = call.x.value.ndim
    return tuple(range(rank - call.op.rank, rank))


def global_max(call: Call) -> Bounded:
    """The largest of every channel."""
    return reshaped(largest(call.x, _space(call)), call.out())


def global_average(call: Call) -> Bounded:
    """The mean of every channel."""
    return reshaped(mean(call.x, _space(call)), call.out())
