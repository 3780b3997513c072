"""Convolutions, pools and their like say what Keras does, over their whole parameter space."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from hypothesis import strategies as st

from tests.ops import ask_keras
from tests.ops.asking import Spec, hold, ours

FORMATS = st.sampled_from(("channels_last", "channels_last", "channels_first", None))


def per_axis(rank: int, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One value for all axes, or one for each."""
    return st.one_of(values, st.lists(values, min_size=rank, max_size=rank).map(tuple))


def layer(name: str, cases: Any, factor: float = 2) -> None:
    """Hold a layer against Keras's; a case is constructor arguments and the input."""
    hold(
        name,
        cases,
        lambda case: ask_keras.answer(getattr(keras.layers, name), case[:2], ([case[2]], {})),
        lambda case: ours(f"keras.layers.{name}", case[:2], ([case[2]], {})),
        factor=factor,
        appeal=lambda case: ask_keras.answer(
            getattr(keras.layers, name), case[:2], ([case[2]], {}), eager=True
        ),
    )


@st.composite
def inputs(draw: Any, rank: int, channels: int, data_format: str | None, *, any_rank: bool = True) -> Spec:
    """An input in the layout, now and then of another rank."""
    space = [draw(st.integers(1, 8)) for _ in range(rank)]
    sizes = [2, channels, *space] if data_format == "channels_first" else [2, *space, channels]
    kind = draw(st.integers(0, 11)) if any_rank else 11
    if kind == 0:
        sizes.append(2)
    if kind == 1:
        sizes.pop(0)
    return Spec(*sizes)


@st.composite
def windows(draw: Any, rank: int, *, causal: bool = False) -> dict[str, Any]:
    """Stride, padding and dilation, not both of the outer ones too often."""
    rules = ("valid", "valid", "same", "same", "VALID", "causal" if causal or draw(st.booleans()) else "full")
    one = draw(st.booleans())
    return {
        "strides": 1 if one else draw(per_axis(rank, st.integers(1, 3))),
        "padding": draw(st.sampled_from(rules)),
        "dilation_rate": draw(per_axis(rank, st.integers(1, 3)))
        if one or draw(st.integers(0, 7)) == 0
        else 1,
    }


@st.composite
def convolutions(draw: Any, rank: int) -> Any:
    groups = draw(st.sampled_from((1, 1, 2, 3)))
    channels = draw(st.sampled_from((groups, 2 * groups, 2 * groups, 3)))
    data_format = draw(FORMATS)
    named = {
        **draw(windows(rank, causal=rank == 1)),
        "groups": groups,
        "data_format": data_format,
        "use_bias": draw(st.booleans()),
    }
    filters = draw(st.sampled_from((0, groups, groups, 2 * groups, 2 * groups, 4)))
    return (
        [filters, draw(per_axis(rank, st.integers(1, 4)))],
        named,
        draw(inputs(rank, channels, data_format)),
    )


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_convolution_agrees_with_keras(rank: int) -> None:
    layer(f"Conv{rank}D", convolutions(rank))


@st.composite
def transposed(draw: Any, rank: int) -> Any:
    data_format = draw(FORMATS)
    named = {
        **draw(windows(rank)),
        "data_format": data_format,
        "output_padding": draw(st.one_of(st.none(), st.none(), per_axis(rank, st.integers(0, 2)))),
    }
    filters = draw(st.integers(0, 4))
    return [filters, draw(per_axis(rank, st.integers(1, 4)))], named, draw(inputs(rank, 2, data_format))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_transposed_convolution_agrees_with_keras(rank: int) -> None:
    layer(f"Conv{rank}DTranspose", transposed(rank))


@st.composite
def depthwise(draw: Any, rank: int, *, separable: bool) -> Any:
    data_format = draw(FORMATS)
    named = {
        **draw(windows(rank)),
        "data_format": data_format,
        "depth_multiplier": draw(st.integers(0, 3)),
        "use_bias": draw(st.booleans()),
    }
    kernel = draw(per_axis(rank, st.integers(1, 4)))
    filters = [draw(st.integers(0, 4))] if separable else []
    return [*filters, kernel], named, draw(inputs(rank, 2, data_format))


