"""Convolutions and pools say what PyTorch does, over their whole parameter space."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import strategies as st

from shapecheck.algebra import Shape
from tests.ops import ask_torch
from tests.ops.asking import Spec, hold, ours

SIZES = st.integers(1, 7)


def per_axis(rank: int, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One value for all axes, or one for each; now and then for the wrong number of axes."""
    each = st.lists(values, min_size=rank, max_size=rank).map(tuple)
    return st.one_of(values, each)


@st.composite
def inputs(draw: Any, rank: int, channels: int) -> Spec:
    """An input that mostly has the channels asked for, and now and then another rank."""
    space = [draw(st.integers(1, 9)) for _ in range(rank)]
    kind = draw(st.integers(0, 11))
    if kind == 0:
        return Spec(draw(st.integers(1, 2)), channels, *space, 2)
    if kind == 1:
        return Spec(*space)
    if kind == 2:
        return Spec(draw(st.integers(1, 2)), channels + draw(st.integers(-1, 1)), *space)
    if kind <= 4:
        return Spec(channels, *space)
    return Spec(draw(st.integers(1, 2)), channels, *space)


@st.composite
def convolutions(draw: Any, rank: int) -> Any:
    groups = draw(st.sampled_from((1, 1, 1, 2, 3)))
    channels = draw(st.sampled_from((groups, 2 * groups, 2 * groups, 3)))
    filters = draw(st.sampled_from((groups, 2 * groups, 2 * groups, 4)))
    named = {
        "stride": draw(per_axis(rank, st.integers(0, 3).map(lambda size: size or 1))),
        "padding": draw(st.one_of(per_axis(rank, st.integers(0, 3)), st.sampled_from(("same", "valid")))),
        "dilation": draw(per_axis(rank, st.integers(1, 3))),
        "groups": groups,
        "bias": draw(st.booleans()),
        "padding_mode": draw(st.sampled_from(("zeros", "zeros", "reflect", "replicate", "circular"))),
    }
    kernel = draw(per_axis(rank, st.integers(1, 4)))
    return [channels, filters, kernel], named, draw(inputs(rank, max(channels, 1)))


def windowed(name: str, rank: int, cases: Any, undecided: Any = None) -> None:
    """Hold a windowed layer against its module."""
    layer = getattr(torch.nn, name)
    hold(
        name,
        cases(rank),
        lambda case: ask_torch.answer(layer, case[:2], ([case[2]], {})),
        lambda case: ours(f"torch.nn.{name}", case[:2], ([case[2]], {})),
        factor=4,
        undecided=undecided,
    )


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_convolution_agrees_with_pytorch(rank: int) -> None:
    windowed(f"Conv{rank}d", rank, convolutions)


@st.composite
def transposed(draw: Any, rank: int) -> Any:
    groups = draw(st.sampled_from((1, 1, 1, 2, 3)))
    channels = draw(st.sampled_from((groups, 2 * groups, 2 * groups, 3)))
    filters = draw(st.sampled_from((groups, 2 * groups, 2 * groups, 4)))
    named = {
        "stride": draw(per_axis(rank, st.integers(1, 3))),
        "padding": draw(per_axis(rank, st.integers(0, 3))),
        "output_padding": draw(st.one_of(st.just(0), per_axis(rank, st.integers(0, 2)))),
        "dilation": draw(per_axis(rank, st.integers(1, 3))),
        "groups": groups,
        "bias": draw(st.booleans()),
    }
    kernel = draw(per_axis(rank, st.integers(1, 4)))
    return [channels, filters, kernel], named, draw(inputs(rank, channels))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_transposed_convolution_agrees_with_pytorch(rank: int) -> None:
    # An output without cells is an empty tensor in one of PyTorch's implementations and refused by the other.
    windowed(f"ConvTranspose{rank}d", rank, transposed, lambda our: isinstance(our, Shape) and 0 in our)


def paddings(rank: int, kernel: Any) -> st.SearchStrategy[Any]:
    """Mostly what PyTorch allows of this kernel, half of it."""
    half = tuple(size // 2 for size in kernel) if isinstance(kernel, tuple) else kernel // 2
    return st.one_of(st.just(0), st.just(half), per_axis(rank, st.integers(0, 2)))


@st.composite
def max_pools(draw: Any, rank: int) -> Any:
    kernel = draw(per_axis(rank, st.integers(1, 4)))
    named = {
        "stride": draw(st.one_of(st.none(), per_axis(rank, st.integers(1, 4)))),
        "padding": draw(paddings(rank, kernel)),
        "dilation": draw(st.one_of(st.just(1), per_axis(rank, st.integers(1, 3)))),
        "return_indices": draw(st.booleans()),
        "ceil_mode": draw(st.booleans()),
    }
    return [kernel], named, draw(inputs(rank, 2))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_max_pool_agrees_with_pytorch(rank: int) -> None:
    windowed(f"MaxPool{rank}d", rank, max_pools)


@st.composite
def average_pools(draw: Any, rank: int) -> Any:
    # With three axes a window of 5 hardly ever fits in all of them.
    kernel = draw(per_axis(rank, st.integers(1, 5 if rank < 3 else 3)))
    named = {
        "stride": draw(st.one_of(st.none(), per_axis(rank, st.integers(1, 4)))),
        "padding": draw(paddings(rank, kernel)),
        "ceil_mode": draw(st.booleans()),
        "count_include_pad": draw(st.booleans()),
    }
    return [kernel], named, draw(inputs(rank, 2))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_average_pool_agrees_with_pytorch(rank: int) -> None:
    windowed(f"AvgPool{rank}d", rank, average_pools)


@st.composite
def power_pools(draw: Any, rank: int) -> Any:
    named = {
        "stride": draw(st.one_of(st.none(), per_axis(rank, st.integers(1, 4)))),
        "ceil_mode": draw(st.booleans()),
    }
    return [2, draw(per_axis(rank, st.integers(1, 6)))], named, draw(inputs(rank, 2))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_power_pool_agrees_with_pytorch(rank: int) -> None:
    windowed(f"LPPool{rank}d", rank, power_pools)


@st.composite
def adaptive_pools(draw: Any, rank: int, word: str) -> Any:
    size = draw(per_axis(rank, st.one_of(st.integers(1, 9), st.none())))
    if draw(st.integers(0, 5)) == 0:
        size = (2,) * (rank + 1)
    named = {"return_indices": draw(st.booleans())} if word == "Max" else {}
    return [size], named, draw(inputs(rank, 2))


@pytest.mark.parametrize("word", ["Max", "Avg"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_adaptive_pool_agrees_with_pytorch(rank: int, word: str) -> None:
    windowed(f"Adaptive{word}Pool{rank}d", rank, lambda rank: adaptive_pools(rank, word))
