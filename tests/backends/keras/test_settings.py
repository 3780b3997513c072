"""Settings of operators that random draws seldom meet together, and what Keras gets wrong unless it is told."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shapecheck import ops
from shapecheck.backend import BackendError, Options
from shapecheck.model.graph import Graph
from shapecheck.ops.resize import Resize
from tests.backends.keras.comparing import agree, keras_backend
from tests.backends.torch.drawing import graph_of

LEAKY = ops.Activation("leaky_relu", 0.3)
CASES: list[tuple[Any, tuple[tuple[int, ...], ...]]] = [
    # Strides that differ, or stand beside a dilation, which TensorFlow's kernels per channel do not have.
    (ops.DepthwiseConv2d(3, stride=(2, 1), padding="same"), ((2, 3, 8, 6),)),
    (ops.DepthwiseConv2d(3, stride=2, dilation=2, padding=2), ((2, 3, 8, 6),)),
    (ops.SeparableConv2d(4, 3, stride=(1, 2), padding=((1, 0), (2, 1))), ((2, 3, 8, 6),)),
    # Even sizes with a stride: Keras's "same" is not symmetric padding.
    (ops.Conv2d(4, 3, stride=2, padding=1), ((2, 3, 8, 6),)),
    (ops.Conv2d(4, 3, stride=2, padding="same"), ((2, 3, 8, 6),)),
    (ops.Conv1d(4, 4, padding="same", mode="circular"), ((2, 3, 8),)),
    (ops.Conv1d(4, 3, padding="causal", stride=2), ((2, 3, 8),)),
    # Cells beyond what windows reach hold the bias alone.
    (ops.ConvTranspose2d(3, 2, stride=3, padding=0, extra=2), ((2, 4, 3, 5),)),
    (ops.ConvTranspose1d(3, 3, dilation=3, padding=1, extra=2), ((2, 4, 5),)),
    (ops.ConvTranspose2d(4, 4, stride=2, padding="same", groups=2), ((2, 4, 3, 5),)),
    (ops.ConvTranspose3d(2, 3, dilation=2, padding=1), ((1, 2, 3, 4, 3),)),
    # Windows that hang over the end, and one that may not although it would fit the count.
    (ops.MaxPool2d(3, 2, padding=1, ceil=True), ((2, 3, 8, 6),)),
    (ops.MaxPool1d(1, 3, ceil=True), ((2, 3, 9),)),
    (ops.MaxPool3d(2, dilation=2), ((1, 2, 5, 6, 4),)),
    (ops.AvgPool2d(3, 2, padding=1, ceil=True, count_padding=False), ((2, 3, 8, 6),)),
    (ops.AvgPool2d(3, 2, padding=1, divisor=5), ((2, 3, 8, 6),)),
    (ops.AvgPool2d(3, padding="same", count_padding=False), ((2, 3, 8, 6),)),
    (ops.AvgPool2d(3, padding="same"), ((2, 3, 8, 6),)),
    # These kill the process if they are left to Keras.
    (ops.AdaptiveMaxPool2d((1, 3)), ((2, 3, 8, 6),)),
    (ops.AdaptiveMaxPool2d((3, 2)), ((2, 3, 1, 6),)),
    (ops.AdaptiveMaxPool1d(4), ((2, 3, 1),)),
    # keras.ops.add would take these for a bias of another axis.
    (ops.Elementwise("add"), ((2, 4, 4, 3), (1, 1, 4, 1))),
    (ops.Elementwise("add"), ((2, 4, 4, 3), (4, 1))),
    (ops.Elementwise("add"), ((2, 3, 4, 3), (1, 1, 1, 3), (2, 1, 1, 1))),
    (ops.Elementwise("subtract"), ((2, 3), (2, 3), (2, 1))),
    # Axes that are not the last ones.
    (ops.LayerNorm((1,), centre=False), ((2, 4, 4, 4),)),
    (ops.LayerNorm((1,)), ((2, 4, 4, 4),)),
    (ops.BatchNorm2d(tracked=False), ((3, 2, 4, 5),)),
    (ops.GRU(3, reset_after=False), ((2, 4, 3),)),
    (ops.LSTM(4, projection=2, layers=2, bidirectional=True, stacked=True, return_states=True), ((2, 5, 3),)),
    (ops.RNN(3, activation="relu", layers=2, stacked=True, dropout=0.5), ((2, 4, 3),)),
    # As many steps as heads: their biases go astray in Keras.
    (ops.MultiheadAttention(3, 3, key_size=2, scores="none"), ((2, 3, 3), (2, 4, 2), (2, 4, 3))),
    (ops.Upsample2d((3, 1), "bilinear"), ((2, 3, 4, 5),)),
    (ops.Activation("gelu", "tanh"), ((2, 3),)),
    (ops.Activation("hard_tanh", 2.0), ((2, 3),)),
    (ops.Softmax((1, 2), log=True), ((2, 3, 4),)),
    (ops.Pad(((1, -1), (2, 0)), "replicate"), ((2, 3, 4, 5),)),
    (ops.TimeDistributed(ops.PReLU(3)), ((2, 4, 3, 5, 2),)),
    (ops.TimeDistributed(LEAKY), ((2, 4, 3),)),
    (ops.TimeDistributed(ops.GroupNorm(2)), ((2, 3, 4, 5),)),
    (ops.TimeDistributed(ops.Softmax(1)), ((2, 3, 4, 5),)),
    (ops.TimeDistributed(ops.LayerNorm((-2, -1))), ((2, 3, 4, 5),)),
    (ops.TimeDistributed(ops.Flatten(1)), ((2, 3, 4, 5),)),
    (ops.TimeDistributed(ops.LSTM(3, sequences=False)), ((2, 3, 4, 5),)),
    (ops.TimeDistributed(ops.ConvTranspose2d(2, 3, stride=2, padding=1)), ((2, 3, 4, 3, 2),)),
    (ops.TimeDistributed(ops.AdaptiveMaxPool2d((2, 1))), ((2, 3, 4, 6, 5),)),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("op", "shapes"), CASES, ids=[str(op) for op, _ in CASES])
def test_values(op: Any, shapes: tuple[tuple[int, ...], ...], dtype: str) -> None:
    graph = graph_of(op, shapes)
    assert graph is not None
    agree(graph, dtype=dtype)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
@pytest.mark.parametrize(
    ("op", "shape"),
    [
        (ops.Conv2d(4, 3, stride=2, padding=1), (2, 3, 8, 6)),
        (ops.LSTM(3, bidirectional=True), (2, 4, 3)),
        (ops.AvgPool3d(2), (1, 2, 4, 4, 4)),
        (ops.BatchNorm2d(), (2, 3, 4, 5)),
        (ops.Reduce("mean"), (2, 3)),
    ],
    ids=str,
)
def test_half_precision(op: Any, shape: tuple[int, ...], dtype: str) -> None:
    graph = graph_of(op, (shape,))
    assert graph is not None
    network = agree(graph, dtype=dtype)
    assert all(variable.dtype == dtype for variable in network.trainable_variables)


REFUSED: list[tuple[Any, tuple[tuple[int, ...], ...], str]] = [
    (ops.Conv2d(2, 3, stride=2, dilation=2), ((1, 1, 9, 9),), "cannot have a stride and a dilation at once"),
    (ops.MaxPool2d(2, indices=True), ((1, 1, 4, 4),), "do not say where the largest value stood"),
    (ops.InstanceNorm2d(tracked=True), ((1, 2, 4, 4),), "no running statistics of single samples"),
    (ops.MultiheadAttention(4, 2), ((1, 3, 4),) * 3, "without its scores"),
    (ops.GRU(3, projection=2), ((2, 4, 3),), "the output of an LSTM only is projected"),
    (ops.Conv2d(2, 3, unbatched=True), ((3, 8, 8),), "need a batch axis"),
    (ops.Reduce("max", (1,), outputs=2), ((2, 3),), "does not say where"),
]


@pytest.mark.parametrize(("op", "shapes", "sentence"), REFUSED, ids=[str(op) for op, _, _ in REFUSED])
def test_refusals_are_one_sentence(op: Any, shapes: Any, sentence: str) -> None:
    graph = Graph()
    names = [graph.input(" ".join(map(str, shape)), name=f"x{i}") for i, shape in enumerate(shapes)]
    graph.add(op, *names, name="node")
    graph = graph.with_outputs(*graph.node("node").outputs)
    with pytest.raises(BackendError, match=re.escape(sentence)) as caught:
        keras_backend.build(graph, Options())
    assert "'node'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_operator_outside_the_vocabulary_is_refused_by_name() -> None:
    with pytest.raises(BackendError, match="not in the vocabulary"):
        from shapecheck_keras.builders import build

        build(None, Resize(size=(2, 2)))  # type: ignore[arg-type]