@pytest.mark.parametrize("rank", [1, 2])
def test_depthwise_convolution_agrees_with_keras(rank: int) -> None:
    layer(f"DepthwiseConv{rank}D", depthwise(rank, separable=False))


@pytest.mark.parametrize("rank", [1, 2])
def test_separable_convolution_agrees_with_keras(rank: int) -> None:
    layer(f"SeparableConv{rank}D", depthwise(rank, separable=True))


@st.composite
def pools(draw: Any, rank: int) -> Any:
    data_format = draw(FORMATS)
    named = {
        "strides": draw(st.one_of(st.none(), per_axis(rank, st.integers(1, 3)))),
        "padding": draw(st.sampled_from(("valid", "valid", "same", "causal"))),
        "data_format": data_format,
    }
    return [draw(per_axis(rank, st.integers(1, 4)))], named, draw(inputs(rank, 2, data_format))


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("word", ["Max", "Average"])
def test_pool_agrees_with_keras(word: str, rank: int) -> None:
    layer(f"{word}Pooling{rank}D", pools(rank))


@st.composite
def global_pools(draw: Any, rank: int) -> Any:
    data_format = draw(FORMATS)
    x = draw(
        st.one_of(
            inputs(rank, 2, data_format),
            st.lists(st.integers(1, 3), min_size=1, max_size=6).map(lambda sizes: Spec(*sizes)),
        )
    )
    return [], {"keepdims": draw(st.booleans()), "data_format": data_format}, x


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("word", ["Max", "Average"])
def test_global_pool_agrees_with_keras(word: str, rank: int) -> None:
    layer(f"Global{word}Pooling{rank}D", global_pools(rank))


@st.composite
def adaptive_pools(draw: Any, rank: int) -> Any:
    data_format = draw(FORMATS)
    wrong = st.lists(st.integers(1, 3), min_size=rank + 1, max_size=rank + 1).map(tuple)
    size = draw(wrong if draw(st.integers(0, 2)) == 0 else per_axis(rank, st.integers(1, 5)))
    # Another rank passes Keras's symbolic call and ends TensorFlow's process.
    return [size], {"data_format": data_format}, draw(inputs(rank, 2, data_format, any_rank=False))


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("word", ["Max", "Average"])
def test_adaptive_pool_agrees_with_keras(word: str, rank: int) -> None:
    layer(f"Adaptive{word}Pooling{rank}D", adaptive_pools(rank))


@st.composite
def borders(draw: Any, rank: int, name: str) -> Any:
    data_format = draw(FORMATS) if rank > 1 else None
    ends = st.integers(-1 if draw(st.integers(0, 3)) == 0 else 0, 3 if rank == 1 else 2)
    each = st.lists(st.one_of(ends, st.tuples(ends, ends)), min_size=rank, max_size=rank).map(tuple)
    pair = st.tuples(ends, ends) if rank == 1 else each
    named = {} if data_format is None else {"data_format": data_format}
    return [draw(st.one_of(ends, pair))], named, draw(inputs(rank, 2, data_format))


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("name", ["ZeroPadding", "Cropping"])
def test_borders_agree_with_keras(name: str, rank: int) -> None:
    layer(f"{name}{rank}D", borders(rank, name))


@st.composite
def upsamplings(draw: Any, rank: int) -> Any:
    data_format = draw(FORMATS) if rank > 1 else None
    named = {} if data_format is None else {"data_format": data_format}
    factors = st.integers(1, 3)
    wrong = st.lists(factors, min_size=rank + 1, max_size=rank + 1).map(tuple)
    return (
        [draw(st.one_of(factors if rank == 1 else per_axis(rank, factors), wrong))],
        named,
        draw(inputs(rank, 2, data_format)),
    )


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_upsampling_agrees_with_keras(rank: int) -> None:
    layer(f"UpSampling{rank}D", upsamplings(rank))
