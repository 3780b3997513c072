"""The command line itself: help, versions, usage errors, interrupted output."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import shapecheck as package
from shapecheck.diagnostics.codes import CODES
from tests.cli.commands import ROOT, shapecheck


def test_the_version_is_the_packages() -> None:
    assert shapecheck("--version")[:2] == (0, f"shapecheck {package.__version__}\n")


def test_help_names_every_command() -> None:
    status, out, _ = shapecheck("--help")
    assert status == 0
    assert all(command in out for command in ("lint", "shapes", "explain"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["lnt"], "argument COMMAND: invalid choice: 'lnt'"),
        (["lint", "--selekt", "SHP101"], "unrecognized arguments: --selekt"),
        (["lint", "--output-format", "xml"], "argument --output-format: invalid choice: 'xml'"),
        (["lint", "-j", "0"], "argument -j/--jobs: invalid number of processes value: '0'"),
        (["lint", "-j", "many"], "argument -j/--jobs: invalid number of processes value: 'many'"),
        (["lint", "--select", "E501"], "--select names 'E501', which is no code or rule of shapecheck"),
        (["lint", "--config", "nowhere.toml"], "nowhere.toml does not exist or is no file"),
        (["lint", "-", "shapecheck"], "- reads standard input and cannot be mixed with other paths"),
        (["explain", "SHP999"], "'SHP999' is no code or rule of shapecheck (shapecheck explain lists them)"),
    ],
)
def test_a_usage_error_is_one_sentence_and_exit_2(arguments: list[str], sentence: str) -> None:
    status, out, err = shapecheck(*arguments)
    assert (status, out) == (2, "")
    assert sentence in err and len(err.splitlines()) == 1 and "Traceback" not in err


def test_explain_lists_every_rule() -> None:
    status, out, _ = shapecheck("explain")
    assert status == 0
    assert [line.split()[:2] for line in out.splitlines()] == [
        [code.code, code.name] for code in CODES.values()
    ]


@pytest.mark.parametrize("name", ["SHP101", "shp101", "feature-size-mismatch"])
def test_explain_shows_one_rule_by_code_or_name(name: str) -> None:
    status, out, _ = shapecheck("explain", name)
    assert status == 0
    assert out.startswith("# feature-size-mismatch (SHP101)\n") and "## Use instead" in out


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m shapecheck explain | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stderr == "" and done.stdout.startswith("SHP000")


def test_the_core_is_not_loaded_for_help() -> None:
    program = "import sys; from shapecheck.cli.parser import parse\n"
    program += "try: parse(['--help'])\nexcept SystemExit: pass\n"
    program += (
        "print([name for name in sys.modules if name.startswith(('shapecheck.ops', 'shapecheck.algebra'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_reveal_shape_prints_and_returns_its_argument(capsys: pytest.CaptureFixture[str]) -> None:
    class Array:
        shape = (2, 3)
        dtype = "torch.float32"

    array = Array()
    assert package.reveal_shape(array) is array
    package.reveal_shape((array, None))
    package.reveal_shape({"x": array})
    assert capsys.readouterr().out.splitlines() == [
        "reveal_shape: shape (2, 3), float32",
        "reveal_shape: (shape (2, 3), float32, NoneType has no shape)",
        "reveal_shape: {'x': shape (2, 3), float32}",
    ]


@pytest.mark.parametrize("name", package.__all__)
def test_every_public_name_loads(name: str) -> None:
    assert getattr(package, name) is not None
    assert name in dir(package)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'shapecheck' has no attribute 'nothing'"):
        package.nothing  # noqa: B018


def test_paths_are_not_needed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\nx = (\n")
    done = shapecheck("lint", "--no-cache", "--output-format", "concise", cwd=tmp_path)
    assert done.out.startswith("a.py:2:5: SHP001")
