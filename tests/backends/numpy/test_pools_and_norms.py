"""Pools, normalisations and activations of the numpy backend against PyTorch's."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecheck import ops
from shapecheck.model.vocabulary import NAMES
from tests.backends.numpy.asked import agree
from tests.backends.numpy.test_convolutions import SEED, each, works

MAX = {1: ops.MaxPool1d, 2: ops.MaxPool2d, 3: ops.MaxPool3d}
AVERAGE = {1: ops.AvgPool1d, 2: ops.AvgPool2d, 3: ops.AvgPool3d}


@st.composite
def pools(draw: Any, kinds: dict[int, Any]) -> tuple[Any, tuple[int, ...]]:
    rank = draw(st.sampled_from([1, 2, 2, 3]))
    kernel = each(draw, rank, 1, 3)
    options: dict[str, Any] = {
        "stride": draw(st.sampled_from([None, each(draw, rank, 1, 3)])),
        "padding": tuple(draw(st.integers(0, size // 2)) for size in kernel),
        "ceil": draw(st.booleans()),
    }
    if kinds is AVERAGE:
        options["count_padding"] = draw(st.booleans())
        options["divisor"] = draw(st.sampled_from([None, None, 5])) if rank > 1 else None
    else:
        options["dilation"] = each(draw, rank, 1, 2)
    op = kinds[rank](kernel, **options)
    shape = (2, 3, *each(draw, rank, 1, 7))
    assume(works(op, shape))
    return op, shape


@given(pools(MAX), SEED)
def test_max_pools_equal_torch(case: Any, seed: int) -> None:
    op, shape = case
    function = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}[op.rank]

    def ask(_: Any, x: torch.Tensor) -> torch.Tensor:
        return function(x, op.kernel, op.stride, op.padding, op.dilation, ceil_mode=op.ceil)

    assume(torch.isfinite(ask(None, torch.zeros(shape))).all())  # no window lies in the padding alone
    agree(op, [shape], ask, seed=seed)


@given(pools(AVERAGE), SEED)
def test_average_pools_equal_torch(case: Any, seed: int) -> None:
    op, shape = case
    # avg_pool3d wants the kernel to fit without the padding.
    assume(op.rank < 3 or all(size >= kernel for size, kernel in zip(shape[2:], op.kernel, strict=True)))
    function = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}[op.rank]
    divisor = {} if op.divisor is None else {"divisor_override": op.divisor}

    def ask(_: Any, x: torch.Tensor) -> torch.Tensor:
        return function(x, op.kernel, op.stride, op.padding, op.ceil, op.count_padding, **divisor)

    agree(op, [shape], ask, seed=seed)


@given(st.integers(1, 2), st.data(), SEED)
def test_adaptive_pools_equal_torch(rank: int, data: Any, seed: int) -> None:
    shape = (2, 3, *each(data.draw, rank, 1, 8))
    size = each(data.draw, rank, 1, 5)
    functions: Any = {
        1: ((ops.AdaptiveAvgPool1d, F.adaptive_avg_pool1d), (ops.AdaptiveMaxPool1d, F.adaptive_max_pool1d)),
        2: ((ops.AdaptiveAvgPool2d, F.adaptive_avg_pool2d), (ops.AdaptiveMaxPool2d, F.adaptive_max_pool2d)),
    }[rank]
    for kind, function in functions:
        agree(kind(size), [shape], lambda _, x, f=function: f(x, size), seed=seed)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_global_pools_equal_torch(rank: int, keep: bool) -> None:
    axes = tuple(range(2, 2 + rank))
    shape = (2, 3, *(4, 5, 2)[:rank])
    average = (ops.GlobalAvgPool1d, ops.GlobalAvgPool2d, ops.GlobalAvgPool3d)[rank - 1](keep=keep)
    largest = (ops.GlobalMaxPool1d, ops.GlobalMaxPool2d, ops.GlobalMaxPool3d)[rank - 1](keep=keep)
    agree(average, [shape], lambda _, x: x.mean(axes, keepdim=keep), seed=rank)
    agree(largest, [shape], lambda _, x: x.amax(axes, keepdim=keep), seed=rank)


@given(st.integers(0, 3), st.booleans(), st.booleans(), st.booleans(), st.booleans(), SEED)
def test_batch_norms_equal_torch(
    space: int, training: bool, affine: bool, bias: bool, tracked: bool, seed: int
) -> None:
    shape = (3, 4, *(5, 2, 6)[:space])
    op = ops.BatchNorm(affine=affine, bias=bias, tracked=tracked, epsilon=1e-3)
    own = training or not tracked

    def ask(weights: Any, x: torch.Tensor) -> torch.Tensor:
        return F.batch_norm(
            x,
            None if own else weights["mean"],
            None if own else weights["variance"],
            weights.get("scale"),
            weights.get("shift"),
            training=own,
            eps=1e-3,
        )

    agree(op, [shape], ask, seed=seed, training=training)


@given(st.integers(1, 3), st.booleans(), st.booleans(), st.booleans(), SEED)
def test_instance_norms_equal_torch(
    space: int, training: bool, affine: bool, tracked: bool, seed: int
) -> None:
    kind = (ops.InstanceNorm1d, ops.InstanceNorm2d, ops.InstanceNorm3d)[space - 1]
    op = kind(affine=affine, tracked=tracked)
    own = training or not tracked

    def ask(weights: Any, x: torch.Tensor) -> torch.Tensor:
        return F.instance_norm(
            x,
            weights.get("mean"),
            weights.get("variance"),
            weights.get("scale"),
            weights.get("shift"),
            use_input_stats=own,
        )

    agree(op, [(2, 3, *(5, 2, 6)[:space])], ask, seed=seed, training=training)


@given(st.sampled_from([1, 2, 3, 6]), st.booleans(), st.integers(0, 2), SEED)
def test_group_norms_equal_torch(groups: int, affine: bool, space: int, seed: int) -> None:
    op = ops.GroupNorm(groups, affine=affine)
    shape = (2, 6, *(4, 5)[:space])
    if groups == 6 and space == 0:  # torch refuses to normalise single numbers
        return
    agree(
        op,
        [shape],
        lambda weights, x: F.group_norm(x, groups, weights.get("scale"), weights.get("shift")),
        seed=seed,
    )


@given(st.integers(1, 3), st.booleans(), SEED)
def test_layer_norms_equal_torch(count: int, affine: bool, seed: int) -> None:
    shape = (2, 5, 3, 4)
    op = ops.LayerNorm(axes=tuple(range(-count, 0)), affine=affine)
    agree(
        op,
        [shape],
        lambda weights, x: F.layer_norm(x, shape[-count:], weights.get("scale"), weights.get("shift")),
        seed=seed,
    )


def test_the_root_mean_square_norm_equals_torch() -> None:
    op = ops.LayerNorm(centre=False, epsilon=1e-4)
    agree(op, [(2, 5, 6)], lambda weights, x: F.rms_norm(x, (6,), weights["scale"], 1e-4), seed=1)


def celu(x: torch.Tensor, alpha: float) -> torch.Tensor:
    """By its equation: PyTorch's own gradients of celu and hardsigmoid hold their constants in float32 only."""
    return x.clamp(min=0) + alpha * torch.expm1(x.clamp(max=0) / alpha)


