"""The core stays free of frameworks, imports point down, and every module stands on its own."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import shapecheck

ROOT = Path(__file__).parents[2]
FRAMEWORKS = ("torch", "keras", "tensorflow", "jax", "numpy", "hypothesis", "pytest")
# pytest loads its plugin, after itself; strategies, and what exercises contracts with them, need hypothesis.
APART = ("shapecheck.__main__", "shapecheck.pytest_plugin", "shapecheck.strategies", "shapecheck.exercising")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(shapecheck.__path__, "shapecheck.")
    if not module.name.startswith(APART)
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, check=False)


def frameworks_loaded_by(code: str) -> subprocess.CompletedProcess[str]:
    found = f"sorted(set({FRAMEWORKS!r}) & set(sys.modules))"
    check = f"import sys; loaded = {found}; sys.exit(str(loaded) if loaded else 0)"
    return run("-c", f"{code}\n{check}")


def test_importing_every_module_loads_no_framework() -> None:
    finished = frameworks_loaded_by("\n".join(f"import {name}" for name in MODULES))
    assert finished.returncode == 0, finished.stderr


def test_linting_a_model_loads_no_framework(tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text("import torch\nx = torch.zeros(2, 3) @ torch.zeros(4, 5)\n", encoding="utf-8")
    code = f"from shapecheck.cli import main\nassert main(['lint', '--no-cache', {str(model)!r}]) == 1"
    finished = frameworks_loaded_by(code)
    assert finished.returncode == 0, finished.stderr


def test_the_proof_that_no_framework_is_loaded_can_fail() -> None:
    finished = frameworks_loaded_by("import shapecheck, numpy")
    assert finished.returncode != 0
    assert "numpy" in finished.stderr


def test_import_directions() -> None:
    finished = run("-c", "from importlinter.cli import lint_imports_command as run; run()")
    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize("name", MODULES)
def test_module_imports_alone_with_warnings_as_errors(name: str) -> None:
    finished = run("-W", "error", "-c", f"import {name}")
    assert finished.returncode == 0, finished.stderr


def test_there_are_modules_to_test() -> None:
    assert len(MODULES) > 40


def test_public_names_are_complete() -> None:
    listed = set(shapecheck.__all__)
    assert listed == {name for name in dir(shapecheck) if not name.startswith("_")} | {"__version__"}
    for name in listed:
        assert getattr(shapecheck, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing_of_the_kind'"):
        _ = shapecheck.nothing_of_the_kind
