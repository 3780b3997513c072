"""What compare takes, what it leaves alone, and what it says where it cannot compare."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch
from keras import layers
from torch import Tensor, nn

from shapecheck import Model, compare, ops
from shapecheck.equivalence.compare_report import ComparisonError


def mlp(seed: int = 0, *, bias: bool = True) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 6, bias=bias), nn.Tanh(), nn.Linear(6, 2))


def test_a_model_agrees_with_itself_and_its_copy() -> None:
    report = compare(mlp(), mlp(), "n 4")
    assert report.ok and bool(report)
    assert [(pair.left, pair.right, pair.kind) for pair in report.pairs] == [
        ("0", "0", "Linear"),
        ("1", "1", "tanh"),
        ("2", "2", "Linear"),
    ]
    assert [case.sizes for case in report.cases] == [{"n": 2}, {"n": 1}, {"n": 3}]
    assert repr(report) == "<Comparison of torch Sequential and torch Sequential: agree>"


def test_other_weights_are_found_and_can_be_copied() -> None:
    left, right = mlp(1), mlp(2)
    report = compare(left, right, "n 4")
    assert report.first is not None and report.first.place == "0"
    assert "transfer=True copies them first" in report.first.cause
    assert compare(left, right, "n 4", transfer=True).ok
    assert torch.equal(left[0].weight, right[0].weight)  # the right model keeps them
    assert compare(left, right, "n 4").ok


class Loop(nn.Module):
    """A convolution for each frame in a loop, an LSTM with its steps first."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.lstm = nn.LSTM(4, 5)
        self.head = nn.Linear(5, 2)

    def forward(self, x: Tensor) -> Tensor:
        steps = [self.conv(frame).mean(dim=(2, 3)) for frame in x.unbind(1)]
        y, _ = self.lstm(torch.stack(steps))
        return self.head(y).transpose(0, 1)


class Folded(nn.Module):
    """The same with batch and time in one axis, and the batch first."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.lstm = nn.LSTM(4, 5, batch_first=True)
        self.head = nn.Linear(5, 2)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x.flatten(0, 1)).mean(dim=(2, 3)).unflatten(0, x.shape[:2])
        return self.head(self.lstm(y)[0])


def test_a_loop_over_frames_and_a_folded_batch_are_the_same() -> None:
    report = compare(Loop(), Folded(), "n t 3 6 8", transfer=True)
    assert report.ok, str(report)
    assert [pair.kind for pair in report.pairs] == ["Conv2d", "LSTM", "Linear"]


def test_models_are_left_as_they_were() -> None:
    left = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Dropout(0.5)).train()
    left[0].eval()
    before = {name: tensor.clone() for name, tensor in left.state_dict().items()}
    right = keras.Sequential([keras.Input((4,)), layers.Dense(6), layers.BatchNormalization(epsilon=1e-5)])
    called, stepwise = keras.Layer.__call__, layers.TimeDistributed.call
    weights = [keras.ops.convert_to_numpy(weight) for weight in right.weights]
    compare(left, right, "n 4")
    assert all(torch.equal(tensor, before[name]) for name, tensor in left.state_dict().items())
    assert left.training and not left[0].training and left[1].training
    assert not left[0]._forward_hooks and not left[0]._forward_pre_hooks
    assert keras.Layer.__call__ is called and layers.TimeDistributed.call is stepwise
    assert all(
        np.array_equal(a, keras.ops.convert_to_numpy(b)) for a, b in zip(weights, right.weights, strict=True)
    )


class Lazy(keras.Model):
    """A model that does not say what it takes before it is called."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = layers.Conv1D(4, 3)
        self.lstm = layers.LSTM(5)

    def call(self, x: Any) -> Any:
        return self.lstm(self.conv(x))


