"""The strategies of the seeds as specifications: the shapes and weights of what is written by hand in PyTorch."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

from shapecheck import Model
from shapecheck.cli import main
from tests.examples.catalogue import ROOT, SEEDS

MODELS = ROOT / "examples" / "models"
TORCH = SEEDS / "pytorch_models"


class Twin(NamedTuple):
    """A specification `file:name`, the same network in the seed of that file, and the shape of an input.

    `inferred` names what `shapecheck shapes` is asked about, "" where the seed is beyond it.
    """

    file: str
    name: str
    expression: str
    inferred: str
    shape: tuple[int, ...]


TWINS = (
    Twin(
        "attention_pooling", "video", "AttentiveVideoLSTM(ScoredPool(16), features=16)", "", (2, 4, 3, 12, 10)
    ),
    Twin("channels_as_steps", "image", "ChannelLSTM()", "ChannelLSTM", (2, 1, 28, 28)),
    Twin("conv1d_bridge", "image", "Conv1dBridge(3, 128, 2, 10)", "", (2, 3, 10, 12)),
    Twin("convolutional_lstm", "maps", "ConvLSTM(1, 16)", "", (2, 3, 1, 6, 8)),
    Twin("convolutional_lstm", "next_frame", "NextFrame()", "", (2, 3, 1, 6, 8)),
    Twin("frame_features", "plain", "FrameLSTM(3, 16, 64)", "plain", (2, 5, 3, 64, 64)),
    Twin("frame_features", "pooled", "PooledFrameLSTM(3, 16, 64)", "pooled", (2, 5, 3, 64, 64)),
    Twin("frame_features", "deep", "DeepFrameLSTM((3, 64, 64))", "deep", (2, 5, 3, 64, 64)),
    Twin("global_pooling", "image", "PooledImageLSTM()", "PooledImageLSTM", (2, 3, 8, 9)),
    Twin("global_pooling", "channel_steps", "ChannelStepsLSTM()", "ChannelStepsLSTM", (2, 3, 8, 9)),
    Twin("global_pooling", "video", "PooledVideoLSTM()", "PooledVideoLSTM", (2, 4, 3, 8, 9)),
    Twin("location_over_time", "land_use", "LocationHistory(4, 6)", "model", (2, 5, 4, 6, 8)),
    Twin("output_projection", "each_step", "StepClassifier()", "StepClassifier", (2, 7, 40)),
    Twin("output_projection", "last_step", "LastStepClassifier()", "LastStepClassifier", (2, 7, 40)),
    Twin("output_projection", "mean", "MeanClassifier()", "MeanClassifier", (2, 7, 40)),
    Twin("positions_as_steps", "image", "PositionLSTM(3, 128, 2, 10)", "model", (2, 3, 10, 12)),
    Twin("signals", "classifier", "SignalClassifier(6, 5)", "", (2, 6, 32)),
    Twin("signals", "regressor", "SignalRegressor(6)", "", (2, 6, 32)),
    Twin("spatial_slicing", "rows", "RowLSTM(20)", "RowLSTM", (2, 1, 12, 20)),
    Twin("spatial_slicing", "columns", "ColumnLSTM(12)", "ColumnLSTM", (2, 1, 12, 20)),
    Twin("spatial_slicing", "row_major", "RowMajorScan()", "RowMajorScan", (2, 1, 12, 20)),
    Twin("spatial_slicing", "column_major", "ColumnMajorScan()", "ColumnMajorScan", (2, 1, 12, 20)),
    Twin("temporal_reshaping", "video", "VideoLSTM()", "VideoLSTM", (2, 5, 3, 8, 9)),
    Twin("temporal_reshaping", "windows", "WindowLSTM(2)", "", (2, 2, 500)),
    Twin("time_distributed", "video", "VideoClassifier(3, 128, 2, 10)", "model", (2, 4, 3, 28, 28)),
)


def label(twin: Twin) -> str:
    return f"{twin.file}:{twin.name}"


def specified(twin: Twin) -> Model:
    model = runpy.run_path(str(MODELS / f"{twin.file}.py"))[twin.name]
    assert isinstance(model, Model)
    return model


def given_shape(model: Model, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of the output for an input of this shape."""
    (name,) = model.graph.inputs
    dims = model.graph.sizes({name: shape})
    (output,) = model.graph.outputs
    return tuple(model.shapes(**dims)[output])


def test_every_seed_has_its_specification_and_every_specification_its_twin() -> None:
    files = {path.stem for path in MODELS.glob("*.py")}
    assert files == {path.stem for path in TORCH.glob("*.py")} == {twin.file for twin in TWINS}
    for file in files:
        names = {
            name
            for name, value in runpy.run_path(str(MODELS / f"{file}.py")).items()
            if isinstance(value, Model)
        }
        assert names == {twin.name for twin in TWINS if twin.file == file}


@pytest.mark.parametrize("twin", TWINS, ids=label)
def test_shapes_and_parameters_are_those_of_the_twin(twin: Twin) -> None:
    model = specified(twin)
    network = eval(twin.expression, runpy.run_path(str(TORCH / f"{twin.file}.py")))
    with torch.no_grad():
        expected = network.eval()(torch.zeros(twin.shape))
    assert given_shape(model, twin.shape) == tuple(expected.shape)
    # PyTorch gives an LSTM two biases that are only ever added.
    second = sum(value.numel() for name, value in network.named_parameters() if "bias_hh" in name)
    assert model.parameters == sum(value.numel() for value in network.parameters()) - second


@pytest.mark.parametrize("twin", [twin for twin in TWINS if twin.inferred], ids=label)
def test_shapes_are_those_inferred_from_the_twins_source(
    twin: Twin, capsys: pytest.CaptureFixture[str]
) -> None:
    pattern = " ".join(map(str, twin.shape))
    target = f"{TORCH / twin.file}.py:{twin.inferred}"
    assert main(["shapes", target, "--input", pattern]) == 0
    contract = capsys.readouterr().out.splitlines()[0]
    output = ", ".join(map(str, given_shape(specified(twin), twin.shape)))
    assert contract.endswith(f"→ ({output})"), contract


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.py")), ids=lambda path: path.stem)
def test_each_file_prints_a_model_and_needs_no_framework(path: Path) -> None:
    code = (
        f"import runpy, sys; runpy.run_path({str(path)!r}, run_name='__main__')\n"
        "assert not {'torch', 'keras', 'tensorflow', 'numpy'} & set(sys.modules)"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith("Model: (n, ")
