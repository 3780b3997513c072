"""Files that are no models, no Python or no text: a clear finding, and the other files are still checked."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import shapecheck


def lint(*paths: str | Path, cwd: Path) -> tuple[int, list[dict[str, Any]], str]:
    status, out, err = shapecheck(
        "lint", "--isolated", "--no-cache", "--output-format", "json", *paths, cwd=cwd
    )
    assert "Traceback" not in err
    return status, json.loads(out), err


def codes(found: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(entry["path"], entry["code"], entry["line"]) for entry in found]


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (b"import torch\nx = (\n", [("SHP001", 2)]),
        (b"import torch\ndef f(:\n", [("SHP001", 2)]),
        (b"import torch\n  x = 1\n", [("SHP001", 2)]),
        (b"import torch\nx = '\xe9'\n", [("SHP002", 2)]),
        (b"\x7fELF\0\0torch", [("SHP002", 1)]),
        (b"\xff\xfei\0m\0p\0", [("SHP002", 1)]),
        (b"# coding: klingon\nimport torch\n", [("SHP002", 1)]),
        (b"import torch\nx = " + b"(" * 10_000 + b")" * 10_000, [("SHP001", 2)]),
        (b"import torch\nx = " + b"-" * 100_000 + b"1", [("SHP902", 1)]),
        (b"import torch\n" + b"x = 1\n" * 1_000_000, [("SHP902", 1)]),
        (b"", []),
        (b"\n\n", []),
        (b"# only comments about torch\n", []),
        (b"\xef\xbb\xbfimport torch\r\nx = 1\r\n", []),
        ("# coding: latin-1\nimport torch\nx = 'é'\n".encode("latin-1"), []),
        (b"import torch\rx = 1\r", []),
        (b"import torch\n\x0cx = 1\n", []),
    ],
)
def test_a_file_that_is_no_model_gets_a_clear_answer(
    tmp_path: Path, contents: bytes, expected: list[tuple[str, int]]
) -> None:
    (tmp_path / "odd.py").write_bytes(contents)
    (tmp_path / "zz.py").write_bytes(b"import torch\nx = (\n")
    status, found, _ = lint("odd.py", "zz.py", cwd=tmp_path)
    assert codes(found) == [*(("odd.py", code, line) for code, line in expected), ("zz.py", "SHP001", 2)]
    assert status == 1


def test_a_path_that_does_not_exist_is_exit_2_and_the_others_are_checked(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = (\n")
    status, found, err = lint("nowhere.py", "a.py", cwd=tmp_path)
    assert (status, codes(found), err) == (
        2,
        [("a.py", "SHP001", 1)],
        "shapecheck: nowhere.py does not exist\n",
    )


def test_a_link_that_leads_nowhere_is_a_finding_when_named(tmp_path: Path) -> None:
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    status, found, _ = lint("gone.py", "self.py", cwd=tmp_path)
    assert status == 1
    assert [(entry["code"], entry["message"]) for entry in found] == [
        ("SHP002", "the file cannot be read: no such file or directory"),
        ("SHP002", "the file cannot be read: too many levels of symbolic links"),
    ]


def test_a_folder_skips_what_mentions_no_framework(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("x = (\n")
    assert lint(".", cwd=tmp_path)[:2] == (0, [])
    assert codes(lint("plain.py", cwd=tmp_path)[1]) == [("plain.py", "SHP001", 1)]


def test_standard_input_is_checked_under_the_given_name(tmp_path: Path) -> None:
    command = ["lint", "--output-format", "concise", "--stdin-filename", "pkg/models.py"]
    for paths in ([], ["-"]):
        status, out, _ = shapecheck(*command, *paths, cwd=tmp_path, stdin=b"import torch\nx = (\n")
        assert status == 1
        assert out.startswith("pkg/models.py:2:5: SHP001 '(' was never closed\n")


def test_what_the_terminal_cannot_show_is_escaped(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    (tmp_path / name).write_text("import torch\ny = 'é…' (\n")
    for encoding in ("ascii", "utf-8"):
        done = shapecheck("lint", "--no-cache", ".", cwd=tmp_path, PYTHONIOENCODING=encoding)
        assert (done.status, done.err) == (1, "")
        assert "caf\\udce9.py:2:10\n" in done.out
        found = json.loads(shapecheck("lint", "--output-format", "json", ".", cwd=tmp_path).out)
        assert [entry["path"] for entry in found] == [name]


def test_a_broken_cell_does_not_hide_the_others(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": text} for text in ("import torch", "x = (", "%pip list", "y = )")
    ]
    (tmp_path / "nb.ipynb").write_text(json.dumps({"cells": cells}))
    status, found, _ = lint("nb.ipynb", cwd=tmp_path)
    assert status == 1
    assert [(entry["path"], entry["cell"], entry["line"], entry["code"]) for entry in found] == [
        ("nb.ipynb", 2, 1, "SHP001"),
        ("nb.ipynb", 4, 1, "SHP001"),
    ]
    text = shapecheck("lint", "--no-cache", "nb.ipynb", cwd=tmp_path).out
    assert " --> nb.ipynb:cell 2:1:5\n  |\n1 | x = (\n  |     ^\n" in text


def test_a_cell_that_is_indented_as_a_whole_is_python(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": "import torch\n"},
        {"cell_type": "code", "source": "    x = torch.zeros(2)\n    if x is None:\n        pass\n"},
        {"cell_type": "code", "source": "torch.zeros(2, 3).view(7)\n"},
    ]
    (tmp_path / "shifted.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    status, found, _ = lint("shifted.ipynb", cwd=tmp_path)
    assert status == 1
    assert codes(found) == [("shifted.ipynb", "SHP105", 1)]


def test_modules_of_the_current_folder_are_not_taken_for_the_standard_ones(tmp_path: Path) -> None:
    for name in ("random", "json", "tokenize", "types", "ast"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError\n")
    (tmp_path / "model.py").write_text("import torch\ntorch.zeros(2, 3).view(7)\n")
    status, found, _ = lint("model.py", cwd=tmp_path)
    assert (status, codes(found)) == (1, [("model.py", "SHP105", 2)])


def test_a_configuration_that_cannot_be_used_is_exit_2(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.shapecheck]\nselekt = []\n")
    (tmp_path / "a.py").write_text("x = (\n")
    status, out, err = shapecheck("lint", "a.py", cwd=tmp_path)
    assert (status, out) == (2, "")
    assert err.startswith(f"shapecheck: {tmp_path}/pyproject.toml: 'selekt' is no setting of shapecheck")
    assert shapecheck("lint", "--isolated", "a.py", cwd=tmp_path).status == 1