class Signal(nn.Module):
    """The same in torch."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(3, 4, 3)
        self.lstm = nn.LSTM(4, 5, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(self.conv(x).transpose(1, 2))[0][:, -1]


def test_a_keras_model_that_is_not_built_gets_the_channels_last() -> None:
    report = compare(Signal(), Lazy(), "n 3 l", transfer=True)
    assert report.ok, str(report)
    assert report.adapted == ["the right model takes axes 0, 2, 1 of input 1: its channels are last"]
    assert compare(Lazy(), Signal(), "n 3 l", sizes=1).unpaired == {"left": [], "right": []}


class Two(nn.Module):
    """Two inputs, one of indices, and two outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(9, 4)
        self.head = nn.Linear(4, 3)

    def forward(self, words: Tensor, extra: Tensor) -> tuple[Tensor, Tensor]:
        summed = self.table(words).mean(dim=1) + extra
        return self.head(summed), summed


def two() -> keras.Model:
    words, extra = keras.Input((None,), dtype="int32"), keras.Input((4,))
    mean = layers.GlobalAveragePooling1D()(layers.Embedding(9, 4)(words))
    summed = layers.Add()([mean, extra])
    return keras.Model([words, extra], [layers.Dense(3)(summed), summed])


def test_several_inputs_and_outputs() -> None:
    report = compare(Two(), two(), ["n t:int", "n 4"], transfer=True)
    assert report.ok, str(report)
    assert [output.shape for output in report.outputs] == ["(2, 3)", "(2, 4)"]
    assert report.inputs == {"x1": "(n, t)", "x2": "(n, 4)"}
    by_name = compare(Two(), two(), {"words": "n t:int", "extra": "n 4"}, transfer=True, sizes=1)
    assert by_name.ok and list(by_name.inputs) == ["words", "extra"]


