"""Linear layers, recurrences, attention, and what moves cells about, against PyTorch."""

from __future__ import annotations

from typing import Any

import einops
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from shapecheck import ops
from shapecheck.model.vocabulary import NAMES
from tests.backends.numpy.asked import agree
from tests.backends.numpy.test_convolutions import SEED

Cut = ops.Cut


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("lead", [(2,), (2, 3), (2, 3, 4)])
def test_linear_equals_torch(bias: bool, lead: tuple[int, ...]) -> None:
    agree(
        ops.Linear(5, bias=bias),
        [(*lead, 7)],
        lambda weights, x: F.linear(x, weights["kernel"], weights.get("bias")),
        seed=1,
    )


def test_embedding_equals_torch() -> None:
    indices = np.random.default_rng(0).integers(0, 9, (2, 5))
    agree(
        ops.Embedding(9, 4),
        [(2, 5)],
        lambda weights, x: F.embedding(x, weights["table"]),
        seed=1,
        inputs=[indices],
    )


@given(
    st.sampled_from(["RNN", "LSTM", "GRU", "relu"]),
    st.integers(1, 2),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0, 0, 2]),
    st.integers(1, 4),
    SEED,
)
def test_recurrences_equal_torch(
    kind: str, layers: int, both: bool, bias: bool, given_states: bool, projection: int, steps: int, seed: int
) -> None:
    projection = projection if kind == "LSTM" else 0
    options: dict[str, Any] = {
        "layers": layers,
        "bidirectional": both,
        "bias": bias,
        "return_states": True,
        "stacked": True,
        "projection": projection,
    }
    kinds = {
        "RNN": (ops.RNN, torch.nn.RNN),
        "LSTM": (ops.LSTM, torch.nn.LSTM),
        "GRU": (ops.GRU, torch.nn.GRU),
    }
    op = ops.RNN(3, activation="relu", **options) if kind == "relu" else kinds[kind][0](3, **options)
    named = {"proj_size": projection} if kind == "LSTM" else {}
    if kind == "relu":
        named["nonlinearity"] = "relu"
    places = layers * (1 + both)
    shapes = [(2, steps, 4)]
    if given_states:
        shapes += [(places, 2, projection or 3), (places, 2, 3)][: len(op.carried)]

    def ask(weights: Any, x: torch.Tensor, *states: torch.Tensor) -> Any:
        layer = kinds.get(kind, kinds["RNN"])[1](
            4, 3, layers, bias=bias, bidirectional=both, batch_first=True, dtype=x.dtype, **named
        )
        with torch.no_grad():
            for place, names in places_of(layers, both):
                for theirs, value in torch_names(place, weights, bias).items():
                    getattr(layer, theirs + names).copy_(value)
            initial = None if not states else states if len(states) > 1 else states[0]
            out, last = layer(x, initial)
        return (out, *last) if isinstance(last, tuple) else (out, last)

    agree(op, shapes, ask, seed=seed)


def places_of(layers: int, both: bool) -> list[tuple[str, str]]:
    return [
        (f".{layer}{'.reverse' if back else ''}", f"_l{layer}{'_reverse' if back else ''}")
        for layer in range(layers)
        for back in range(1 + both)
    ]


def torch_names(place: str, weights: Any, bias: bool) -> dict[str, torch.Tensor]:
    found = {"weight_ih": weights["input" + place], "weight_hh": weights["recurrent" + place]}
    if "projection" + place in weights:
        found["weight_hr"] = weights["projection" + place]
    if bias and "bias" + place in weights:
        found["bias_ih"] = weights["bias" + place]
        found["bias_hh"] = torch.zeros_like(found["bias_ih"])
    elif bias:
        found["bias_ih"] = weights["bias_input" + place]
        found["bias_hh"] = weights["bias_recurrent" + place]
    return found


