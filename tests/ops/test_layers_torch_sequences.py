"""Recurrent layers, attention and transformers say what PyTorch does, over their whole parameter space."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import strategies as st

from tests.ops import ask_torch
from tests.ops.asking import Spec, hold, ours, ours_of_function

SMALL = st.integers(1, 4)


@st.composite
def nudged(draw: Any, sizes: tuple[int, ...], often: int = 8) -> tuple[int, ...]:
    """The sizes, now and then with one of them off by one, or one axis more or less."""
    kind = draw(st.integers(0, often))
    if kind == 0 and sizes:
        place = draw(st.integers(0, len(sizes) - 1))
        return (*sizes[:place], sizes[place] + 1, *sizes[place + 1 :])
    if kind == 1:
        return sizes[1:]
    if kind == 2:
        return (*sizes, 1)
    return sizes


@st.composite
def resized(draw: Any, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes, now and then with one of them off by one."""
    place = draw(st.integers(0, 4 * len(sizes)))
    return tuple(size + (axis == place) for axis, size in enumerate(sizes))


def layer(name: str, cases: Any, factor: float = 4) -> None:
    """Hold a layer against its module; a case is constructor arguments and call arguments."""
    hold(
        name,
        cases,
        lambda case: ask_torch.answer(getattr(torch.nn, name), *case),
        lambda case: ours(f"torch.nn.{name}", *case),
        factor=factor,
    )


@st.composite
def recurrent(draw: Any, name: str) -> Any:
    features, hidden, layers = draw(SMALL), draw(SMALL), draw(st.integers(1, 3))
    named: dict[str, Any] = {
        "num_layers": layers,
        "bias": draw(st.booleans()),
        "batch_first": draw(st.booleans()),
        "bidirectional": draw(st.booleans()),
    }
    width = hidden
    if name == "LSTM" and draw(st.booleans()):
        named["proj_size"] = draw(st.integers(0, hidden))
        width = named["proj_size"] or hidden
    batch, steps = draw(SMALL), draw(SMALL)
    batched = draw(st.integers(0, 3)) > 0
    lead = ((batch, steps) if named["batch_first"] else (steps, batch)) if batched else (steps,)
    x = Spec(*draw(nudged((*lead, features))))
    stack = layers * (2 if named["bidirectional"] else 1)
    call: list[Any] = [x]
    if draw(st.booleans()):
        middle = (batch,) if batched else ()
        h0 = Spec(*draw(nudged((stack, *middle, width), 12)))
        c0 = Spec(*draw(nudged((stack, *middle, hidden), 12)))
        call.append((h0, c0) if name == "LSTM" else h0)
    return ([features, hidden], named), (call, {})


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN"])
def test_recurrent_layer_agrees_with_pytorch(name: str) -> None:
    layer(name, recurrent(name))


@st.composite
def cells(draw: Any, name: str) -> Any:
    features, hidden, batch = draw(SMALL), draw(SMALL), draw(SMALL)
    lead = (batch,) if draw(st.integers(0, 3)) else ()
    call: list[Any] = [Spec(*draw(nudged((*lead, features))))]
    # States only have wrong sizes, never a wrong number of axes: that may end PyTorch's process.
    if len(call[0].sizes) == len(lead) + 1 and draw(st.booleans()):
        states = [Spec(*draw(resized((*lead, hidden)))) for _ in range(2)]
        call.append(tuple(states) if name == "LSTMCell" else states[0])
    return ([features, hidden], {"bias": draw(st.booleans())}), (call, {})


@pytest.mark.parametrize("name", ["LSTMCell", "GRUCell", "RNNCell"])
def test_cell_agrees_with_pytorch(name: str) -> None:
    layer(name, cells(name))


@st.composite
def attention(draw: Any) -> Any:
    heads = draw(st.sampled_from((1, 2, 3)))
    width = heads * draw(st.sampled_from((1, 2))) + (1 if draw(st.integers(0, 9)) == 0 else 0)
    key_size = draw(st.one_of(st.none(), SMALL))
    value_size = draw(st.one_of(st.none(), SMALL))
    named = {
        "bias": draw(st.booleans()),
        "add_bias_kv": draw(st.booleans()),
        "add_zero_attn": draw(st.booleans()),
        "kdim": key_size,
        "vdim": value_size,
        "batch_first": draw(st.booleans()),
    }
    batch, steps, source = draw(SMALL), draw(SMALL), draw(SMALL)
    batched = draw(st.integers(0, 3)) > 0

    def tensor(length: int, features: int) -> Spec:
        lead = ((batch, length) if named["batch_first"] else (length, batch)) if batched else (length,)
        return Spec(*draw(nudged((*lead, features), 24)))

    call: dict[str, Any] = {
        "need_weights": draw(st.booleans()),
        "average_attn_weights": draw(st.booleans()),
    }
    if draw(st.booleans()):
        call["key_padding_mask"] = Spec(*draw(nudged((*((batch,) if batched else ()), source), 16)))
    if draw(st.booleans()):
        lead = draw(st.sampled_from(((), ((batch if batched else 1) * heads,))))
        call["attn_mask"] = Spec(*draw(nudged((*lead, steps, source), 16)))
    tensors = [tensor(steps, width), tensor(source, key_size or width), tensor(source, value_size or width)]
    return ([width, heads], named), (tensors, call)


