"""Bridges give the shapes that einops gives for their patterns, under readable names, and know their way back."""

from __future__ import annotations

from typing import Any

import einops
import numpy
import pytest

from shapecheck import Model, Shape, bridge, ops, symbols
from shapecheck.model.errors import ModelError

N, T, C, H, W = 2, 5, 3, 4, 6
SIZES = {"n": N, "t": T, "c": C, "h": H, "w": W, "l": 7, "d": 8}

# each: the bridge, the pattern of what arrives, the einops pattern (and reduction) of what must leave
PATTERNS: list[tuple[str, Any, str, str, str]] = [
    ("flatten", bridge.flatten(), "n t c h w", "n t c h w -> n t (c h w)", ""),
    ("flatten image", bridge.flatten(), "n c h w", "n c h w -> n (c h w)", ""),
    ("flatten in another order", bridge.flatten(order="h w c"), "n t c h w", "n t c h w -> n t (h w c)", ""),
    ("global_average", bridge.global_average(), "n t c h w", "n t c h w -> n t c", "mean"),
    ("global_average image", bridge.global_average(), "n c h w", "n c h w -> n c", "mean"),
    ("global_max", bridge.global_max(), "n t c h w", "n t c h w -> n t c", "max"),
    ("global_max signal", bridge.global_max(), "n c l", "n c l -> n c", "max"),
    ("positions", bridge.positions(), "n c h w", "n c h w -> n (h w) c", ""),
    ("positions by columns", bridge.positions(order="(w h)"), "n c h w", "n c h w -> n (w h) c", ""),
    ("positions of a video", bridge.positions(), "n t c h w", "n t c h w -> n (t h w) c", ""),
    ("rows", bridge.rows(), "n c h w", "n c h w -> n h (c w)", ""),
    ("columns", bridge.columns(), "n c h w", "n c h w -> n w (c h)", ""),
    ("channels", bridge.channels(), "n c h w", "n c h w -> n c (h w)", ""),
    ("channels by columns", bridge.channels(order="w h"), "n c h w", "n c h w -> n c (w h)", ""),
    ("channels of a vector", bridge.channels(), "n c", "n c -> n c 1", ""),
    ("per_location", bridge.per_location(), "n t c h w", "n t c h w -> (n h w) t c", ""),
    ("signal", bridge.signal(), "n c l", "n c l -> n l c", ""),
    ("single_step", bridge.single_step(), "n d", "n d -> n 1 d", ""),
    ("single_step image", bridge.single_step(), "n c h w", "n c h w -> n 1 (c h w)", ""),
    ("own", bridge("n c h w -> w n (h c)"), "n c h w", "n c h w -> w n (h c)", ""),
    ("own, any lead", bridge("... h w -> ... (w h)"), "n t c h w", "... h w -> ... (w h)", ""),
    ("own, split", bridge("n c (h p) w -> n h (c p w)", p=2), "n c h w", "n c (h p) w -> n h (c p w)", ""),
    ("own, reduced", bridge("n t c h w -> n c t", reduce="max"), "n t c h w", "n t c h w -> n c t", "max"),
    (
        "own, split and reduced",
        bridge("n c (h p) (w q) -> n (h w) c", reduce="mean", p=2, q=3),
        "n c h w",
        "n c (h p) (w q) -> n (h w) c",
        "mean",
    ),
]
LENGTHS = {"own, split": {"p": 2}, "own, split and reduced": {"p": 2, "q": 3}}


@pytest.mark.parametrize(
    ("name", "layer", "arrives", "expected", "reduction"), PATTERNS, ids=lambda value: str(value)[:40]
)
def test_shapes_are_those_of_einops(
    name: str, layer: Any, arrives: str, expected: str, reduction: str
) -> None:
    array = numpy.zeros([SIZES[axis] for axis in arrives.split()])
    lengths = LENGTHS.get(name, {})
    if reduction:
        result = einops.reduce(array, expected, reduction, **lengths)
    else:
        result = einops.rearrange(array, expected, **lengths)
    model = Model(arrives, [layer])
    (output,) = model.graph.outputs
    dims = {axis: SIZES[axis] for axis in arrives.split()}
    assert model.shapes(**dims)[output] == result.shape
    assert model.graph.shapes[output].evaluate(dims) == result.shape


