"""Pairs of models that were written independently by hand: those that agree, and where and why the others part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shapecheck import compare
from shapecheck.equivalence.compare_report import ComparisonError
from tests.equivalence.compare.seeds import both

Pair = Callable[[Any, Any], tuple[Any, Any]]

AGREE: dict[str, tuple[str, Pair, str]] = {
    "row major scan": (
        "spatial_slicing",
        lambda t, k: (t.RowMajorScan(), k.sliced_image_lstm(k.row_major, height=4, width=6)),
        "n 1 4 6",
    ),
    "column major scan": (
        "spatial_slicing",
        lambda t, k: (t.ColumnMajorScan(), k.sliced_image_lstm(k.column_major, height=4, width=6)),
        "n 1 4 6",
    ),
    "pooled image": (
        "global_pooling",
        lambda t, k: (t.PooledImageLSTM(16), k.pooled_image_lstm((8, 10, 3), 16)),
        "n 3 8 10",
    ),
    "channels as steps, pooled": (
        "global_pooling",
        lambda t, k: (t.ChannelStepsLSTM(16), k.channel_steps_lstm((8, 10, 3), 16)),
        "n 3 8 10",
    ),
    "pooled video": (
        "global_pooling",
        lambda t, k: (t.PooledVideoLSTM(6, 16), k.pooled_video_lstm((8, 10, 3), 6, 16)),
        "n t 3 8 10",
    ),
    "location over time": (
        "location_over_time",
        lambda t, k: (t.LocationHistory(3, 4), k.LocationHistory(4)),
        "n 5 3 4 6",
    ),
    "video": (
        "temporal_reshaping",
        lambda t, k: (t.VideoLSTM(32, 16), k.video_lstm(4, 16)),
        "n 4 3 24 24",
    ),
    "windows": (
        "temporal_reshaping",
        lambda t, k: (t.WindowLSTM(2, 20, 16, 12), k.window_lstm(120, 2, 20, 12)),
        "n 2 120",
    ),
    "mean of votes": (
        "output_projection",
        lambda t, k: (t.MeanClassifier(6, 8, 5), k.MeanClassifier(8, 5)),
        "n t 6",
    ),
    "signal regressor": (
        "signals",
        lambda t, k: (t.SignalRegressor(6), k.signal_regressor(6, 32)),
        "n 6 32",
    ),
}


@pytest.mark.parametrize("name", AGREE)
def test_pairs_that_agree(name: str) -> None:
    file, make, inputs = AGREE[name]
    left, right = make(*both(file))
    report = compare(left, right, inputs, transfer=True, sizes=2)
    assert report.ok, str(report)
    assert report.transferred and not any(report.unpaired.values())


# What was found, and why: these pairs really are different functions.
PART: dict[str, tuple[str, Pair, str, str, str]] = {
    "frame features": (
        "frame_features",
        lambda t, k: (t.FrameLSTM(3, 4, 8, 6, 8), k.frame_lstm(5, 6, 8, 3, 4, 8)),
        "n 5 3 6 8",
        "lstm",
        "the left merges the axes as (c h w), the right as (h w c)",
    ),
    "pooled frame features": (
        "frame_features",
        lambda t, k: (t.PooledFrameLSTM(3, 4, 8, 6, 8), k.pooled_frame_lstm(5, 6, 8, 3, 4, 8)),
        "n 5 3 6 8",
        "lstm",
        "the left merges the axes as (c h w), the right as (h w c)",
    ),
    "deep frame features": (
        "frame_features",
        lambda t, k: (t.DeepFrameLSTM((3, 8, 12), (4, 6), 8), k.deep_frame_lstm((8, 12, 3), (4, 6), 8)),
        "n t 3 8 12",
        "lstm",
        "the left merges the axes as (c h w), the right as (h w c)",
    ),
    "rows": (
        "spatial_slicing",
        lambda t, k: (t.RowLSTM(6), k.sliced_image_lstm(k.by_rows, height=4, width=6)),
        "n 1 4 6",
        "lstm",
        "the left merges the axes as (h c w), the right as (h w c)",
    ),
    "columns": (
        "spatial_slicing",
        lambda t, k: (t.ColumnLSTM(4), k.sliced_image_lstm(k.by_columns, height=4, width=6)),
        "n 1 4 6",
        "lstm",
        "the left merges the axes as (w c h), the right as (w h c)",
    ),
    "positions": (
        "positions_as_steps",
        lambda t, k: (t.PositionLSTM(3, 128, 2, 5), k.position_lstm(4, 6, 3, 5)),
        "n 3 4 6",
        "output 1",
        "the right applies a softmax over the last axis that the left does not",
    ),
    "one step after the other": (
        "output_projection",
        lambda t, k: (t.StepClassifier(6, 8, 5), k.StepClassifier(8, 5)),
        "n t 6",
        "output 1",
        "the right applies a softmax over the last axis that the left does not",
    ),
    "channels as steps": (
        "channels_as_steps",
        lambda t, k: (t.ChannelLSTM(), k.channel_lstm()),
        "n 1 28 28",
        "classifier",
        "the left takes the mean over the steps, the right something else",
    ),
}


@pytest.mark.parametrize("name", PART)
def test_pairs_that_part(name: str) -> None:
    file, make, inputs, place, cause = PART[name]
    left, right = make(*both(file))
    report = compare(left, right, inputs, transfer=True, sizes=2)
    assert report.first is not None
    assert report.first.place.split(" / ")[0] == place, str(report)
    assert report.first.cause == cause, str(report)


REFUSED: dict[str, tuple[str, Pair, str, tuple[str, ...]]] = {
    "a convolution as a bridge": (
        "signals",
        lambda t, k: (t.SignalClassifier(6, 5), k.signal_classifier(32, 6, 5)),
        "n 6 32",
        ("weights cannot be copied: left norm", "(BatchNorm1d) has no partner"),
    ),
    "attention by hand": (
        "attention_pooling",
        lambda t, k: (t.AttentiveVideoLSTM(t.ScoredPool(4), 4), k.scored_video_lstm(3, 8, 8, 4)),
        "n 3 3 8 8",
        ("left pool.score (Conv2d)", "score (a weight of no layer that is known)"),
    ),
    "a recurrence by hand": (
        "convolutional_lstm",
        lambda t, k: (t.NextFrame(), k.next_frame(6, 8)),
        "n t 1 6 8",
        ("left encoder.cell.gates (Conv2d)", "(ConvLSTM2D)"),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_pairs_whose_weights_cannot_be_copied(name: str) -> None:
    file, make, inputs, words = REFUSED[name]
    left, right = make(*both(file))
    with pytest.raises(ComparisonError) as caught:
        compare(left, right, inputs, transfer=True, sizes=1)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_layers_of_a_stack_pair_with_layers_one_by_one() -> None:
    torch_models, keras_models = both("conv1d_bridge")
    left = torch_models.Conv1dBridge(3, 128, 2, 5, filters=4, bridge_filters=6)
    right = keras_models.Conv1DBridge(5, filters=4, bridge_filters=6)
    report = compare(left, right, "n 3 6 8", transfer=True, sizes=2)
    assert report.ok, str(report)
    assert {pair.left for pair in report.pairs} >= {"lstm (layer 1 of 2)", "lstm (layer 2 of 2)"}
