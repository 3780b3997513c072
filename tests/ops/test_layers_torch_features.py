"""Linear layers, normalisations, activations, padding and resampling say what PyTorch does."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import strategies as st

from shapecheck.algebra import Shape
from tests.ops import ask_torch
from tests.ops.asking import Spec, hold, ours, ours_of_function
from tests.ops.test_layers_torch_sequences import nudged

SMALL = st.integers(1, 4)
LEADS = st.lists(st.integers(1, 3), max_size=3).map(tuple)


def layer(name: str, cases: Any, factor: float = 2, undecided: Any = None) -> None:
    """Hold a layer against its module; a case is constructor arguments and the inputs."""
    hold(
        name,
        cases,
        lambda case: ask_torch.answer(getattr(torch.nn, name), case[0], (case[1], {})),
        lambda case: ours(f"torch.nn.{name}", case[0], (case[1], {})),
        factor=factor,
        undecided=undecided,
    )


def function(name: str, cases: Any, factor: float = 2, undecided: Any = None) -> None:
    """Hold a function of torch.nn.functional against its namesake; a case is its arguments."""
    hold(
        name,
        cases,
        lambda case: ask_torch.answer_of_function(getattr(torch.nn.functional, name), *case),
        lambda case: ours_of_function(f"torch.nn.functional.{name}", *case),
        factor=factor,
        undecided=undecided,
    )


@st.composite
def linears(draw: Any) -> Any:
    features = draw(SMALL)
    x = draw(nudged((*draw(LEADS), features), 3))
    return ([features, draw(st.integers(0, 4))], {"bias": draw(st.booleans())}), [Spec(*x)]


def test_linear_agrees_with_pytorch() -> None:
    layer("Linear", linears())


@st.composite
def bilinears(draw: Any) -> Any:
    left, right, lead = draw(SMALL), draw(SMALL), draw(LEADS)
    inputs = [Spec(*draw(nudged((*lead, left), 6))), Spec(*draw(nudged((*lead, right), 6)))]
    return ([left, right, draw(SMALL)], {"bias": draw(st.booleans())}), inputs


def test_bilinear_agrees_with_pytorch() -> None:
    layer("Bilinear", bilinears())


@st.composite
def embeddings(draw: Any) -> Any:
    count = draw(st.integers(1, 5))
    index = draw(st.one_of(st.none(), st.integers(-8, 8)))
    x = draw(LEADS)
    return ([count, draw(SMALL)], {"padding_idx": index}), [Spec(*x, whole=count)]


def test_embedding_agrees_with_pytorch() -> None:
    layer("Embedding", embeddings())


@st.composite
def channel_norms(draw: Any, name: str, rank: int) -> Any:
    channels = draw(SMALL)
    lead = (2,) if draw(st.integers(0, 3)) else ()
    space = tuple(draw(st.integers(2, 3)) for _ in range(rank))
    if name == "BatchNorm" and rank == 1 and draw(st.booleans()):
        space = ()
    named = {"affine": draw(st.booleans()), "track_running_stats": draw(st.booleans())}
    return ([channels], named), [Spec(*draw(nudged((*lead, channels, *space), 3)))]


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("name", ["BatchNorm", "InstanceNorm"])
def test_channel_norm_agrees_with_pytorch(name: str, rank: int) -> None:
    layer(f"{name}{rank}d", channel_norms(name, rank))


@st.composite
def group_norms(draw: Any) -> Any:
    groups = draw(st.sampled_from((1, 2, 3)))
    channels = groups * draw(st.sampled_from((1, 2))) + draw(st.sampled_from((0, 0, 0, 1)))
    x = draw(nudged((2, channels, *draw(LEADS)), 6))
    return ([groups, channels], {"affine": draw(st.booleans())}), [Spec(*x)]


def test_group_norm_agrees_with_pytorch() -> None:
    layer("GroupNorm", group_norms())


@st.composite
def layer_norms(draw: Any) -> Any:
    sizes = draw(st.lists(SMALL, min_size=0, max_size=2).map(tuple))
    shape = sizes[0] if len(sizes) == 1 and draw(st.booleans()) else sizes
    return ([shape], {"elementwise_affine": draw(st.booleans())}), [
        Spec(*draw(nudged((*draw(LEADS), *sizes), 3)))
    ]


@pytest.mark.parametrize("name", ["LayerNorm", "RMSNorm"])
def test_layer_norm_agrees_with_pytorch(name: str) -> None:
    layer(name, layer_norms())


@st.composite
def local_norms(draw: Any) -> Any:
    return ([draw(st.integers(0, 3))], {}), [Spec(*draw(st.lists(SMALL, max_size=5)))]


def test_local_response_norm_agrees_with_pytorch() -> None:
    layer("LocalResponseNorm", local_norms())


@st.composite
def along(draw: Any, low: int = -4, high: int = 3) -> Any:
    x = draw(st.lists(SMALL, max_size=4))
    return ([draw(st.integers(low, high))], {}), [Spec(*x)]


@pytest.mark.parametrize("name", ["Softmax", "LogSoftmax", "Softmin", "GLU"])
def test_functions_along_an_axis_agree_with_pytorch(name: str) -> None:
    layer(name, along())


@st.composite
def anything(draw: Any) -> Any:
    return ([], {}), [Spec(*draw(st.lists(SMALL, min_size=2, max_size=5)))]


def test_softmax_of_channels_agrees_with_pytorch() -> None:
    layer("Softmax2d", anything())


@st.composite
def slopes(draw: Any) -> Any:
    count = draw(st.integers(0, 4))
    x = draw(st.one_of(st.lists(SMALL, max_size=4).map(tuple), LEADS.map(lambda rest: (2, count, *rest))))
    return ([count], {}), [Spec(*x)]


def test_prelu_agrees_with_pytorch() -> None:
    layer("PReLU", slopes())


@st.composite
def dropouts(draw: Any) -> Any:
    rate = draw(st.sampled_from((0.0, 0.5, 1.0, 1.5, -0.1, 0, 1, 2)))
    return ([rate], {}), [
        Spec(*draw(st.one_of(st.lists(SMALL, max_size=5), st.lists(SMALL, min_size=2, max_size=3))))
    ]


@pytest.mark.parametrize("name", ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout"])
def test_dropout_agrees_with_pytorch(name: str) -> None:
    layer(name, dropouts())


@st.composite
def paddings(draw: Any, rank: int, low: int) -> Any:
    widths = draw(
        st.one_of(st.integers(0, 3), st.lists(st.integers(low, 3), min_size=2 * rank, max_size=2 * rank))
    )
    if draw(st.integers(0, 2)) == 0:
        space = draw(st.lists(st.integers(2, 3), min_size=max(rank - 1, 0), max_size=rank + 3))
    else:
        space = [*(2, 2)[: draw(st.integers(1, 2))], *(draw(st.integers(3, 5)) for _ in range(rank))]
    return ([tuple(widths) if isinstance(widths, list) else widths], {}), [Spec(*space)]


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("word", ["Zero", "Reflection", "Replication", "Circular"])
def test_padding_layer_agrees_with_pytorch(word: str, rank: int) -> None:
    layer(f"{word}Pad{rank}d", paddings(rank, -4 if word == "Zero" else -1))


@st.composite
def upsamplings(draw: Any) -> Any:
    mode = draw(
        st.sampled_from(("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"))
    )
    space = draw(st.sampled_from((1, 2, 2, 3)))
    if draw(st.booleans()):
        space = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}.get(mode, space)
    one = draw(st.booleans())
    named: dict[str, Any] = {"mode": mode}
    if draw(st.integers(0, 9)) > 0:
        if draw(st.booleans()):
            sizes = st.integers(1, 6)
            named["size"] = draw(sizes if one else st.lists(sizes, min_size=space, max_size=space).map(tuple))
        else:
            factors = st.sampled_from((1, 2, 0.5, 1.5, 0.25, 2.0, 0.3, 1.7))
            lists = st.lists(factors, min_size=space, max_size=space).map(tuple)
            named["scale_factor"] = draw(factors if one else lists)
    x = draw(nudged((2, 2, *(draw(st.integers(1, 6)) for _ in range(space))), 12))
    return ([], named), [Spec(*x)]


def test_upsample_agrees_with_pytorch() -> None:
    layer("Upsample", upsamplings(), factor=6)


@st.composite
def shuffles(draw: Any) -> Any:
    factor = draw(st.integers(0, 3))
    x = draw(
        nudged(
            (2, max(factor, 1) ** 2 * draw(st.sampled_from((1, 2))), 6, draw(st.sampled_from((2, 3, 6)))), 6
        )
    )
    return ([factor], {}), [Spec(*x)]


@pytest.mark.parametrize("name", ["PixelShuffle", "PixelUnshuffle", "ChannelShuffle"])
def test_shuffles_agree_with_pytorch(name: str) -> None:
    layer(name, shuffles())


@st.composite
def folds(draw: Any, name: str) -> Any:
    pair = st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3)))
    named = {
        "stride": draw(pair),
        "padding": draw(st.one_of(st.integers(0, 1), st.tuples(st.integers(0, 1), st.integers(0, 1)))),
        "dilation": draw(st.sampled_from((1, 1, 2, (1, 2)))),
    }
    kernel = draw(pair)
    if name == "Unfold":
        x = draw(nudged((2, 2, draw(st.integers(1, 6)), draw(st.integers(1, 6))), 8))
        return ([kernel], named), [Spec(*x)]
    size = (draw(st.integers(2, 6)), draw(st.integers(2, 6)))
    cells = kernel * kernel if isinstance(kernel, int) else kernel[0] * kernel[1]
    with torch.no_grad():
        try:
            columns = torch.nn.Unfold(kernel, **named)(torch.zeros(1, 1, *size)).shape[-1]
        except RuntimeError:
            columns = 1
    return ([size, kernel], named), [Spec(*draw(nudged((2, 2 * cells, columns), 4)))]


@pytest.mark.parametrize("name", ["Unfold", "Fold"])
def test_columns_agree_with_pytorch(name: str) -> None:
    layer(name, folds(name), factor=4)


@st.composite
def supplied_convolutions(draw: Any, rank: int) -> Any:
    groups = draw(st.sampled_from((1, 1, 2)))
    channels, filters = groups * draw(st.sampled_from((1, 2))), groups * draw(st.sampled_from((1, 2)))
    space = [draw(st.integers(2, 6)) for _ in range(rank)]
    kernel = [draw(st.integers(1, 3)) for _ in range(rank)]
    x = Spec(*draw(nudged((2, channels, *space), 10)))
    weight = Spec(*draw(nudged((filters, channels // groups, *kernel), 10)))
    bias = draw(st.sampled_from((None, Spec(filters), Spec(filters), Spec(filters + 1))))
    named = {"stride": draw(st.integers(1, 2)), "padding": draw(st.integers(0, 1)), "groups": groups}
    return [x, weight, bias], named


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_functional_convolution_agrees_with_pytorch(rank: int) -> None:
    function(f"conv{rank}d", supplied_convolutions(rank), factor=4)


@st.composite
def supplied_transposed(draw: Any, rank: int) -> Any:
    [x, weight, bias], named = draw(supplied_convolutions(rank))
    swapped = (
        (weight.sizes[1] * named["groups"], weight.sizes[0], *weight.sizes[2:])
        if len(weight.sizes) > 1
        else (1,)
    )
    bias = draw(
        st.sampled_from((None, Spec(swapped[1] * named["groups"] if len(swapped) > 1 else 1), Spec(2)))
    )
    return [x, Spec(*swapped), bias], named


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_functional_transposed_convolution_agrees_with_pytorch(rank: int) -> None:
    # An output without cells is an empty tensor in one of PyTorch's implementations and refused by the other.
    empty = lambda our: isinstance(our, Shape) and 0 in our  # noqa: E731
    function(f"conv_transpose{rank}d", supplied_transposed(rank), factor=4, undecided=empty)


@st.composite
def supplied_linears(draw: Any) -> Any:
    features, units = draw(SMALL), draw(SMALL)
    x = Spec(*draw(nudged((*draw(LEADS), features), 6)))
    weight = Spec(*draw(nudged((units, features), 6)))
    return [x, weight, draw(st.sampled_from((None, None, Spec(units), Spec(units), Spec(units + 1))))], {}


def test_functional_linear_agrees_with_pytorch() -> None:
    function("linear", supplied_linears(), factor=4)


@st.composite
def supplied_norms(draw: Any, name: str) -> Any:
    channels = draw(st.integers(2, 4))
    x = Spec(*draw(nudged((2, channels, *draw(LEADS)), 8)))
    named: dict[str, Any] = {}
    for weight in ("weight", "bias"):
        if draw(st.booleans()):
            named[weight] = Spec(*draw(nudged((channels,), 6)))
    if name == "group_norm":
        return [x, draw(st.sampled_from((1, channels, 2)))], named
    statistics = [Spec(*draw(nudged((channels,), 12))) for _ in range(2)]
    return [x, *statistics], named


@pytest.mark.parametrize("name", ["group_norm", "batch_norm"])
def test_functional_norm_agrees_with_pytorch(name: str) -> None:
    function(name, supplied_norms(name), factor=4)
