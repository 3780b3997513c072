"""The run: find the files, check each, and put what was found in order."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from shapecheck.lint.checker import Checker, ordered
from shapecheck.lint.configuration import Configurations
from shapecheck.lint.discovery import Target, targets
from shapecheck.lint.outcome import Covered, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.lint.outcome import FileOutcome

# About a second of analysis: below this, starting processes costs more than it saves.
_WORTH_PROCESSES = 700_000


class Options(NamedTuple):
    """What the user asked of a run, as plain values that travel to worker processes."""

    config: str | None = None
    isolated: bool = False
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    cache: bool = True
    jobs: int | None = None  # None: as many as the work is worth

    def checker(self) -> Checker:
        """A checker with these settings. Raises ConfigurationError."""
        configurations = Configurations(
            explicit=self.config, isolated=self.isolated, select=self.select, ignore=self.ignore
        )
        return Checker(configurations, cache=self.cache)


def lint(paths: Iterable[str], options: Options) -> tuple[Outcome, list[str]]:
    """Check files and folders; a sentence for each path that does not exist. Raises ConfigurationError."""
    start = time.perf_counter()
    checker = options.checker()
    files, missing = targets(paths, checker.configurations)
    outcomes: dict[Target, FileOutcome] = {}
    pending: list[Target] = []
    work = 0
    for target in files:
        known, size = checker.known(target)
        if known is not None:
            outcomes[target] = known
        else:
            pending.append(target)
            work += size
    jobs = _jobs(options.jobs, len(pending), work)
    if jobs > 1:
        from shapecheck.lint.workers import check_all

        outcomes.update(check_all(pending, options, jobs))
    else:
        outcomes.update((target, checker.check(target)) for target in pending)
    return gather((outcomes[target] for target in files), time.perf_counter() - start), missing


def lint_text(data: bytes, name: str, options: Options) -> Outcome:
    """Check contents that are not (yet) in a file, as if `name` held them. Raises ConfigurationError."""
    start = time.perf_counter()
    checker = options._replace(cache=False).checker()
    outcome = checker.check_data(Target(os.path.abspath(name), True), data)
    return gather([outcome], time.perf_counter() - start)


def _jobs(asked: int | None, files: int, work: int) -> int:
    if asked is not None:
        return min(asked, files)
    if work < _WORTH_PROCESSES:
        return 1
    return min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, files
    )


def gather(outcomes: Iterable[FileOutcome], seconds: float) -> Outcome:
    """All files' findings in one order."""
    found: list[Diagnostic] = []
    silenced: set[tuple[str, int]] = set()
    covered = Covered()
    broken = False
    for outcome in outcomes:
        found += outcome.diagnostics
        silenced.update(outcome.silenced)
        covered = covered.plus(outcome.covered)
        broken = broken or outcome.crashed
    if silenced:  # a comment that silences what another file's call leads to is not unused
        found = [one for one in found if one.code != "SHP003" or one.span[:2] not in silenced]
    return Outcome(ordered(found), covered, broken, seconds)
