"""Recurrent layers, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .bounded import Bounded, add, also, dot, multiply, subtract
from .elementary import ONE, positive_part, sigmoid, tanh
from .linear import affine
from .moving import joined, stacked, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from .call import Call

    States = tuple[Bounded, ...]
    Step = Callable[[Bounded, States], States]


def _product(x: Bounded, kernel: Bounded, bias: Bounded | None) -> Bounded:
    """Kernel times x, plus bias, as a part of a gate.

    Frameworks add what goes into a gate in any order: the sum is rounded twice more, each time by no more than all
    that is in it.
    """
    size = np.abs(x.value) @ np.abs(kernel.value).T
    summed = dot("nk,rk->nr", x, kernel, plus=bias)
    return also(summed, 2 * size if bias is None else 2 * (size + np.abs(bias.value)))


def _split(gates: Bounded, count: int) -> list[Bounded]:
    width = gates.shape[1] // count
    return [taken(gates, (slice(None), slice(gate * width, (gate + 1) * width))) for gate in range(count)]


def plain_step(call: Call, place: str) -> Step:
    """h = f(W·x + b + R·h); every step function is given W·x + b."""
    back = call.weights["recurrent" + place]
    function = {"tanh": tanh, "relu": positive_part}[call.op.activation]

    def step(entered: Bounded, states: States) -> States:
        return (function(add(entered, _product(states[0], back, None))),)

    return step


def long_short_step(call: Call, place: str) -> Step:
    """i, f, o = σ(…), g = tanh(…); c = f·c + i·g; h = o·tanh(c), projected where asked."""
    back, projection = call.weights["recurrent" + place], call.weights.get("projection" + place)

    def step(entered: Bounded, states: States) -> States:
        h, c = states
        let_in, forget, new, out = _split(add(entered, _product(h, back, None)), 4)
        c = add(multiply(sigmoid(forget), c), multiply(sigmoid(let_in), tanh(new)))
        h = multiply(sigmoid(out), tanh(c))
        return (h if projection is None else affine(h, projection, None), c)

    return step


def gated_step(call: Call, place: str) -> Step:
    """r, z = σ(…); n = tanh(W·x + b + r·(R·h + b′)), or without `reset_after` R·(r·h); h = (1 − z)·n + z·h."""
    hidden, back = call.op.hidden, call.weights["recurrent" + place]
    bias = call.weights.get("bias_recurrent" + place)
    back_new = taken(back, slice(2 * hidden, None))

    def step(entered: Bounded, states: States) -> States:
        (h,) = states
        below = _split(_product(h, back, bias), 3)
        reset, keep, first = _split(entered, 3)
        reset, keep = sigmoid(add(reset, below[0])), sigmoid(add(keep, below[1]))
        if call.op.reset_after:
            new = tanh(add(first, multiply(reset, below[2])))
        else:
            new = tanh(add(first, _product(multiply(reset, h), back_new, None)))
        return (add(multiply(subtract(ONE, keep), new), multiply(keep, h)),)

    return step


def entering(call: Call, place: str, steps: list[Bounded]) -> list[Bounded]:
    """W·x + b of every step."""
    bias = call.weights.get("bias" + place, call.weights.get("bias_input" + place))
    every = _product(joined(steps, 0), call.weights["input" + place], bias) if steps else None
    rows = call.x.shape[0]
    return [
        taken(every, slice(step * rows, (step + 1) * rows)) for step in range(len(steps)) if every is not None
    ]


STEPS: dict[str, Callable[[Call, str], Step]] = {
    "RNN": plain_step,
    "LSTM": long_short_step,
    "GRU": gated_step,
}


def recurrent(call: Call) -> Any:
    """Layers one on the other, each in one or both directions over time. Outputs of both directions lie side by side.

    Without `sequences` the output is what each direction gave last: the backward one at the first step. With
    `backwards` the steps are taken, and given out, from the last to the first.
    """
    op, x = call.op, call.x
    steps = [taken(x, (slice(None), step)) for step in range(x.shape[1])]
    if op.backwards:
        steps.reverse()
    last: list[States] = []
    for layer in range(op.layers):
        sides = []
        for direction, suffix in enumerate(("", ".reverse")[: op.directions]):
            step = STEPS[type(op).__name__](call, f".{layer}{suffix}")
            states = _first_states(call, layer * op.directions + direction)
            entered = entering(call, f".{layer}{suffix}", steps)
            sides.append(_walked(step, entered, states, reverse=direction == 1))
            last.append(sides[-1][1])
        steps = [joined([side[0][place] for side in sides], 1) for place in range(len(steps))]
    ends = [states[0] for states in last[-op.directions :]]
    if not op.sequences:
        out = joined(ends, 1)
    else:  # of no steps there is no output
        out = stacked(steps, 1) if steps else Bounded(np.zeros((x.shape[0], 0, op.directions * op.width)))
    return (out, *_states_out(op, last)) if op.return_states else out


def _walked(
    step: Step, steps: list[Bounded], states: States, *, reverse: bool
) -> tuple[list[Bounded], States]:
    """The output at every step, in the order of time, and the states after the last one taken."""
    found = []
    for x in reversed(steps) if reverse else steps:
        states = step(x, states)
        found.append(states[0])
    return (found[::-1] if reverse else found), states


def _first_states(call: Call, index: int) -> States:
    """The initial states of one direction of one layer: those given, or zeros."""
    op, x = call.op, call.x
    batch = x.shape[0]
    given = call.given[1:]
    widths = [op.width if name == "h" else op.hidden for name in op.carried]
    if not given:
        return tuple(Bounded(np.zeros((batch, width))) for width in widths)
    chosen = [taken(state, index) for state in given] if op.stacked else given
    return tuple(
        add(state, Bounded(np.zeros((batch, width)))) if state.shape != (batch, width) else state
        for state, width in zip(chosen, widths, strict=True)
    )


def _states_out(op: Any, last: list[States]) -> tuple[Bounded, ...]:
    each = zip(*last, strict=True)
    if op.stacked:
        return tuple(stacked(list(states), 0) for states in each)
    return tuple(states[-1] for states in each)
