"""Runs Python sources one after the other in this process and says what became of each.

Started by `running.py` in a process of its own, so that a framework is imported once for all files of it.
Reads a JSON list of {"path", "source", "trial"} and writes one of {"output", "error", "lines"}: what was
printed, the exception or null, and the lines of the file on the exception's way, outermost first.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
import traceback
from typing import Any


def frameworks_in(expression: str) -> dict[str, Any]:
    """The framework that an expression names, for files that import only parts of it."""
    return {name: importlib.import_module(name) for name in ("torch", "keras") if f"{name}." in expression}


def run(path: str, source: str, trial: str | None) -> dict[str, Any]:
    """Execute one source as a script, then evaluate its trial in the same names."""
    namespace: dict[str, Any] = {"__name__": "__main__", "__file__": path}
    output = io.StringIO()
    error, lines = None, []
    try:
        with contextlib.redirect_stdout(output):
            exec(compile(source, path, "exec"), namespace)
            if trial is not None:
                eval(trial, frameworks_in(trial) | namespace)
    except Exception as raised:  # whatever the framework throws is the answer
        error = f"{type(raised).__name__}: {raised}"
        frames = traceback.extract_tb(raised.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == path]
    return {"output": output.getvalue(), "error": error, "lines": lines}


if __name__ == "__main__":
    jobs = json.load(sys.stdin)
    json.dump([run(**job) for job in jobs], sys.stdout)
