"""CPU time of whole processes: what a user waits for, start-up included."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def cpu_seconds(command: Sequence[str], *, cwd: str | None = None) -> float:
    """User plus system seconds of one run of the command and its children; its output is discarded."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def interleaved(
    commands: dict[str, Sequence[str]], *, rounds: int, cwd: str | None = None
) -> dict[str, float]:
    """Median CPU seconds of each command; the rounds alternate, so that a busy machine slows all alike."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():  # one unmeasured run each: caches of byte code and of the file system
        cpu_seconds(command, cwd=cwd)
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(cpu_seconds(command, cwd=cwd))
    return {name: statistics.median(values) for name, values in times.items()}


def tool(name: str) -> str | None:
    """The path of a command beside this interpreter, or None where it is not installed."""
    path = os.path.join(os.path.dirname(sys.executable), name)
    return path if os.path.exists(path) else None
