"""Fixes: the file parses afterwards, the finding is gone, and a second run changes nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.lint.discovery import Target
from shapecheck.lint.engine import Options
from shapecheck.lint.fixing import Fixed, fixed
from tests.cli.commands import shapecheck

OPTIONS = Options(isolated=True, cache=False)


def check(data: bytes) -> tuple[Diagnostic, ...]:
    return OPTIONS.checker().check_data(Target("/nowhere/model.py", True), data).diagnostics


def mend(text: str, *, unsafe: bool = True) -> Fixed:
    data = text.encode()
    return fixed("/nowhere/model.py", data, check(data), check, unsafe=unsafe)


def holds(text: str) -> Fixed:
    """The law: it parses, less is found, and mending again changes nothing."""
    result = mend(text)
    ast.parse(result.data)
    again = fixed("/nowhere/model.py", result.data, check(result.data), check, unsafe=True)
    assert (again.data, again.made) == (result.data, 0)
    if result.made:
        assert len(result.left) < len(check(text.encode()))
    return result


MODEL = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, {filters}, 3, padding=1)
        self.norm = nn.BatchNorm2d({channels})
        self.pool = nn.MaxPool2d(2)
        self.lstm = nn.LSTM({features}, {hidden}, batch_first=True)
        self.head = nn.Linear({inner}, 5)

    def forward(self, x):
        x = self.pool(self.norm(self.conv(x)))
        n, c, h, w = x.shape
        x = {steps}
        x, _ = self.lstm(x)
        return self.head(x[:, -1])


Net()(torch.randn(2, 3, 8, 8))
"""

STEPS = ["x.view(n, h * w, c)", "x.flatten(2).transpose(1, 2)", "x.permute(0, 2, 3, 1).reshape(n, h * w, c)"]


@settings(max_examples=25)
@given(
    st.fixed_dictionaries(
        {
            "filters": st.sampled_from([4, 6]),
            "channels": st.sampled_from([4, 6]),
            "features": st.sampled_from(["4", "6", "4 * 4 * 4"]),
            "hidden": st.sampled_from([7, 9]),
            "inner": st.sampled_from([7, 9]),
            "steps": st.sampled_from(STEPS),
        }
    )
)
def test_mending_a_model_leaves_nothing_to_find(numbers: dict[str, object]) -> None:
    result = holds(MODEL.format(**numbers))
    assert [found for found in result.left if found.severity != "note"] == []


def test_numbers_are_written_where_they_were_written() -> None:
    text = "import torch\nfrom torch import nn\n\nfeatures = 64*7*7\n"
    text += "lstm = nn.LSTM(features, 8, batch_first=True)\n"
    text += "lstm(torch.randn(2, 64, 14, 14).reshape(2, 1, -1))\n"
    assert b"features = 64 * 14 * 14\n" in holds(text).data


def test_a_layer_that_fits_one_of_its_two_uses_is_left_alone() -> None:
    text = "import torch\nfrom torch import nn\n\nlayer = nn.Linear(4, 8)\n"
    text += "layer(torch.randn(2, 5))\nlayer(torch.randn(2, 6))\n"
    assert holds(text).made == 0


def test_without_unsafe_fixes_only_safe_ones_are_made() -> None:
    text = "import torch\nfrom torch import nn\n\nnn.Linear(4, 8)(torch.randn(2, 5))\n"
    text += "x = 1  # shapecheck: ignore\n"
    result = mend(text, unsafe=False)
    assert result.data.decode() == text.replace("  # shapecheck: ignore", "")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_and_encoding_are_kept(ends: str) -> None:
    text = "# coding: latin-1\nimport torch\nfrom torch import nn\né = nn.Linear(4, 8)(torch.randn(2, 5))\n"
    data = text.replace("\n", ends).encode("latin-1")
    result = fixed("/nowhere/model.py", data, check(data), check, unsafe=True)
    assert result.data == data.replace(b"Linear(4", b"Linear(5")


WRONG = "import torch\nfrom torch import nn\n\nnn.Linear(4, 8)(torch.randn(2, 5))\n"


def test_fix_writes_the_file_and_the_second_run_finds_nothing(tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text(WRONG)
    held = shapecheck("lint", "--fix", "model.py", cwd=tmp_path)
    assert (held.status, model.read_text()) == (1, WRONG)
    assert held.err == "shapecheck: --unsafe-fixes allows 1 more\n"
    done = shapecheck("lint", "--fix", "--unsafe-fixes", "model.py", cwd=tmp_path)
    assert (done.status, done.err) == (0, "shapecheck: 1 fix made\n")
    assert model.read_text() == WRONG.replace("(4,", "(5,")
    assert shapecheck("lint", "model.py", cwd=tmp_path).status == 0


def test_diff_shows_the_change_and_makes_none(tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text(WRONG)
    done = shapecheck("lint", "--diff", "--unsafe-fixes", "model.py", cwd=tmp_path)
    assert (done.status, done.err, model.read_text()) == (1, "shapecheck: 1 fix would be made\n", WRONG)
    assert done.out == (
        "--- a/model.py\n+++ b/model.py\n@@ -1,4 +1,4 @@\n import torch\n from torch import nn\n \n"
        "-nn.Linear(4, 8)(torch.randn(2, 5))\n+nn.Linear(5, 8)(torch.randn(2, 5))\n"
    )


def test_standard_input_comes_out_fixed(tmp_path: Path) -> None:
    done = shapecheck("lint", "--fix", "--unsafe-fixes", "-", cwd=tmp_path, stdin=WRONG.encode())
    assert (done.status, done.out) == (0, WRONG.replace("(4,", "(5,"))


def test_a_cell_of_a_notebook_is_mended_in_place(tmp_path: Path) -> None:
    import json

    cells = [
        "import torch\nfrom torch import nn",
        "%time\nlayer = nn.Linear(4, 8)",
        "layer(torch.randn(2, 5))",
    ]
    content = {"cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]}
    book = tmp_path / "nb.ipynb"
    book.write_text(json.dumps(content, indent=1))
    before = book.read_text()
    done = shapecheck("lint", "--fix", "--unsafe-fixes", "nb.ipynb", cwd=tmp_path)
    assert (done.status, done.err) == (0, "shapecheck: 1 fix made\n"), done.out
    assert book.read_text() == before.replace("nn.Linear(4, 8)", "nn.Linear(5, 8)")