@pytest.mark.parametrize("both", [False, True])
def test_without_sequences_each_direction_gives_its_own_last_output(both: bool) -> None:
    """PyTorch's last states, side by side."""

    def ask(weights: Any, x: torch.Tensor) -> torch.Tensor:
        layer = torch.nn.LSTM(4, 3, bidirectional=both, batch_first=True, dtype=x.dtype)
        with torch.no_grad():
            for place, names in places_of(1, both):
                for theirs, value in torch_names(place, weights, True).items():
                    getattr(layer, theirs + names).copy_(value)
            _, (last, _) = layer(x)
        return torch.cat(list(last), dim=-1)

    agree(ops.LSTM(3, bidirectional=both, sequences=False), [(2, 5, 4)], ask, seed=3)


@pytest.mark.parametrize("bias", [True, False])
def test_attention_equals_torch(bias: bool) -> None:
    def ask(weights: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        three = ("query", "key", "value")
        found, _ = F.multi_head_attention_forward(
            *(x.transpose(0, 1) for x in (query, key, value)),
            6,
            2,
            torch.cat([weights[name] for name in three]),
            torch.cat([weights[f"{name}.bias"] for name in three]) if bias else None,
            None,
            None,
            False,
            0.0,
            weights["out"],
            weights.get("out.bias"),
            training=False,
            need_weights=False,
        )
        return found.transpose(0, 1)

    op = ops.MultiheadAttention(6, 2, bias=bias, scores="none")
    agree(op, [(2, 3, 6), (2, 5, 6), (2, 5, 6)], ask, seed=4)


@pytest.mark.parametrize("sequences", [True, False])
def test_convolutional_lstms_equal_their_equations_in_torch(sequences: bool) -> None:
    def ask(weights: Any, x: torch.Tensor) -> torch.Tensor:
        h = c = torch.zeros(2, 2, 5, 6, dtype=x.dtype)
        found = []
        for step in range(x.shape[1]):
            gates = F.conv2d(x[:, step], weights["input"], weights["bias"], padding=1)
            i, f, g, o = (gates + F.conv2d(h, weights["recurrent"], padding=1)).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            found.append(h)
        return torch.stack(found, 1) if sequences else h

    agree(ops.ConvLSTM2d(2, 3, padding="same", sequences=sequences), [(2, 3, 3, 5, 6)], ask, seed=5)


PATTERNS = [
    "n t c h w -> n t (c h w)",
    "n t c h w -> n (t h w) c",
    "n t c h w -> (n h w) t c",
    "n t c h w -> n t w (c h)",
    "... h w -> ... w h",
    "n t (a b) h w -> n (t b) a h w",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_rearranging_equals_einops(pattern: str) -> None:
    lengths = {"a": 2} if "(a b)" in pattern else {}
    agree(
        ops.Rearrange(pattern, lengths=tuple(lengths.items())),
        [(2, 3, 4, 5, 6)],
        lambda _, x: einops.rearrange(x, pattern, **lengths),
        seed=1,
    )


KEYS = [
    ((Cut(), -1), np.s_[:, -1]),
    ((Cut(1, None, 2), Ellipsis, 0), np.s_[1::2, ..., 0]),
    ((None, 0, Cut(-2)), np.s_[None, 0, -2:]),
    ((Ellipsis, None), np.s_[..., None]),
]


@pytest.mark.parametrize(("key", "brackets"), KEYS)
def test_indexing_equals_torch(key: Any, brackets: Any) -> None:
    agree(ops.Index(key), [(4, 3, 5)], lambda _, x: x[brackets], seed=1)


@pytest.mark.parametrize("name", NAMES[(ops.Reduce, "name")])
@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("axes", [(1,), (-1, 1), (0, 2), None])
def test_reductions_equal_torch(name: str, keep: bool, axes: Any) -> None:
    ask: Any = {"mean": torch.mean, "sum": torch.sum, "max": torch.amax, "min": torch.amin}[name]
    dims = (0, 1, 2) if axes is None else axes
    op = ops.Reduce(name, axes=axes, keep=keep)
    agree(op, [(3, 4, 5)], lambda _, x: ask(x, dim=dims, keepdim=keep), seed=1)


@pytest.mark.parametrize("name", NAMES[(ops.Elementwise, "name")])
def test_elementwise_functions_equal_torch(name: str) -> None:
    function = getattr(torch, name)
    agree(ops.Elementwise(name), [(3, 4, 5), (4, 1)], lambda _, a, b: function(a, b), seed=1)


def test_adding_several_equals_torch() -> None:
    agree(ops.Elementwise("add"), [(3, 4), (4,), (3, 1)], lambda _, a, b, c: a + b + c, seed=1)


def test_joining_equals_torch() -> None:
    agree(ops.Concat(1), [(2, 3, 4), (2, 5, 4)], lambda _, *parts: torch.cat(parts, 1), seed=1)
    agree(ops.Concat(-1), [(2, 3, 4), (2, 3, 1)], lambda _, *parts: torch.cat(parts, -1), seed=1)
    agree(ops.Stack(1), [(2, 3), (2, 3)], lambda _, *parts: torch.stack(parts, 1), seed=1)
    agree(ops.Stack(-1), [(2, 3), (2, 3)], lambda _, *parts: torch.stack(parts, -1), seed=1)


def test_moving_axes_equals_torch() -> None:
    agree(ops.Flatten(1), [(2, 3, 4)], lambda _, x: x.flatten(1), seed=1)
    agree(ops.Flatten(-2), [(2, 3, 4)], lambda _, x: x.flatten(-2), seed=1)
    agree(ops.Permute((2, 0, -2)), [(2, 3, 4)], lambda _, x: x.permute(2, 0, 1), seed=1)
    agree(ops.Unsqueeze((1, -1)), [(2, 3)], lambda _, x: x[:, None, :, None], seed=1)
    agree(ops.Squeeze((1,)), [(2, 1, 3)], lambda _, x: x.squeeze(1), seed=1)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
def test_padding_equals_torch(mode: str) -> None:
    op = ops.Pad(((1, 2), (2, 0)), mode=mode)
    agree(op, [(2, 3, 4, 5)], lambda _, x: F.pad(x, (2, 0, 1, 2), mode=mode), seed=1)


def test_symmetric_padding_repeats_the_cells_at_the_wall() -> None:
    op = ops.Pad(((1, 2),), mode="symmetric")
    agree(op, [(2, 3)], lambda _, x: torch.cat([x[:, :1], x, x[:, 2:], x[:, 1:2]], 1), seed=1)


def test_cutting_cells_off_equals_torch() -> None:
    agree(ops.Pad(((-1, 2),)), [(2, 5)], lambda _, x: F.pad(x, (-1, 2)), seed=1)


@pytest.mark.parametrize("factor", [1, 2, 3, 5])
def test_upsampling_equals_torch(factor: int) -> None:
    def interpolated(mode: str) -> Any:
        corners = {} if mode == "nearest" else {"align_corners": False}
        return lambda _, x: F.interpolate(x, scale_factor=float(factor), mode=mode, **corners)

    agree(ops.Upsample1d(factor), [(2, 3, 7)], interpolated("nearest"), seed=1)
    agree(ops.Upsample1d(factor, mode="linear"), [(2, 3, 7)], interpolated("linear"), seed=1)
    agree(ops.Upsample2d(factor), [(2, 3, 4, 5)], interpolated("nearest"), seed=1)
    agree(ops.Upsample2d(factor, mode="bilinear"), [(2, 3, 4, 5)], interpolated("bilinear"), seed=1)


def test_one_operator_at_every_step_is_the_operator_on_each_step() -> None:
    inner = ops.Conv2d(4, 3, padding=1)

    def ask(weights: Any, x: torch.Tensor) -> torch.Tensor:
        steps = [
            F.conv2d(x[:, step], weights["kernel"], weights["bias"], padding=1) for step in range(x.shape[1])
        ]
        return torch.stack(steps, 1)

    agree(ops.TimeDistributed(inner), [(2, 3, 2, 4, 5)], ask, seed=1)


def test_batch_statistics_at_every_step_are_those_of_all_steps() -> None:
    def ask(weights: Any, x: torch.Tensor) -> torch.Tensor:
        folded = x.flatten(0, 1)
        found = F.batch_norm(folded, None, None, weights["scale"], weights["shift"], training=True)
        return found.reshape(x.shape)

    agree(ops.TimeDistributed(ops.BatchNorm2d()), [(2, 3, 4, 5, 6)], ask, seed=1, training=True)
