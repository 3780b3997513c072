"""The projects with contracts: their tests pass under the plugin, the linter finds nothing, and both find a planted
mistake, the linter for any input.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.catalogue import ROOT
from tests.examples.linting import lint, shown

PROJECTS = ROOT / "examples" / "contracts"
NAMES = ("pytorch_project", "keras_project")
QUIET = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONDONTWRITEBYTECODE": "1"}


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    """The project's own test run, with the options of its pyproject.toml."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA"]
    return subprocess.run(
        command, cwd=folder, env=QUIET, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize("name", NAMES)
def test_tests_pass_and_every_file_is_linted(name: str) -> None:
    run = run_pytest(PROJECTS / name)
    assert run.returncode == 0, run.stdout + run.stderr
    for path in (PROJECTS / name).rglob("*.py"):
        assert f"{path.relative_to(PROJECTS / name).as_posix()}::shapecheck" in run.stdout


@pytest.mark.parametrize("name", NAMES)
def test_linter_understands_everything_and_finds_nothing(name: str) -> None:
    answer = lint(PROJECTS / name, stats=True)
    assert shown(answer["diagnostics"]) == []
    assert answer["stats"]["understood"] == answer["stats"]["operations"] > 20


# file, right text, wrong text, code, the sentence of the linter (of any input) and of the run (of one)
MISTAKES = {
    "pytorch_project": (
        "clips/encoder.py",
        "self.features = width * 4 * 4",
        "self.features = width * 2 * 2",
        "SHP202",
        "forward: result axis 1 is 256, expected {features}=64",
        "forward: result axis 1 is 256, expected {features}=64",
    ),
    "keras_project": (
        "rain/layers.py",
        "self.score(steps), axis=1)\n        return ops.sum(weights * steps, axis=1)",
        "self.score(steps), axis=1)\n        return ops.sum(weights * steps, axis=2)",
        "SHP202",
        "call: result axis 1 is t, expected d: d was bound by steps axis 2",
        "call: result axis 1 (d) is 6, expected 32: d was bound by steps axis 2",
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_planted_mistake_is_found_by_the_linter_and_by_the_run(name: str, tmp_path: Path) -> None:
    path, right, wrong, code, of_any, of_one = MISTAKES[name]
    shutil.copytree(
        PROJECTS / name, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    text = (tmp_path / path).read_text("utf-8")
    assert text.count(right) == 1
    (tmp_path / path).write_text(text.replace(right, wrong), "utf-8")
    found = [entry for entry in lint(tmp_path) if Path(entry["path"]).name == Path(path).name]
    assert [entry["code"] for entry in found] == [code]
    run = run_pytest(tmp_path)
    assert run.returncode == 1
    assert of_one in run.stdout
    assert of_any in found[0]["message"]
