"""The weights that operators declare are those that the frameworks make."""

from __future__ import annotations

from math import prod
from typing import Any

import keras
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import Shape
from shapecheck.ops.base import Op
from tests.ops.asking import made

SMALL = st.integers(1, 4)
FLAGS = st.booleans()


def declared(op: Op, *inputs: Shape) -> dict[str, tuple[int, ...]]:
    """Weights and states as plain tuples."""
    return {name: tuple(shape) for name, shape in {**op.weights(*inputs), **op.states(*inputs)}.items()}


def held(module: torch.nn.Module) -> dict[str, tuple[int, ...]]:
    """What a PyTorch module holds, but its counters."""
    return {name: tuple(value.shape) for name, value in module.state_dict().items() if value.dim()}


def renamed(found: dict[str, tuple[int, ...]], names: dict[str, str]) -> dict[str, tuple[int, ...]]:
    """Our names as PyTorch's; one summed bias stands for PyTorch's two."""
    result = {}
    for name, shape in found.items():
        part, _, place = name.partition(".")
        layer, _, direction = place.partition(".")
        suffix = f"_l{layer}{'_reverse' if direction else ''}" if layer else ""
        for theirs in names[part].split():
            result[theirs + suffix] = shape
    return result


PLAIN = {"kernel": "weight", "bias": "bias", "table": "weight", "slope": "weight"}
NORM = {"scale": "weight", "shift": "bias", "mean": "running_mean", "variance": "running_var"}
GATES = {
    "input": "weight_ih",
    "recurrent": "weight_hh",
    "bias": "bias_ih bias_hh",
    "bias_input": "bias_ih",
    "bias_recurrent": "bias_hh",
    "projection": "weight_hr",
}


def agree(
    name: str, names: dict[str, str], inputs: tuple[Shape, ...], *positional: Any, **named: Any
) -> None:
    """Our declaration, renamed, is the module's state on the meta device."""
    module = getattr(torch.nn, name)(*positional, **named, device="meta")
    _, op, wrong = made(f"torch.nn.{name}", *positional, **named)
    assert wrong is None
    assert renamed(declared(op, *inputs), names) == held(module)


@given(st.sampled_from((1, 2, 3)), st.sampled_from((1, 2)), SMALL, SMALL, SMALL, FLAGS, FLAGS)
def test_convolutions(
    rank: int, groups: int, left: int, right: int, kernel: int, bias: bool, spread: bool
) -> None:
    name = f"ConvTranspose{rank}d" if spread else f"Conv{rank}d"
    x = Shape(2, left * groups, *(9,) * rank)
    agree(name, PLAIN, (x,), left * groups, right * groups, kernel, groups=groups, bias=bias)


@given(SMALL, SMALL, SMALL, FLAGS)
def test_linear_maps_and_tables(left: int, right: int, units: int, bias: bool) -> None:
    agree("Linear", PLAIN, (Shape(2, left),), left, units, bias=bias)
    agree("Bilinear", PLAIN, (Shape(2, left), Shape(2, right)), left, right, units, bias=bias)
    agree("Embedding", PLAIN, (Shape(2),), left, units)
    agree("PReLU", PLAIN, (Shape(2, left),), left)


@given(st.sampled_from((1, 2, 3)), SMALL, FLAGS, FLAGS)
def test_normalisations(rank: int, channels: int, affine: bool, tracked: bool) -> None:
    x = Shape(2, 2 * channels, *(3,) * rank)
    for word in ("BatchNorm", "InstanceNorm"):
        agree(f"{word}{rank}d", NORM, (x,), 2 * channels, affine=affine, track_running_stats=tracked)
    agree("GroupNorm", NORM, (x,), 2, 2 * channels, affine=affine)
    agree("LayerNorm", NORM, (x,), tuple(x[1:]), elementwise_affine=affine)
    agree("RMSNorm", NORM, (x,), tuple(x[1:]), elementwise_affine=affine)


@given(
    st.sampled_from(("LSTM", "GRU", "RNN")),
    SMALL,
    st.integers(2, 4),
    st.integers(1, 3),
    FLAGS,
    FLAGS,
    st.data(),
)
def test_recurrent_layers(
    name: str, features: int, hidden: int, layers: int, bias: bool, both: bool, data: st.DataObject
) -> None:
    named: dict[str, Any] = {"num_layers": layers, "bias": bias, "bidirectional": both}
    if name == "LSTM":
        named["proj_size"] = data.draw(st.integers(0, hidden - 1))
    agree(name, GATES, (Shape(5, 2, features),), features, hidden, **named)
    agree(f"{name}Cell", GATES, (Shape(2, features),), features, hidden, bias=bias)


