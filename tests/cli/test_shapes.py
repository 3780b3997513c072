"""`shapecheck shapes`: the inferred contract and the layer table of a model."""

from __future__ import annotations

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
    conv, head, total = (line.split() for line in out.splitlines()[4:7])
    assert conv == ["conv", "Conv2d", "(n,", "16,", "14,", "14)", "448", "84672*n"]
    assert head == ["head", "Linear", "(n,", "10)", "7,850", "7840*n"]
    assert total[:2] == ["total", "8,298"]


def test_every_output_has_its_line_and_every_model_its_table(folder: Path) -> None:
    out = shapecheck("shapes", "model.py", cwd=folder).out
    assert "Net: " in out
    lines = out[out.index("Other: ") :].splitlines()
    assert [line.split("  ")[0] for line in lines[4:8]] == ["lstm", "", "", "total"]
    assert [line.strip() for line in lines[5:7]] == ["(1, n, 32)", "(1, n, 32)"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.py"], "shapecheck: nowhere.py does not exist\n"),
        (["model.py:Nothing"], "shapecheck: model.py has no model class Nothing\n"),
        (["empty.py"], "shapecheck: empty.py has no model class\n"),
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
