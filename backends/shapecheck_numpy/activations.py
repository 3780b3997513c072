"""Functions of each element, softmax, dropout."""

from __future__ import annotations

from math import inf, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

from .bounded import Bounded, add, constant, kinked, largest, multiply, negate, subtract, times, total
from .elementary import (
    ONE,
    absolute,
    divide,
    erf,
    exp,
    exp_less_one,
    log,
    negative_part,
    pieces,
    positive_part,
    sigmoid,
    softplus,
    tanh,
)
from .moving import reshaped

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .call import Call

# The constants of self-normalising networks (Klambauer et al., 2017).
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def _exponential_unit(x: Bounded, alpha: float) -> Bounded:
    """x where positive, else alpha·(eˣ − 1)."""
    return add(positive_part(x), times(exp_less_one(negative_part(x)), alpha))


def gelu(x: Bounded, approximate: Any = None) -> Bounded:
    """x times the chance that a normal number is below x; "tanh" approximates it."""
    if approximate in ("tanh", True):
        cube = multiply(multiply(x, x), x)
        inner = tanh(times(add(x, times(cube, 0.044715)), sqrt(2 / pi)))
    else:
        inner = erf(times(x, 1 / sqrt(2)))
    return times(multiply(x, add(ONE, inner)), 0.5)


def hard_sigmoid(x: Bounded) -> Bounded:
    """0 below −3, 1 above 3, straight between."""
    ramp = pieces(add(x, constant(3.0)), (-inf, 0.0, 0.0), (0.0, 1.0, 0.0), (6.0, 0.0, 6.0))
    return times(ramp, 1 / 6)


def _softplus(x: Bounded, beta: Any) -> Bounded:
    beta = 1.0 if beta is None else float(beta)
    return times(softplus(times(x, beta)), 1 / beta)


def _slope(value: Any, default: float) -> float:
    return default if value is None else float(value)


FUNCTIONS: dict[str, Callable[[Bounded, Any], Bounded]] = {
    "relu": lambda x, _: positive_part(x),
    "relu6": lambda x, _: pieces(x, (-inf, 0.0, 0.0), (0.0, 1.0, 0.0), (6.0, 0.0, 6.0)),
    "leaky_relu": lambda x, slope: pieces(x, (-inf, _slope(slope, 0.01), 0.0), (0.0, 1.0, 0.0)),
    "elu": lambda x, alpha: _exponential_unit(x, _slope(alpha, 1.0)),
    "selu": lambda x, _: times(_exponential_unit(x, SELU_ALPHA), SELU_SCALE),
    "celu": lambda x, alpha: _celu(x, _slope(alpha, 1.0)),
    "gelu": gelu,
    "silu": lambda x, _: multiply(x, sigmoid(x)),
    "mish": lambda x, _: multiply(x, tanh(softplus(x))),
    "sigmoid": lambda x, _: sigmoid(x),
    "tanh": lambda x, _: tanh(x),
    "softplus": _softplus,
    "softsign": lambda x, _: divide(x, add(ONE, absolute(x))),
    "hard_sigmoid": lambda x, _: hard_sigmoid(x),
    "hard_swish": lambda x, _: multiply(x, hard_sigmoid(x)),
    "hard_tanh": lambda x, high: _hard_tanh(x, _slope(high, 1.0)),
    "log_sigmoid": lambda x, _: negate(softplus(negate(x))),
    "tanhshrink": lambda x, _: subtract(x, tanh(x)),
}


def _celu(x: Bounded, alpha: float) -> Bounded:
    return add(positive_part(x), times(exp_less_one(times(negative_part(x), 1 / alpha)), alpha))


def _hard_tanh(x: Bounded, high: float) -> Bounded:
    return pieces(x, (-inf, 0.0, -high), (-high, 1.0, 0.0), (high, 0.0, high))


def activation(call: Call) -> Bounded:
    """The named function of each element."""
    return FUNCTIONS[call.op.name](call.x, call.op.slope)


def prelu(call: Call) -> Bounded:
    """x where positive, else x times the slope of its channel."""
    slope = call.weights["slope"]
    rank = call.x.value.ndim
    if call.op.count != 1:
        slope = reshaped(slope, (1, -1, *(1,) * (rank - 2)))
    return add(positive_part(call.x), multiply(slope, negative_part(call.x)))


def softmax_over(x: Bounded, axes: tuple[int, ...]) -> Bounded:
    """Exponentials that sum to 1."""
    powers = exp(subtract(x, _peak(x, axes)))
    return divide(powers, total(powers, axes, keep=True))


def _peak(x: Bounded, axes: tuple[int, ...]) -> Bounded:
    """The largest element, as a number: what is subtracted everywhere does not change a softmax."""
    peak = largest(x, axes)
    return Bounded(peak.value)


def softmax(call: Call) -> Bounded:
    """Exponentials along `axis` that sum to 1, or their logarithms."""
    op = call.op
    x = negate(call.x) if op.negate else call.x
    axes = op.axis if isinstance(op.axis, tuple) else (op.axis,)
    axes = tuple(axis % x.value.ndim for axis in axes)
    if not op.log:
        return softmax_over(x, axes)
    away = subtract(x, _peak(x, axes))
    return subtract(away, log(total(exp(away), axes, keep=True)))


def dropout(call: Call) -> Bounded:
    """In training: zeros with a chance of `rate`, the rest magnified by 1/(1 − rate); else the input."""
    rate, x = call.op.rate, call.x
    if not call.training or rate == 0:
        return identity(call)
    generator = call.generator or np.random.default_rng()
    shape = (*x.shape[:2], *(1,) * (x.value.ndim - 2)) if call.op.whole_channels else x.shape
    kept = generator.random(shape) >= rate
    return multiply(x, Bounded(kept / (1 - rate) if rate < 1 else 0.0 * kept))


def identity(call: Call) -> Bounded:
    """What came in."""
    return kinked(call.x, call.x.value, np.ones(call.x.shape), kinks=(), rounded=False)