ASK = {
    "relu": F.relu,
    "relu6": F.relu6,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "celu": lambda x: celu(x, 1.0),
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "hard_sigmoid": lambda x: F.relu6(x + 3) / 6,
    "hard_swish": F.hardswish,
    "hard_tanh": F.hardtanh,
    "log_sigmoid": F.logsigmoid,
    "tanhshrink": F.tanhshrink,
}


@pytest.mark.parametrize("name", NAMES[(ops.Activation, "name")])
def test_every_activation_equals_torch(name: str) -> None:
    # Far from 0 as well, but not beyond 20, where PyTorch's softplus is cut off.
    x = torch.cat([torch.linspace(-18, 18, 4001), torch.tensor([0.0, -0.0, 1.0, -3.0, 6.0])])
    agree(ops.Activation(name), [x.shape], lambda _, x: ASK[name](x), seed=0, inputs=[x.double().numpy()])


@pytest.mark.parametrize(
    ("name", "slope", "ask"),
    [
        ("leaky_relu", 0.3, lambda x: F.leaky_relu(x, 0.3)),
        ("elu", 0.7, lambda x: F.elu(x, 0.7)),
        ("celu", 0.7, lambda x: celu(x, 0.7)),
        ("gelu", "tanh", lambda x: F.gelu(x, approximate="tanh")),
        ("gelu", "none", F.gelu),
        ("softplus", 2.0, lambda x: F.softplus(x, 2.0)),
        ("hard_tanh", 2.0, lambda x: F.hardtanh(x, -2.0, 2.0)),
    ],
)
def test_what_activations_take_is_what_torch_takes(name: str, slope: Any, ask: Any) -> None:
    agree(ops.Activation(name, slope), [(3, 50)], lambda _, x: ask(x), seed=1)


@pytest.mark.parametrize("count", [1, 3])
def test_learned_slopes_equal_torch(count: int) -> None:
    agree(ops.PReLU(count), [(2, 3, 4)], lambda weights, x: F.prelu(x, weights["slope"]), seed=2)


@pytest.mark.parametrize("axis", [-1, 1, 0])
def test_softmax_equals_torch(axis: int) -> None:
    shape = (3, 4, 5)
    agree(ops.Softmax(axis), [shape], lambda _, x: F.softmax(x, axis), seed=1)
    agree(ops.Softmax(axis, log=True), [shape], lambda _, x: F.log_softmax(x, axis), seed=2)
    agree(ops.Softmax(axis, negate=True), [shape], lambda _, x: F.softmin(x, axis), seed=3)


def test_dropout_keeps_everything_in_use() -> None:
    agree(ops.Dropout(0.9), [(3, 4)], lambda _, x: x, seed=1)
    agree(ops.Identity(), [(3, 4)], lambda _, x: x, seed=1)
