"""The same checks in several processes."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from shapecheck.lint.checker import crashed

if TYPE_CHECKING:
    from shapecheck.lint.checker import Checker
    from shapecheck.lint.discovery import Target
    from shapecheck.lint.engine import Options
    from shapecheck.lint.outcome import FileOutcome

_checkers: list[Checker] = []  # the one of this worker process


def check_all(targets: list[Target], options: Options, jobs: int) -> dict[Target, FileOutcome]:
    """The outcome of each file. Neighbours go to the same process, which then reads what they share once."""
    size = max(1, len(targets) // (jobs * 4))
    chunks = [targets[start : start + size] for start in range(0, len(targets), size)]
    # Forking is quick and safe here: this program has no threads. Elsewhere the platform's own way is taken.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    context = multiprocessing.get_context(method)
    found: dict[Target, FileOutcome] = {}
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(options,)) as pool:
        futures = [pool.submit(_check, chunk) for chunk in chunks]
        try:
            for chunk, future in zip(chunks, futures, strict=True):
                try:
                    outcomes = future.result()
                except (
                    BrokenProcessPool
                ) as error:  # killed, perhaps for memory: say so for each file it still had
                    outcomes = [crashed(target.path, error) for target in chunk]
                found.update(zip(chunk, outcomes, strict=True))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def _start(options: Options) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a worker at once; the parent says so
    _checkers.append(options.checker())


def _check(targets: list[Target]) -> list[FileOutcome]:
    return [_checkers[0].check(target) for target in targets]
