"""Correct programs that are hard to follow: each one runs, and the linter says nothing about it."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
parametrized = pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)


@parametrized
def test_the_program_runs(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


@parametrized
def test_the_linter_is_silent(program: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "shapecheck",
        "lint",
        "--no-cache",
        "--isolated",
        "--output-format",
        "json",
    ]
    finished = subprocess.run([*command, str(program)], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert [found for found in json.loads(finished.stdout) if found["severity"] != "note"] == []