class Fails(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = mlp()

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[0] == 1:
            raise ValueError("one is not enough")
        return self.body(x)


def test_a_model_that_fails_at_a_size_where_the_other_runs() -> None:
    report = compare(mlp(), Fails(), "n 4")
    assert report.first is not None and report.first.kind == "raised"
    assert (
        report.first.sentence == "the right model fails where the other runs: ValueError: one is not enough"
    )
    assert report.first.case == "n = 1"


def test_sizes_that_neither_takes_are_a_note() -> None:
    report = compare(Fails(), Fails(), "n 4", transfer=True)
    assert report.ok and [case.sizes for case in report.cases] == [{"n": 2}, {"n": 3}]
    assert report.notes == [
        "both models refuse n = 1 (left: ValueError: one is not enough; right: ValueError: one is not enough)"
    ]


def test_activations_that_differ() -> None:
    left = nn.Sequential(nn.Linear(4, 6), nn.LeakyReLU(0.01), nn.Linear(6, 2))
    right = nn.Sequential(nn.Linear(4, 6), nn.LeakyReLU(0.3), nn.Linear(6, 2))
    report = compare(left, right, "n 4", transfer=True)
    assert report.first is not None and report.first.place == "1"


def test_json_has_the_numbers() -> None:
    found = compare(mlp(1), mlp(2), "n 4", sizes=1).to_json()
    assert found["version"] == 1 and found["ok"] is False
    assert found["cases"] == [{"sizes": {"n": 2}, "seed": 0}]
    assert found["departures"][0]["place"] == "0"
    assert found["pairs"][0]["local_error"] > found["pairs"][0]["allowed"]


@pytest.mark.parametrize(
    ("arguments", "named", "message"),
    [
        (
            (mlp(), 3, "n 4"),
            {},
            "the right model is of the type int: compare takes a torch.nn.Module, a keras.Model or ",
        ),
        ((mlp(), mlp()), {}, 'the inputs are missing: give their patterns, such as inputs="n t 3 64 64"'),
        (
            (mlp(), mlp(), "n 4 _"),
            {},
            "an input says the name or size of each of its axes, _ in 'n 4 _' has no name",
        ),
        ((mlp(), mlp(), "n 4", {"m": 3}), {}, "the inputs have no symbol 'm'; theirs are n"),
        ((mlp(), mlp(), "n 4"), {"sizes": 0}, "models are compared at 1 size or more, got 0"),
        (
            (mlp(), mlp(), "n 5"),
            {},
            "neither model takes such inputs: n = 2 (left: RuntimeError: mat1 and mat2 shapes",
        ),
        ((mlp(), mlp(), []), {}, "models are compared on at least one input, such as 'n 3 64 64'"),
        (
            (mlp(), nn.Sequential(nn.Linear(4, 2)), "n 4"),
            {"transfer": True},
            "weights cannot be copied: left 2 (Linear) has no partner; the pairs are 0 with 0",
        ),
        (
            (Model("n h 4", [ops.Flatten(1), ops.Linear(2)]), mlp(), "n h 4"),
            {},
            "the left model: the shapes of weights depend on h (for 'linear1')",
        ),
    ],
)
def test_refusals(arguments: tuple[Any, ...], named: dict[str, Any], message: str) -> None:
    with pytest.raises(ComparisonError) as caught:
        compare(*arguments, **named)
    assert str(caught.value).startswith(message)


class Attending(nn.Module):
    """Self-attention with a residual."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(6, 2, batch_first=True)
        self.norm = nn.LayerNorm(6)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x + self.attention(x, x, x)[0])


def test_attention_whose_heads_split_the_features() -> None:
    x = keras.Input((None, 6))
    mixed = layers.Add()([x, layers.MultiHeadAttention(2, 3)(x, x)])
    right = keras.Model(x, layers.LayerNormalization(epsilon=1e-5)(mixed))
    report = compare(Attending(), right, "n t 6", transfer=True)
    assert report.ok, str(report)
    assert [pair.kind for pair in report.pairs] == ["MultiheadAttention", "LayerNorm"]


def test_branches_that_run_in_another_order() -> None:
    class Branches(nn.Module):
        def __init__(self, turned: bool) -> None:
            super().__init__()
            self.turned = turned
            self.wide = nn.Linear(4, 6)
            self.narrow = nn.Linear(4, 3)
            self.head = nn.Linear(9, 2)

        def forward(self, x: Tensor) -> Tensor:
            parts = [self.wide, self.narrow][:: -1 if self.turned else 1]
            found = {part: part(x) for part in parts}
            return self.head(torch.cat([found[self.wide], found[self.narrow]], dim=1))

    assert compare(Branches(False), Branches(True), "n 4", transfer=True).ok


class Stepping(nn.Module):
    """An LSTM that goes on from states that it is given."""

    def __init__(self, *, first: bool) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        self.first = first

    def forward(self, x: Tensor) -> Tensor:
        half = x.shape[1] // 2
        _, states = self.lstm(x[:, :half])
        return self.lstm(x[:, half:], states)[0] if self.first else self.lstm(x)[0][:, half:]


def test_states_that_are_handed_on() -> None:
    report = compare(Stepping(first=True), Stepping(first=True), "n 6 3", transfer=True)
    assert report.ok, str(report)


class Deaf(nn.Module):
    """Its output hardly depends on the first layer."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first = nn.Linear(4, 600)
        self.second = nn.Linear(600, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(1e-3 * self.first(x) + 1)


def test_a_wrong_weight_is_found_though_the_output_hardly_moves() -> None:
    left, right = Deaf(), Deaf()
    with torch.no_grad():
        right.first.weight[3, 2] += 0.01
    with torch.no_grad():
        x = torch.randn(2, 4)
        assert (left(x) - right(x)).abs().max() < 1e-5
    report = compare(left, right, "n 4")
    assert report.first is not None and report.first.place == "first"
    assert report.first.cause.startswith("kernel differs by up to 0.01")


def test_weights_that_differ_in_another_order_are_said_of_models_that_agree() -> None:
    right = keras.Sequential([keras.Input((2, 3)), layers.Permute((2, 1)), layers.Flatten(), layers.Dense(2)])
    left = nn.Sequential(nn.Flatten(), nn.Linear(6, 2))
    kernel = left[1].weight.detach().reshape(2, 2, 3).transpose(1, 2).reshape(2, 6)
    right.layers[-1].set_weights([kernel.numpy().T, left[1].bias.detach().numpy()])
    report = compare(left, right, "n 2 3")
    assert report.ok, str(report)
    assert report.pairs[0].notes and report.pairs[0].notes[0].startswith("kernel differs by up to ")
