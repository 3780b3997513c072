"""Normalisations: less the mean, by the square root of the variance plus epsilon, then scaled and shifted.

The variance is the mean of the squared differences from the mean. Implementations also take the mean of the squares
less the square of the mean, which loses more where the mean is large; its rounding is what the bound allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shapecheck.ops.norm import InstanceNorm

from .bounded import Bounded, add, also, constant, mean, multiply, subtract
from .elementary import reciprocal, root
from .moving import permuted, reshaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.backend import Array

    from .call import Call

# Torch's sense: new running statistics are 0.9 of the old ones and 0.1 of the batch's.
MOMENTUM = 0.1


def moments(x: Bounded, axes: tuple[int, ...]) -> tuple[Bounded, Bounded]:
    """Mean and variance over axes, which stay with size 1."""
    middle = mean(x, axes, keep=True)
    away = subtract(x, middle)
    variance = mean(multiply(away, away), axes, keep=True)
    cells = int(np.prod([x.shape[axis] for axis in axes]))
    squares = np.mean(x.value**2, axis=axes, keepdims=True) + middle.value**2
    return middle, also(variance, (cells + 2) * squares)


def _normal(call: Call, x: Bounded, middle: Bounded, variance: Bounded) -> Bounded:
    """(x − middle)/√(variance + epsilon).

    Also computed as x·a + b with a = scale/√…, b = shift − middle·a: three more roundings, of numbers that do not
    have the middle taken off.
    """
    steep = reciprocal(root(add(variance, constant(call.op.epsilon))))
    size = (np.abs(x.value) + np.abs(middle.value)) * steep.value
    return also(multiply(subtract(x, middle), steep), 3 * size)


def _affine(call: Call, x: Bounded, shape: Sequence[int], order: Sequence[int] = (0,)) -> Bounded:
    """Scaled and shifted; the weights, their axes taken in this order, stand along the axes that `shape` leaves."""
    scale, shift = (
        None if weight is None else reshaped(permuted(weight, order), shape)
        for weight in (call.weights.get("scale"), call.weights.get("shift"))
    )
    if scale is not None:
        x = multiply(x, scale)
    return x if shift is None else also(add(x, shift), np.abs(shift.value))


def _along(x: Bounded, axis: int) -> tuple[int, ...]:
    return tuple(size if place == axis else 1 for place, size in enumerate(x.shape))


def batch_norm(call: Call) -> Bounded:
    """By the statistics of all other axes in training or where none are tracked, else by the running ones."""
    x, axis = call.x, call.op.axis % call.x.value.ndim
    shape = _along(x, axis)
    if call.training or not call.op.tracked:
        middle, variance = moments(x, tuple(place for place in range(x.value.ndim) if place != axis))
    else:
        middle, variance = (reshaped(call.weights[name], shape) for name in ("mean", "variance"))
    return _affine(call, _normal(call, x, middle, variance), shape)


def running(call: Call) -> dict[str, Array]:
    """The running statistics after one step of training: a tenth of the batch's, the rest of the old ones.

    The variance is divided by one sample less, as an estimate is. Instance norms take the mean over samples.
    """
    x = call.x.value
    alone = isinstance(call.op, InstanceNorm)
    axis = x.ndim - call.op.space - 1 if isinstance(call.op, InstanceNorm) else call.op.axis % x.ndim
    others = tuple(place for place in range(x.ndim) if place != axis and not (alone and place < axis))
    cells = int(np.prod([x.shape[place] for place in others]))
    batch = {"mean": x.mean(axis=others), "variance": x.var(axis=others) * cells / max(cells - 1, 1)}
    if alone and axis == 1:
        batch = {name: each.mean(axis=0) for name, each in batch.items()}
    return {
        name: (1 - MOMENTUM) * call.weights[name].value + MOMENTUM * value for name, value in batch.items()
    }


def instance_norm(call: Call) -> Bounded:
    """By the statistics of each channel of each sample; in use by the running ones, where they are tracked."""
    x, op = call.x, call.op
    axis = x.value.ndim - op.space - 1
    shape = _along(x, axis)
    if op.tracked and not call.training:
        middle, variance = (reshaped(call.weights[name], shape) for name in ("mean", "variance"))
    else:
        middle, variance = moments(x, tuple(range(axis + 1, x.value.ndim)))
    return _affine(call, _normal(call, x, middle, variance), shape)


def group_norm(call: Call) -> Bounded:
    """By the statistics of each group of channels of each sample."""
    x, op = call.x, call.op
    axis = op.axis % x.value.ndim
    split = reshaped(x, (*x.shape[:axis], op.groups, x.shape[axis] // op.groups, *x.shape[axis + 1 :]))
    own = tuple(place for place in range(1, split.value.ndim) if place != axis)
    middle, variance = moments(split, own)
    normal = reshaped(_normal(call, split, middle, variance), x.shape)
    return _affine(call, normal, _along(x, axis))


def _mean_square(x: Bounded, axes: tuple[int, ...]) -> Bounded:
    return mean(multiply(x, x), axes, keep=True)


def layer_norm(call: Call) -> Bounded:
    """By the statistics over `axes`; without `centre` by the root of the mean square."""
    x, op = call.x, call.op
    given = [axis % x.value.ndim for axis in op.axes]
    axes = tuple(sorted(given))
    middle, variance = moments(x, axes) if op.centre else (Bounded(0.0), _mean_square(x, axes))
    shape = tuple(size if axis in axes else 1 for axis, size in enumerate(x.shape))
    return _affine(call, _normal(call, x, middle, variance), shape, [given.index(axis) for axis in axes])