@given(st.sampled_from((1, 2)), SMALL, st.one_of(st.none(), SMALL), st.one_of(st.none(), SMALL), FLAGS)
def test_attention_has_as_many_parameters(
    heads: int, each: int, key: int | None, value: int | None, bias: bool
) -> None:
    width = heads * each
    module = torch.nn.MultiheadAttention(width, heads, bias=bias, kdim=key, vdim=value, device="meta")
    _, op, _ = made("torch.nn.MultiheadAttention", width, heads, bias=bias, kdim=key, vdim=value)
    assert sum(map(prod, held(module).values())) == sum(map(prod, declared(op).values()))


@given(
    st.sampled_from(("Encoder", "Decoder")), st.sampled_from((1, 2)), SMALL, SMALL, FLAGS, st.integers(1, 2)
)
def test_transformers_have_as_many_parameters(
    word: str, heads: int, each: int, inner: int, bias: bool, count: int
) -> None:
    name = f"Transformer{word}Layer"
    module = getattr(torch.nn, name)(heads * each, heads, inner, bias=bias, device="meta")
    stacked = getattr(torch.nn, f"Transformer{word}")(module, count)
    _, op, _ = made(f"torch.nn.{name}", heads * each, heads, inner, bias=bias)
    _, whole, _ = made(f"torch.nn.Transformer{word}", op, count)
    assert sum(map(prod, held(module).values())) == sum(map(prod, declared(op).values()))
    assert sum(map(prod, held(stacked).values())) == sum(map(prod, declared(whole).values()))


def last(kernel: tuple[int, ...]) -> tuple[int, ...]:
    """A kernel (out, in, space…) as Keras holds it, (space…, in, out)."""
    return (*kernel[2:], kernel[1], kernel[0])


