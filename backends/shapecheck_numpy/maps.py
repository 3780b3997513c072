"""Convolutional LSTMs, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .bounded import Bounded, add, multiply
from .convolutions import axes_of, convolve, ends_of
from .elementary import sigmoid, tanh
from .moving import stacked, taken

if TYPE_CHECKING:
    from .call import Call


def conv_lstm(call: Call) -> Any:
    """An LSTM whose gates are sums of two convolutions: of the input, and of the state with its size kept."""
    op, x = call.op, call.x
    count = call.x.shape[1]
    order = range(count - 1, -1, -1) if op.backwards else range(count)
    h, c = _first_states(call)
    steps = []
    for place in order:
        gates = add(_of_input(call, taken(x, (slice(None), place))), _of_state(call, h))
        enter, forget, new, out = (
            taken(gates, (slice(None), slice(gate * op.filters, (gate + 1) * op.filters)))
            for gate in range(4)
        )
        c = add(multiply(sigmoid(forget), c), multiply(sigmoid(enter), tanh(new)))
        h = multiply(sigmoid(out), tanh(c))
        steps.append(h)
    result = stacked(steps, 1) if op.sequences else h
    return (result, h, c) if op.return_states else result


def _of_input(call: Call, x: Bounded) -> Bounded:
    kernel, stride, padding, dilation = axes_of(call.op, "kernel", "stride", "padding", "dilation")
    ends = [ends_of(*axis) for axis in zip(x.shape[2:], kernel, stride, padding, dilation, strict=True)]
    return convolve(
        x,
        call.weights["input"],
        call.weights.get("bias"),
        counts=_space(call),
        stride=stride,
        dilation=dilation,
        low=[low for low, _ in ends],
    )


def _of_state(call: Call, h: Bounded) -> Bounded:
    (kernel,) = axes_of(call.op, "kernel")
    ones = (1,) * len(kernel)
    return convolve(
        h,
        call.weights["recurrent"],
        None,
        counts=h.shape[2:],
        stride=ones,
        dilation=ones,
        low=[(taps - 1) // 2 for taps in kernel],
    )


def _space(call: Call) -> tuple[int, ...]:
    found = call.out()
    whole = found[0] if call.op.return_states else found
    return tuple(whole[-call.op.rank :])


def _first_states(call: Call) -> tuple[Bounded, Bounded]:
    given = call.given[1:]
    if given:
        return given[0], given[1]
    zeros = np.zeros((call.x.shape[0], call.op.filters, *_space(call)))
    return Bounded(zeros), Bounded(zeros)