def test_multihead_attention_agrees_with_pytorch() -> None:
    layer("MultiheadAttention", attention(), factor=8)


@st.composite
def encoders(draw: Any) -> Any:
    heads = draw(st.sampled_from((1, 2)))
    width = heads * draw(st.sampled_from((1, 2))) + (1 if draw(st.integers(0, 9)) == 0 else 0)
    first = draw(st.booleans())
    batch, steps = draw(SMALL), draw(SMALL)
    batched = draw(st.integers(0, 3)) > 0
    lead = ((batch, steps) if first else (steps, batch)) if batched else (steps,)
    call: dict[str, Any] = {}
    if draw(st.booleans()):
        call["src_mask"] = Spec(*draw(nudged((steps, steps), 12)))
    named = {"dim_feedforward": draw(SMALL), "batch_first": first, "bias": draw(st.booleans())}
    return ([width, heads], named), ([Spec(*draw(nudged((*lead, width))))], call)


def test_encoder_layer_agrees_with_pytorch() -> None:
    layer("TransformerEncoderLayer", encoders())


@st.composite
def decoders(draw: Any) -> Any:
    (positional, named), ([x], _) = draw(encoders())
    memory = list(x.sizes)
    if len(memory) > 1:
        memory[1 if named["batch_first"] and len(memory) == 3 else 0] = draw(SMALL)
    return (positional, named), ([x, Spec(*draw(nudged(tuple(memory))))], {})


def test_decoder_layer_agrees_with_pytorch() -> None:
    layer("TransformerDecoderLayer", decoders())


def equally_long(tensors: list[Spec]) -> list[Spec]:
    """Keys and values of four axes get equally many steps: PyTorch's fused kernel does not look."""
    query, key, value = tensors
    if len(key.sizes) == len(value.sizes) == 4:
        value = Spec(*value.sizes[:2], key.sizes[2], value.sizes[3])
    return [query, key, value]


@st.composite
def dot_products(draw: Any) -> Any:
    lead = draw(st.lists(st.sampled_from((1, 2, 3)), max_size=2).map(tuple))
    steps, source, features, width = draw(SMALL), draw(SMALL), draw(SMALL), draw(SMALL)

    def spread() -> tuple[int, ...]:
        return tuple(1 if draw(st.integers(0, 5)) == 0 else size for size in lead)

    tensors = [
        Spec(*draw(nudged((*spread(), steps, features), 16))),
        Spec(*draw(nudged((*spread(), source, features), 16))),
        Spec(*draw(nudged((*spread(), source, width), 16))),
    ]
    named: dict[str, Any] = {}
    if draw(st.booleans()):
        mask = (*draw(st.sampled_from(((), spread()))), draw(st.sampled_from((1, steps))), source)
        named["attn_mask"] = Spec(*draw(nudged(mask, 8)))
    return equally_long(tensors), named


def test_scaled_dot_product_attention_agrees_with_pytorch() -> None:
    name = "scaled_dot_product_attention"
    function = getattr(torch.nn.functional, name)
    hold(
        name,
        dot_products(),
        lambda case: ask_torch.answer_of_function(function, *case),
        lambda case: ours_of_function(f"torch.nn.functional.{name}", *case),
        factor=8,
    )


@st.composite
def grouped(draw: Any) -> Any:
    heads, shared, batch = draw(st.sampled_from((1, 2, 4))), draw(st.sampled_from((1, 1, 2))), draw(SMALL)
    steps, source, features = draw(SMALL), draw(SMALL), draw(SMALL)
    named: dict[str, Any] = {"enable_gqa": True}
    tensors = [Spec(*draw(nudged((batch, heads, steps, features), 12)))]
    tensors += [Spec(*draw(nudged((batch, shared, source, features), 12))) for _ in range(2)]
    return equally_long(tensors), named


def test_grouped_attention_agrees_with_pytorch() -> None:
    name = "scaled_dot_product_attention"
    hold(
        name + " (grouped)",
        grouped(),
        lambda case: ask_torch.answer_of_function(getattr(torch.nn.functional, name), *case),
        lambda case: ours_of_function(f"torch.nn.functional.{name}", *case),
        factor=4,
    )
