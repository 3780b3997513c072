"""Runs example sources under their real framework, in one process for many of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.examples.catalogue import trial

RUNNER = Path(__file__).with_name("run_files.py")


class Run(NamedTuple):
    """What became of one source: its output, the exception or None, the lines that the exception passed."""

    output: str
    error: str | None
    lines: list[int]


def run_sources(sources: dict[Path, str]) -> dict[Path, Run]:
    """Every source as a script of its own name space, with its `Seen by:` expression where it has one."""
    jobs = [{"path": str(path), "source": text, "trial": trial(text)} for path, text in sources.items()]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(RUNNER)],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=os.environ | quiet,
    )
    assert done.returncode == 0, done.stderr
    return {path: Run(**answer) for path, answer in zip(sources, json.loads(done.stdout), strict=True)}


def run_paths(paths: list[Path]) -> dict[Path, Run]:
    """The same for files as they are."""
    return run_sources({path: path.read_text("utf-8") for path in paths})
