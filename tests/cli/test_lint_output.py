"""What `shapecheck lint` says of a real model, from source to the last line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import shapecheck

MODEL = """\
import torch
from torch import nn


class PlaceLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.lstm = nn.LSTM(input_size=64 * 7 * 7, hidden_size=128, batch_first=True)

    def forward(self, x):
        maps = self.features(x)
        batch, channels, height, width = maps.shape
        steps = maps.view(batch, 1, channels * height * width)
        return self.lstm(steps)


PlaceLSTM()(torch.randn(8, 1, 28, 28))
"""

FULL = """\
error[SHP101]: LSTM expects 3136 input features, got 12544
  --> model.py:15:16
   |
 9 |         self.lstm = nn.LSTM(input_size=64 * 7 * 7, hidden_size=128, batch_first=True)
   |                                        ---------- input_size = 64 * 7 * 7 = 3136
...
14 |         steps = maps.view(batch, 1, channels * height * width)
   |                 ---------------------------------------------- 12544 = 64*14*14: maps.view turns (8, 64, 14, 14) into (8, 1, 12544)
15 |         return self.lstm(steps)
   |                ^^^^^^^^^^^^^^^^
...
18 | PlaceLSTM()(torch.randn(8, 1, 28, 28))
   | -------------------------------------- called from here
   = help: input_size=64*14*14 (12544) matches the features that arrive here
   = fix: replace by 64 * 14 * 14 (--fix --unsafe-fixes)
"""  # noqa: E501  # as it is shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.py").write_text(MODEL)
    return tmp_path


def test_full_text(folder: Path) -> None:
    done = shapecheck("lint", "model.py", cwd=folder)
    assert (done.status, done.err) == (1, "")
    block, _, closing = done.out.partition("\n\n")
    assert block + "\n" == FULL
    assert closing.startswith("1 error; ") and " operations understood in 1 model\n" in closing
    assert "\x1b" not in done.out


def test_concise_text(folder: Path) -> None:
    done = shapecheck("lint", "--output-format", "concise", cwd=folder)
    assert done.out.splitlines()[0] == "model.py:15:16: SHP101 LSTM expects 3136 input features, got 12544"


def test_json(folder: Path) -> None:
    done = shapecheck("lint", "--output-format", "json", str(folder / "model.py"), cwd=folder)
    (found,) = json.loads(done.out)
    assert (found["code"], found["path"], found["line"], found["column"]) == ("SHP101", "model.py", 15, 16)
    assert (found["end_line"], found["end_column"]) == (15, 32)
    (edit,) = found["fix"]["edits"]
    line = MODEL.splitlines()[edit["line"] - 1]
    assert line[edit["column"] - 1 : edit["end_column"] - 1] == "64 * 7 * 7"


def test_statistics_come_with_the_findings(folder: Path) -> None:
    report = json.loads(shapecheck("lint", "--stats", "--output-format", "json", cwd=folder).out)
    stats = report["stats"]
    assert len(report["diagnostics"]) == 1
    assert (stats["files"], stats["lines"], stats["models"]) == (1, 18, 1)
    assert 0 < stats["understood"] <= stats["operations"]
    text = shapecheck("lint", "--stats", cwd=folder).out
    assert "\nfiles         1\n" in text and f"\noperations    {stats['operations']}\n" in text


def test_github_and_sarif(folder: Path) -> None:
    line = shapecheck("lint", "--output-format", "github", cwd=folder).out.splitlines()[0]
    assert line.startswith(
        "::error title=SHP101 feature-size-mismatch,file=model.py,line=15,endLine=15,col=16,"
    )
    report = json.loads(shapecheck("lint", "--output-format", "sarif", cwd=folder).out)
    assert [result["ruleId"] for result in report["runs"][0]["results"]] == ["SHP101"]


def test_selecting_ignoring_and_suppressing(folder: Path) -> None:
    assert shapecheck("lint", "--ignore", "SHP101", cwd=folder).status == 0
    assert shapecheck("lint", "--select", "SHP3,loss-broadcasts", cwd=folder).status == 0
    assert shapecheck("lint", "--select", "feature-size-mismatch", cwd=folder).status == 1
    text = MODEL.replace("self.lstm(steps)", "self.lstm(steps)  # shapecheck: ignore[SHP101]")
    (folder / "model.py").write_text(text)
    assert shapecheck("lint", cwd=folder).status == 0
    (folder / "model.py").write_text(text.replace("64 * 7 * 7", "64 * 14 * 14"))
    done = shapecheck("lint", "--output-format", "concise", cwd=folder)
    assert done.out.startswith("model.py:15:34: SHP003 SHP101 is not found here\n")


def test_revealed_shapes_are_notes_and_no_failure(tmp_path: Path) -> None:
    text = "import torch\nfrom shapecheck import reveal_shape\n\nreveal_shape(torch.zeros(2, 3))\n"
    (tmp_path / "a.py").write_text(text)
    done = shapecheck("lint", "--output-format", "json", cwd=tmp_path)
    (found,) = json.loads(done.out)
    assert (done.status, found["severity"], found["line"]) == (0, "note", 4)
    assert found["data"]["shape"] == [2, 3]


def test_the_inputs_of_the_configuration_are_analysed(tmp_path: Path) -> None:
    net = MODEL.replace("PlaceLSTM()(torch.randn(8, 1, 28, 28))\n", "")
    (tmp_path / "model.py").write_text(net)
    assert shapecheck("lint", cwd=tmp_path).status == 0, "14 by 14 images fit"
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck.inputs]\n"model.PlaceLSTM" = "n 1 28 28"\n')
    done = shapecheck("lint", "--output-format", "concise", cwd=tmp_path)
    assert "SHP101 LSTM expects 3136 input features, got 12544" in done.out
