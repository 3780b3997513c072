"""Layers of sequences: recurrent and other operators on (n, t, d), drawn such that they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from shapecheck import ops
from shapecheck.model.bridge import bridge
from shapecheck.strategies.spatial import FEWEST, activation, varied

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Shape
    from shapecheck.ops.base import Op

    Layer = Callable[[st.DrawFn, Shape], Any]


def recurrent(draw: st.DrawFn, x: Shape, **fixed: Any) -> Op:
    """An LSTM, a GRU or a plain recurrence: stacked, in both directions, with or without biases."""
    kind: Any = draw(st.sampled_from((ops.LSTM, ops.GRU, ops.RNN)))
    options = dict(fixed)
    if not varied(draw):
        plain: Op = kind(2, **options)
        return plain
    if kind is ops.RNN:
        options["activation"] = draw(st.sampled_from(("tanh", "relu")))
    hidden = draw(st.integers(1, 4))
    if kind is ops.LSTM and hidden > 1:
        options["projection"] = draw(st.sampled_from((0, hidden - 1)))
    made: Op = kind(
        hidden,
        layers=draw(st.integers(1, 2)),
        bidirectional=draw(st.booleans()),
        bias=draw(st.booleans()),
        **options,
    )
    return made


def last_of(draw: st.DrawFn, x: Shape) -> Op:
    """A recurrence that gives its last output only."""
    return recurrent(draw, x, sequences=False)


def linear(draw: st.DrawFn, x: Shape) -> Op:
    """A learned map of the features."""
    return ops.Linear(draw(st.integers(1, 5)), bias=draw(st.booleans())) if varied(draw) else ops.Linear(2)


def each_step(draw: st.DrawFn, x: Shape) -> Any:
    """A learned map of the features of each step."""
    return ops.TimeDistributed([linear(draw, x), activation(draw, x)])


def temporal(draw: st.DrawFn, x: Shape) -> Any:
    """A causal convolution over time."""
    options = {"padding": "causal", "dilation": draw(st.integers(1, 2))}
    return [
        bridge("n t d -> n d t"),
        ops.Conv1d(draw(st.integers(1, 4)), draw(st.integers(2, 3)), **options),
        bridge.signal(),
    ]


def normed(draw: st.DrawFn, x: Shape) -> Op:
    """Features normalised, or made to sum to 1."""
    if int(x[-1]) < FEWEST:
        return ops.Tanh()  # next to nothing of one or two features is left
    return draw(st.sampled_from((ops.LayerNorm(), ops.Softmax(), ops.LayerNorm(epsilon=1e-3))))


def dropout(draw: st.DrawFn, x: Shape) -> Op:
    """Dropout."""
    return ops.Dropout(0.5)


def residual(draw: st.DrawFn, x: Shape) -> Any:
    """A learned map beside which the features go on."""
    width, units = x[-1], draw(st.integers(1, 4))
    if isinstance(width, int) and width <= 8 and draw(st.booleans()):
        return ops.Residual([ops.LSTM(width)])
    return ops.Residual([linear(draw, x), ops.Linear(units)], shortcut=ops.Linear(units, bias=False))


def parallel(draw: st.DrawFn, x: Shape) -> Any:
    """Two recurrences side by side."""
    return ops.Parallel([recurrent(draw, x)], [recurrent(draw, x)], join="concat", axis=-1)


def taken(draw: st.DrawFn, x: Shape) -> Op:
    """Some of the steps: without the first, only the first ones, every other one."""
    cuts = (ops.Cut(1, None), ops.Cut(None, 2), ops.Cut(None, None, 2))
    return ops.Index((ops.Cut(), draw(st.sampled_from(cuts))))


def layers_for(x: Shape) -> list[Layer]:
    """What can be drawn for a sequence, the simplest first."""
    found: list[Layer] = [
        recurrent,
        activation,
        linear,
        each_step,
        normed,
        dropout,
        residual,
        parallel,
        temporal,
    ]
    return [*found, taken] if int(x[1]) > 2 else found


def heads_for(x: Shape) -> list[Layer]:
    """How the steps of a sequence become one vector, the simplest first."""

    def fixed(layer: Any) -> Layer:
        return lambda draw, x: layer

    reductions = [fixed(ops.Reduce(name, axes=(1,))) for name in ("max", "min", "sum")]
    first = fixed(ops.Index((ops.Cut(), 0)))
    return [fixed(ops.LastStep()), fixed(ops.MeanOverTime()), first, last_of, *reductions]
