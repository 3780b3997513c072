"""`shapecheck shapes`: the inferred contract and the layer table of a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import shapecheck

MODEL = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)
        self.head = nn.Linear(16 * 7 * 7, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv(x)), 2)
        return self.head(x.flatten(1))


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 32, batch_first=True)

    def forward(self, x):
        return self.lstm(x)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.py").write_text(MODEL)
    return tmp_path


def test_the_contract_is_inferred_without_any_input(folder: Path) -> None:
    status, out, err = shapecheck("shapes", "model.py:Net", cwd=folder)
    assert (status, err) == (0, "")
    first, blank, head, rule, *rows = out.splitlines()
    assert first.startswith("Net: (n, 3, h, w) → (n, 10) requires ")
    assert "49" in first and blank == ""
    assert head.split() == ["layer", "operator", "output", "parameters", "MACs"]
    assert set(rule) == {"-", " "}
    assert [row.split()[0] for row in rows[:2]] == ["conv", "head"]
    assert "Other" not in out


def test_an_input_settles_the_sizes(folder: Path) -> None:
    out = shapecheck("shapes", "model.py:Net", "--input", "n 3 14 14", cwd=folder).out
    assert out.startswith("Net: (n, 3, 14, 14) → (n, 10)\n")
    conv, head, _, total, work = (line.split() for line in out.splitlines()[4:9])
    assert conv == ["conv", "Conv2d", "(n,", "16,", "14,", "14)", "448", "84672*n"]
    assert head == ["head", "Linear", "(n,", "10)", "7,850", "7840*n"]
    assert total == ["total", "parameters", "8,298"]
    assert work == ["total", "MACs", "92512*n"]


def test_every_output_has_its_line_and_every_model_its_table(folder: Path) -> None:
    out = shapecheck("shapes", "model.py", cwd=folder).out
    assert "Net: " in out
    lines = out[out.index("Other: ") :].splitlines()
    assert [line.split("  ")[0] for line in lines[4:8]] == ["lstm", "", "", ""]
    assert [line.strip() for line in lines[5:7]] == ["(1, n, 32)", "(1, n, 32)"]


KERAS = """\
import keras
from keras import layers


def classifier(classes=10):
    return keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(classes)])


left = keras.Input((4,))
right = keras.Input((6,))
towers = keras.Model([left, right], layers.Dense(3)(layers.Concatenate()([left, right])))
"""


def test_keras_models_are_shown_under_the_names_of_what_builds_them(tmp_path: Path) -> None:
    (tmp_path / "built.py").write_text(KERAS)
    status, out, err = shapecheck("shapes", "built.py", cwd=tmp_path)
    assert (status, err) == (0, "")
    assert "classifier: (n, 28, 28, 1) → (n, 10)\n" in out
    assert "towers: (n, 4), (n, 6) → (n, 3)\n" in out
    words = [line.split()[:2] for line in out.splitlines()[4:7]]
    assert words == [["conv2d", "Conv2D"], ["flatten", "Flatten"], ["dense", "Dense"]]
    only = shapecheck("shapes", "built.py:towers", "--input", "8 4", "--input", "8 6", cwd=tmp_path).out
    assert only.startswith("towers: (8, 4), (8, 6) → (8, 3)\n")
    assert only.endswith("total parameters   33\ntotal MACs        240\n")


def test_an_input_that_cannot_work_is_the_finding(folder: Path) -> None:
    status, out, err = shapecheck("shapes", "model.py:Net", "--input", "n 3", cwd=folder)
    assert (status, err) == (1, "")
    assert out == "Net: (n, 3) fails: Conv2d expects 3 or 4 axes, got 2 in (n, 3)\n"
    status, out, _ = shapecheck("shapes", "model.py:Net", "--input", "n 4 14 14", cwd=folder)
    assert status == 1
    assert out == "Net: (n, 4, 14, 14) fails: Conv2d expects 3 input channels, got 4\n"


def test_several_inputs_go_to_the_parameters_in_order(tmp_path: Path) -> None:
    (tmp_path / "pair.py").write_text(
        "from torch import nn\nclass Pair(nn.Module):\n"
        "    def forward(self, x, y, mask=None):\n        return x @ y if mask is None else x @ y * mask\n"
    )
    arguments = ("--input", "2 3 4", "--input", "2 4 5")
    out = shapecheck("shapes", "pair.py", *arguments, cwd=tmp_path).out
    assert out.startswith("Pair: (2, 3, 4), (2, 4, 5) → (2, 3, 5)\n")
    out = shapecheck("shapes", "pair.py", *arguments, "--input", "2 1 5", cwd=tmp_path).out
    assert out.startswith("Pair: (2, 3, 4), (2, 4, 5), (2, 1, 5) → (2, 3, 5)\n")


def test_the_footer_of_lint_counts_models_that_functions_build(tmp_path: Path) -> None:
    (tmp_path / "built.py").write_text(KERAS)
    out = shapecheck("lint", "--no-cache", "built.py", cwd=tmp_path).out
    assert "in 2 models" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.py"], "shapecheck: nowhere.py does not exist\n"),
        (
            ["model.py:Net", "--input", "n 3 h w", "--input", "n"],
            "shapecheck: Net takes one input (x), 2 shapes were given\n",
        ),
        (["model.py:Nothing"], "shapecheck: model.py has no model called Nothing\n"),
        (["empty.py"], "shapecheck: empty.py defines and builds no model\n"),
        (["broken.py"], "shapecheck: broken.py:1:5: '(' was never closed\n"),
        (["binary.py"], "shapecheck: binary.py: the file holds null bytes: it is binary, no Python text\n"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_sentence(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    (folder / "empty.py").write_text("")
    (folder / "broken.py").write_text("x = (\n")
    (folder / "binary.py").write_bytes(b"\0")
    assert shapecheck("shapes", *arguments, cwd=folder) == (2, "", sentence)


def test_an_input_that_is_no_pattern_is_shown_with_a_hint(folder: Path) -> None:
    status, out, err = shapecheck("shapes", "model.py", "--input", "n, 3, 28, 28", cwd=folder)
    assert (status, out) == (2, "")
    assert err.startswith("shapecheck: --input cannot be read: ") and "Traceback" not in err


def test_a_notebook_is_read_like_a_file_and_a_broken_cell_left_out(folder: Path) -> None:

    cells = [{"cell_type": "code", "source": text} for text in ("%matplotlib inline", "x = (", MODEL)]
    (folder / "models.ipynb").write_text(json.dumps({"cells": cells}))
    from_notebook = shapecheck("shapes", "models.ipynb", cwd=folder)
    assert from_notebook.status == 0
    assert from_notebook.out == shapecheck("shapes", "model.py", cwd=folder).out
    (folder / "no.ipynb").write_text("{")
    refused = shapecheck("shapes", "no.ipynb", cwd=folder)
    assert refused.status == 2 and "the file is no notebook" in refused.err
