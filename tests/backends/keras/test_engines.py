"""Keras on its other engines, each in a process of its own: an engine is chosen once in a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def run(engine: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "KERAS_BACKEND": engine,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "backends")]),
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )


@pytest.mark.parametrize("engine", ["torch", "jax"])
def test_models_agree_with_the_reference(engine: str) -> None:
    finished = run(engine, "-m", "tests.backends.keras.engine_program", engine)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert finished.stdout.endswith("agreed\n")


def test_nothing_of_keras_is_imported_before_a_model_is_built() -> None:
    code = "import sys; from shapecheck.backend import load; load('keras').operators; print('keras' in sys.modules)"
    finished = run("tensorflow", "-c", code)
    assert finished.stdout == "False\n", finished.stderr


def test_without_keras_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['keras'] = None\n"
        "import shapecheck_keras\n"
        "from shapecheck.backend import load, BackendError\n"
        "try:\n    load('keras')\nexcept BackendError as error:\n    print(error)"
    )
    finished = run("tensorflow", "-c", code)
    assert finished.stdout == "the backend 'keras' needs keras: pip install 'shapecheck-ml[keras]'\n", (
        finished.stderr
    )
