"""Faults planted in one of two models that agree without them: each is found at the right layer, and named."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import torch
from keras import layers
from torch import Tensor, nn

from shapecheck import compare

INPUT = "n 3 8 12"


class Picture(nn.Module):
    """Convolution, normalisation, rows as steps, an LSTM, a head."""

    def __init__(self) -> None:
        super().__init__()
        self.pad = nn.ZeroPad2d((0, 1, 0, 1))
        self.conv = nn.Conv2d(3, 5, 3, stride=2)
        self.norm = nn.BatchNorm2d(5)
        self.lstm = nn.LSTM(5 * 6, 7, batch_first=True)
        self.head = nn.Linear(7, 4)

    def forward(self, x: Tensor) -> Tensor:
        maps = torch.relu(self.norm(self.conv(self.pad(x))))
        steps = maps.permute(0, 2, 3, 1).flatten(2)  # n h (w c)
        outputs, _ = self.lstm(steps)
        return self.head(outputs[:, -1])


def picture() -> Picture:
    """With running statistics and scales of its own."""
    torch.manual_seed(0)
    model = Picture()
    with torch.no_grad():
        model.norm.running_mean.normal_(0, 0.2)
        model.norm.running_var.uniform_(0.02, 0.5)
        model.norm.weight.uniform_(0.5, 1.5)
        model.norm.bias.normal_()
    return model


def twin(
    *, epsilon: float = 1e-5, bias: bool = True, padding: str = "same", turned: bool = False
) -> keras.Model:
    """The same in Keras; what is given is the fault."""
    images = keras.Input((8, 12, 3))
    x = images
    if padding == "valid":
        x = layers.ZeroPadding2D(1)(x)
        x = layers.Cropping2D(((0, 1), (0, 1)))(x)
    x = layers.Conv2D(5, 3, strides=2, padding=padding, name="conv")(x)
    x = layers.ReLU()(layers.BatchNormalization(epsilon=epsilon, name="norm")(x))
    if turned:
        x = layers.Permute((1, 3, 2))(x)
    x = layers.Reshape((4, 6 * 5))(x)
    x = layers.LSTM(7, name="lstm")(x)
    return keras.Model(images, layers.Dense(4, use_bias=bias, name="head")(x))


def test_without_a_fault_they_agree() -> None:
    report = compare(picture(), twin(), INPUT, transfer=True)
    assert report.ok, str(report)
    assert [pair.left for pair in report.pairs] == ["conv", "norm", "lstm", "head"]
    # The left pads before the convolution: what it does alone cannot be held against what the right is given.
    assert all(pair.local is not None and pair.local.ok for pair in report.pairs[1:])


@pytest.mark.parametrize(
    ("fault", "place", "cause"),
    [
        ({"epsilon": 1e-3}, "norm", "epsilon is 0.001, not 1e-05"),
        ({"bias": False}, "head", "the bias is dropped; the left has a weight bias, the right has none"),
        ({"turned": True}, "lstm", "the left merges the axes as (h w c), the right as (h c w)"),
    ],
)
def test_faults_of_a_description(fault: dict[str, Any], place: str, cause: str) -> None:
    left = picture()
    report = compare(left, twin(**fault), INPUT, transfer=True)
    assert report.first is not None
    assert (report.first.place, report.first.cause.split("; epsilon is 1e-05 on the left")[0]) == (
        place,
        cause,
    )


class Symmetric(Picture):
    """Padding of 1 at both ends, where "same" on even sizes pads the high end alone."""

    def __init__(self) -> None:
        super().__init__()
        self.pad = nn.Identity()
        self.conv = nn.Conv2d(3, 5, 3, stride=2, padding=1)


def test_symmetric_padding() -> None:
    report = compare(Symmetric(), twin(), INPUT, transfer=True)
    assert report.first is not None and report.first.place == "conv"
    assert report.first.cause == "the padding is (1, 1) (1, 1) on the left, (0, 1) (0, 1) on the right"


def test_two_gates_exchanged() -> None:
    left, right = picture(), twin()
    assert compare(left, right, INPUT, transfer=True).ok
    cell = right.get_layer("lstm").cell
    for variable in (cell.kernel, cell.recurrent_kernel, cell.bias):
        i, f, g, o = np.split(keras.ops.convert_to_numpy(variable), 4, axis=-1)
        variable.assign(np.concatenate([i, f, o, g], axis=-1))
    report = compare(left, right, INPUT)
    assert report.first is not None and report.first.place == "lstm"
    assert report.first.cause.startswith("the gates cell and output are exchanged")


def test_a_small_error_in_one_weight_is_found_where_it_is() -> None:
    left, right = picture(), twin()
    assert compare(left, right, INPUT, transfer=True).ok
    kernel = right.get_layer("lstm").cell.recurrent_kernel
    changed = keras.ops.convert_to_numpy(kernel).copy()
    changed[3, 5] += 0.01
    kernel.assign(changed)
    report = compare(left, right, INPUT)
    assert report.first is not None and report.first.place == "lstm"
    assert "recurrent.0 differs by up to 0.01" in report.first.cause


class Flattened(nn.Module):
    """Maps flattened for a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.head = nn.Linear(4 * 8 * 12, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.conv(x).flatten(1))


def test_flatten_order() -> None:
    right = keras.Sequential(
        [
            keras.Input((8, 12, 3)),
            layers.Conv2D(4, 3, padding="same", name="conv"),
            layers.Flatten(),
            layers.Dense(2, name="head"),
        ]
    )
    report = compare(Flattened(), right, INPUT, transfer=True)
    assert report.first is not None and (report.first.kind, report.first.place) == ("before", "head")
    assert report.first.cause == "the left merges the axes as (c h w), the right as (h w c)"