def channels_apart(kernel: tuple[int, ...], channels: int) -> tuple[int, ...]:
    """A depthwise kernel (channels * multiplier, 1, …) as Keras holds it, (…, channels, multiplier)."""
    return (*kernel[2:], channels, kernel[0] // channels)


# Layers, the input, and how Keras lays out each weight that we name, in Keras's order.
KERAS: tuple[tuple[str, list[Any], dict[str, Any], tuple[int, ...], tuple[Any, ...]], ...] = (
    ("Conv1D", [4, 3], {}, (2, 9, 3), (("kernel", last), ("bias", tuple))),
    ("Conv2D", [4, (2, 3)], {"groups": 2}, (2, 9, 9, 6), (("kernel", last), ("bias", tuple))),
    ("Conv3D", [4, 2], {"use_bias": False}, (2, 4, 4, 4, 3), (("kernel", last),)),
    ("Conv2DTranspose", [4, (2, 3)], {}, (2, 9, 9, 6), (("kernel", last), ("bias", tuple))),
    ("DepthwiseConv2D", [3], {"depth_multiplier": 2}, (2, 9, 9, 6), (
        ("kernel", lambda kernel: channels_apart(kernel, 6)), ("bias", tuple))),
    ("SeparableConv2D", [5, 3], {"depth_multiplier": 2}, (2, 9, 9, 6), (
        ("depthwise", lambda kernel: channels_apart(kernel, 6)), ("pointwise", last), ("bias", tuple))),
    ("Dense", [5], {}, (2, 3, 4), (("kernel", last), ("bias", tuple))),
    ("Embedding", [7, 5], {}, (2, 3), (("table", tuple),)),
    ("BatchNormalization", [], {}, (2, 3, 4), (
        ("scale", tuple), ("shift", tuple), ("mean", tuple), ("variance", tuple))),
    ("LayerNormalization", [], {"axis": (-2, -1)}, (2, 3, 4), (("scale", tuple), ("shift", tuple))),
    ("GroupNormalization", [2], {}, (2, 3, 4), (("scale", tuple), ("shift", tuple))),
    ("PReLU", [], {"shared_axes": (1,)}, (2, 3, 4), (("slope", tuple),)),
    ("LSTM", [5], {}, (2, 3, 4), (("input.0", last), ("recurrent.0", last), ("bias.0", tuple))),
    ("SimpleRNN", [5], {"use_bias": False}, (2, 3, 4), (("input.0", last), ("recurrent.0", last))),
    ("GRU", [5], {"reset_after": False}, (2, 3, 4), (
        ("input.0", last), ("recurrent.0", last), ("bias.0", tuple))),
    ("GRU", [5], {}, (2, 3, 4), (
        ("input.0", last), ("recurrent.0", last), ("bias_input.0", lambda bias: (2, *bias)))),
    ("ConvLSTM2D", [5, 3], {}, (2, 3, 9, 9, 4), (("input", last), ("recurrent", last), ("bias", tuple))),
    ("EinsumDense", ["abc,cde->abde", (None, 5, 6)], {"bias_axes": "de"}, (2, 3, 4), (
        ("kernel", tuple), ("bias", tuple))),
)  # fmt: skip


@pytest.mark.parametrize(("name", "positional", "named", "x", "layout"), KERAS)
def test_keras_weights(name: str, positional: Any, named: Any, x: tuple[int, ...], layout: Any) -> None:
    layer = getattr(keras.layers, name)(*positional, **named)
    layer.build(x)
    _, op, _ = made(f"keras.layers.{name}", *positional, **named)
    found = declared(op, Shape(*x))
    expected = [tuple(weight.shape) for weight in layer.weights if weight.dtype != "uint32"]
    assert [tuple(lay(found[ours])) for ours, lay in layout] == expected


def test_keras_attention_weights() -> None:
    layer = keras.layers.MultiHeadAttention(2, 3, value_dim=5, output_shape=7)
    layer.build((2, 4, 8), (2, 6, 9), (2, 6, 10))
    _, op, _ = made("keras.layers.MultiHeadAttention", 2, 3, value_dim=5, output_shape=7)
    found = declared(op, Shape(2, 4, 8), Shape(2, 6, 9), Shape(2, 6, 10))
    assert sorted(found.values()) == sorted(
        tuple(weight.shape) for weight in layer.weights if weight.dtype != "uint32"
    )


# A layer made by its first call keeps the sizes of that call: a second input with another one is refused.
BUILT: tuple[tuple[str, list[Any], tuple[int, ...], tuple[int, ...], str], ...] = (
    ("Dense", [5], (2, 3), (2, 4), "SHP101"),
    ("Conv2D", [5, 3], (2, 9, 9, 3), (2, 9, 9, 4), "SHP102"),
    ("Conv2DTranspose", [5, 3], (2, 9, 9, 3), (2, 9, 9, 4), "SHP102"),
    ("DepthwiseConv2D", [3], (2, 9, 9, 3), (2, 9, 9, 4), "SHP102"),
    ("SeparableConv1D", [5, 3], (2, 9, 3), (2, 9, 4), "SHP102"),
    ("LSTM", [5], (2, 9, 3), (2, 9, 4), "SHP101"),
    ("ConvLSTM2D", [5, 3], (2, 3, 9, 9, 3), (2, 3, 9, 9, 4), "SHP102"),
    ("BatchNormalization", [], (2, 3), (2, 4), "SHP102"),
    ("LayerNormalization", [], (2, 3), (2, 4), "SHP101"),
    ("GroupNormalization", [1], (2, 3), (2, 4), "SHP102"),
    ("PReLU", [], (2, 3), (2, 4), "SHP101"),
    ("EinsumDense", ["ab,bc->ac", 5], (2, 3), (2, 4), "SHP101"),
)


@pytest.mark.parametrize(("name", "positional", "first", "second", "code"), BUILT)
def test_the_first_call_fixes_the_sizes(
    name: str, positional: Any, first: tuple[int, ...], second: tuple[int, ...], code: str
) -> None:
    layer = getattr(keras.layers, name)(*positional)
    layer(keras.ops.zeros(first))
    with pytest.raises(Exception):  # noqa: B017 Keras raises what its backend does
        layer(keras.ops.zeros(second))
    _, op, _ = made(f"keras.layers.{name}", *positional)
    built = op.built_for(Shape(*first))
    assert not [need for need in built.all_needs(Shape(*first)) if str(need.claim.proof()) == "Proof.NO"]
    refused = [need for need in built.all_needs(Shape(*second)) if str(need.claim.proof()) == "Proof.NO"]
    assert refused and refused[0].code == code
    assert refused[0].attribute
