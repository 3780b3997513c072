"""Asks the linter about files, as a user does: on the command line, for JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.examples.catalogue import ROOT


def lint(*paths: Path, stats: bool = False) -> Any:
    """The JSON answer for files and folders; exit status 2 (the linter could not work) is a failure."""
    command = [
        sys.executable,
        "-m",
        "shapecheck",
        "lint",
        "--isolated",
        "--no-cache",
        "--output-format",
        "json",
    ]
    if stats:
        command.append("--stats")
    done = subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, timeout=300, check=False, cwd=ROOT
    )
    assert done.returncode in (0, 1), done.stderr + done.stdout
    return json.loads(done.stdout)


def by_path(diagnostics: list[dict[str, Any]]) -> dict[Path, list[dict[str, Any]]]:
    """The diagnostics of each file, under its resolved path."""
    found: dict[Path, list[dict[str, Any]]] = {}
    for diagnostic in diagnostics:
        found.setdefault((ROOT / diagnostic["path"]).resolve(), []).append(diagnostic)
    return found


def shown(diagnostics: list[dict[str, Any]]) -> list[str]:
    """Diagnostics in short, for the message of a failing test."""
    return [f"{entry['code']} line {entry['line']}: {entry['message']}" for entry in diagnostics]
