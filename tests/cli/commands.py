"""Runs the command line as a user does, in another process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Done(NamedTuple):
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


def shapecheck(*arguments: str | Path, cwd: Path = ROOT, stdin: bytes = b"", **environment: str) -> Done:
    """Run `python -m shapecheck` in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "shapecheck", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
