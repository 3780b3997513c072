"""Convolutions of the numpy backend against PyTorch's, and "same" against TensorFlow's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from shapecheck_numpy.bounded import Bounded
from shapecheck_numpy.call import Call
from shapecheck_numpy.registry import results

from shapecheck import ops
from shapecheck.algebra import Proof, Shape
from tests.backends.numpy.asked import agree, drawn, weights_of

SEED = st.integers(0, 2**16)
CONV = {1: ops.Conv1d, 2: ops.Conv2d, 3: ops.Conv3d}
TRANSPOSED = {1: ops.ConvTranspose1d, 2: ops.ConvTranspose2d, 3: ops.ConvTranspose3d}
MODES = st.sampled_from(["zeros", "reflect", "replicate", "circular"])


def each(draw: Any, rank: int, low: int, high: int) -> tuple[int, ...]:
    return tuple(draw(st.integers(low, high)) for _ in range(rank))


def works(op: Any, *shapes: Any) -> bool:
    """Whether no need of the operator is refuted."""
    return all(need.claim.proof() is not Proof.NO for need in op.all_needs(*(Shape(*s) for s in shapes)))


@st.composite
def convs(draw: Any) -> tuple[Any, tuple[int, ...]]:
    rank = draw(st.sampled_from([1, 2, 2, 3]))
    groups = draw(st.sampled_from([1, 1, 2]))
    pairs = draw(st.booleans())
    padding: Any = each(draw, rank, 0, 2)
    if pairs:
        padding = tuple((low, draw(st.integers(0, 2))) for low in padding)
    op = CONV[rank](
        groups * draw(st.integers(1, 3)),
        each(draw, rank, 1, 3),
        stride=each(draw, rank, 1, 3),
        padding=padding,
        dilation=each(draw, rank, 1, 2),
        groups=groups,
        bias=draw(st.booleans()),
        mode=draw(MODES),
    )
    shape = (draw(st.integers(1, 2)), groups * draw(st.integers(1, 2)), *each(draw, rank, 1, 6))
    assume(works(op, shape))
    return op, shape


def padded_by_torch(op: Any, x: torch.Tensor) -> torch.Tensor:
    """The input with its padding, made before the convolution."""
    flat = []
    for padding in reversed(op.padding):
        flat += list(padding) if isinstance(padding, tuple) else [padding, padding]
    return F.pad(x, flat, mode="constant" if op.mode == "zeros" else op.mode)


@given(convs(), SEED)
def test_convolutions_equal_torch(case: Any, seed: int) -> None:
    op, shape = case
    function = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[op.rank]

    def ask(weights: Any, x: torch.Tensor) -> torch.Tensor:
        return function(
            padded_by_torch(op, x),
            weights["kernel"],
            weights.get("bias"),
            stride=op.stride,
            dilation=op.dilation,
            groups=op.groups,
        )

    agree(op, [shape], ask, seed=seed)


@st.composite
def transposed(draw: Any) -> tuple[Any, tuple[int, ...]]:
    rank = draw(st.sampled_from([1, 2, 2, 3]))
    groups = draw(st.sampled_from([1, 1, 2]))
    stride, dilation = each(draw, rank, 1, 3), each(draw, rank, 1, 2)
    op = TRANSPOSED[rank](
        groups * draw(st.integers(1, 2)),
        each(draw, rank, 1, 3),
        stride=stride,
        padding=each(draw, rank, 0, 2),
        dilation=dilation,
        groups=groups,
        extra=tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)),
        bias=draw(st.booleans()),
    )
    shape = (draw(st.integers(1, 2)), groups * draw(st.integers(1, 2)), *each(draw, rank, 1, 4))
    assume(works(op, shape) and all(size > 0 for size in op.out(Shape(*shape))))
    return op, shape


@given(transposed(), SEED)
def test_transposed_convolutions_equal_torch(case: Any, seed: int) -> None:
    op, shape = case
    function = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}[op.rank]

    def ask(weights: Any, x: torch.Tensor) -> torch.Tensor:
        return function(
            x,
            weights["kernel"],
            weights.get("bias"),
            stride=op.stride,
            padding=op.padding,
            output_padding=op.extra,
            groups=op.groups,
            dilation=op.dilation,
        )

    agree(op, [shape], ask, seed=seed)


@given(st.integers(1, 2), st.integers(1, 3), st.integers(1, 3), st.booleans(), SEED)
def test_depthwise_and_separable_equal_torch(
    rank: int, multiplier: int, kernel: int, bias: bool, seed: int
) -> None:
    shape = (2, 3, *(5, 6)[:rank])
    function = {1: F.conv1d, 2: F.conv2d}[rank]
    depthwise = {1: ops.DepthwiseConv1d, 2: ops.DepthwiseConv2d}[rank](
        kernel, padding=1, multiplier=multiplier, bias=bias
    )
    separable = {1: ops.SeparableConv1d, 2: ops.SeparableConv2d}[rank](
        4, kernel, padding=1, multiplier=multiplier, bias=bias
    )
    agree(
        depthwise,
        [shape],
        lambda weights, x: function(x, weights["kernel"], weights.get("bias"), padding=1, groups=3),
        seed=seed,
    )
    agree(
        separable,
        [shape],
        lambda weights, x: function(
            function(x, weights["depthwise"], padding=1, groups=3), weights["pointwise"], weights.get("bias")
        ),
        seed=seed,
    )


@pytest.mark.parametrize("size", [5, 6, 7, 8])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [2, 3, 4])
def test_same_padding_with_stride_is_tensorflows(size: int, stride: int, kernel: int) -> None:
    op = ops.Conv2d(3, kernel, stride=stride, padding="same", bias=False)
    generator = np.random.default_rng(size)
    x = drawn(generator, (2, 2, size, size + 1))
    weights = weights_of(op, [x.shape], generator)
    (ours,) = results(Call(op, {"kernel": Bounded(weights["kernel"])}, [Bounded(x)]))
    theirs = tf.nn.conv2d(
        x.transpose(0, 2, 3, 1), weights["kernel"].transpose(2, 3, 1, 0), stride, "SAME"
    ).numpy()
    assert ours.shape == tuple(op.out(Shape(*x.shape)))
    assert np.abs(theirs.transpose(0, 3, 1, 2) - ours.value).max() <= 1e-12


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
def test_transposed_paddings_by_name_are_tensorflows(padding: str, stride: int, kernel: int) -> None:
    op = ops.ConvTranspose2d(3, kernel, stride=stride, padding=padding, bias=False)
    generator = np.random.default_rng(kernel)
    x = drawn(generator, (2, 2, 4, 5))
    weights = weights_of(op, [x.shape], generator)
    (ours,) = results(Call(op, {"kernel": Bounded(weights["kernel"])}, [Bounded(x)]))
    batch, filters, *space = op.out(Shape(*x.shape))
    theirs = tf.nn.conv2d_transpose(
        x.transpose(0, 2, 3, 1),
        weights["kernel"].transpose(2, 3, 1, 0),
        [batch, *space, filters],
        stride,
        padding.upper(),
    ).numpy()
    assert np.abs(theirs.transpose(0, 3, 1, 2) - ours.value).max() <= 1e-12


def test_causal_padding_sees_nothing_that_comes_later() -> None:
    op = ops.Conv1d(2, 3, padding="causal", dilation=2)
    agree(
        op,
        [(2, 3, 7)],
        lambda weights, x: F.conv1d(F.pad(x, (4, 0)), weights["kernel"], weights["bias"], dilation=2),
        seed=0,
    )