def test_a_location_finds_its_way_back() -> None:
    n, t, h, w = symbols("n t h w")
    steps = Model("n t 3 h w", [bridge.per_location([ops.LSTM(8)])])
    last = Model("n t 3 h w", [bridge.per_location([ops.LSTM(8), ops.LastStep()])])
    (steps_out,), (last_out,) = steps.graph.outputs, last.graph.outputs
    assert steps.shapes()[steps_out] == Shape(n, t, 8, h, w)
    assert last.shapes()[last_out] == Shape(n, 8, h, w)
    assert not steps.requires


def test_a_way_back_can_be_written_by_hand_in_the_models_symbols() -> None:
    n, t, h, w = symbols("n t h w")
    model = Model(
        "n t 3 h w",
        [
            ops.TimeDistributed([ops.MaxPool2d(2)]),
            bridge.per_location(),
            ops.LSTM(8),
            bridge("(n h w) t d -> n t d h w", h="h//2", w="w//2"),
        ],
    )
    (output,) = model.graph.outputs
    assert model.shapes()[output] == Shape(n, t, 8, h // 2, w // 2)


def test_bridges_of_several_operators_share_a_name() -> None:
    model = Model("n t 3 h w", [("look", bridge.attention_pool()), bridge.attention_pool()][:1])
    assert [node.name.split("_")[0] for node in model.graph.nodes] == ["look"] * 5
    conv = Model("n 3 h w", [bridge.conv1d(6, 3, padding="same", order="w h")])
    (output,) = conv.graph.outputs
    assert conv.shapes(n=N, h=H, w=W)[output] == (N, H * W, 6)
    assert [type(node.op).__name__ for node in conv.graph.nodes] == ["Rearrange", "Conv1d", "Rearrange"]


def test_attention_weighs_positions() -> None:
    model = Model("n t c h w", [bridge.attention_pool()])
    (output,) = model.graph.outputs
    assert model.shapes(n=N, t=T, c=C, h=H, w=W)[output] == (N, T, C)
    (softmax,) = (node for node in model.graph.nodes if type(node.op).__name__ == "Softmax")
    weights = model.shapes(n=N, t=T, c=C, h=H, w=W)[softmax.outputs[0]]
    axis = softmax.op.__dict__["axis"]
    assert weights[axis] == H * W


def test_bridges_work_at_each_step_too() -> None:
    outside = Model("n t 3 h w", [bridge.flatten()])
    inside = Model("n t 3 h w", [ops.TimeDistributed([bridge.flatten()])])
    (one,), (other,) = outside.graph.outputs, inside.graph.outputs
    assert outside.shapes()[one] == inside.shapes()[other]
    pooled = Model("n t 3 h w", [ops.TimeDistributed([bridge.attention_pool()])])
    (output,) = pooled.graph.outputs
    assert pooled.shapes(n=N, t=T, h=H, w=W)[output] == (N, T, 3)


def test_equal_bridges_are_equal_values() -> None:
    assert bridge.flatten() == bridge.flatten()
    assert hash(bridge.positions()) == hash(bridge.positions(order="(h w)"))
    assert bridge.rows() != bridge.columns()
    with pytest.raises(AttributeError):
        bridge.rows().name = "lines"
    assert repr(bridge.rows()) == "<bridge rows: n c h w -> n h (c w)>"


def test_a_split_that_does_not_divide_is_refused_or_required() -> None:
    model = Model("n c h w", [bridge("n c (h p) w -> n h (c p w)", p=2)])
    assert list(map(str, model.requires)) == ["2 divides h"]
    with pytest.raises(ModelError, match="2 does not divide 5"):
        model.shapes(h=5)
