"""The run: find the files, check each, filter by configuration and suppressions, and put everything in order."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

from shapecheck.lint.checking import check_bytes, finding
from shapecheck.lint.configuration import Configurations
from shapecheck.lint.discovery import Target, targets
from shapecheck.lint.outcome import Covered, FileOutcome, Outcome
from shapecheck.lint.sources import Unreadable, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.lint.configuration import Configuration


class Options(NamedTuple):
    """What the user asked of a run, as plain values that travel to worker processes."""

    config: str | None = None
    isolated: bool = False
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    cache: bool = True
    jobs: int | None = None  # None: as many as the work is worth

    def configurations(self) -> Configurations:
        """The settings for each path. Raises ConfigurationError."""
        return Configurations(
            explicit=self.config, isolated=self.isolated, select=self.select, ignore=self.ignore
        )


class Checker:
    """Checks files one after the other; files of one project share what they import."""

    def __init__(self, options: Options) -> None:
        self.configurations = options.configurations()
        self._projects: dict[Configuration, Any] = {}

    def check(self, target: Target) -> FileOutcome:
        """The findings of one file that are wanted there."""
        try:
            data = read_bytes(target.path)
        except Unreadable as error:
            found = finding("SHP002", str(error), target.path, error.line)
            return self._filtered(FileOutcome(target.path, (found,), Covered(files=1)))
        return self.check_data(target, data)

    def check_data(self, target: Target, data: bytes) -> FileOutcome:
        """The findings of one file with these contents."""
        configuration = self.configurations.above(os.path.dirname(target.path))
        try:
            outcome = check_bytes(target.path, data, self._project(configuration), explicit=target.explicit)
        except Exception as error:  # a bug of ours on one file must not hide what the other files have
            outcome = crashed(target.path, error)
        return self._filtered(outcome)

    def _filtered(self, outcome: FileOutcome) -> FileOutcome:
        if not outcome.diagnostics:
            return outcome
        configuration = self.configurations.above(os.path.dirname(outcome.path))
        wanted = [found for found in outcome.diagnostics if configuration.enabled(found.code, outcome.path)]
        return outcome._replace(diagnostics=ordered(wanted))

    def _project(self, configuration: Configuration) -> Any:
        project = self._projects.get(configuration)
        if project is None:
            from shapecheck.interpret import Project

            roots = (
                (configuration.root, os.path.join(configuration.root, "src")) if configuration.root else ()
            )
            project = self._projects[configuration] = Project(roots, dict(configuration.inputs))
        return project


def lint(paths: Iterable[str], options: Options) -> tuple[Outcome, list[str]]:
    """Check files and folders; also a sentence for each path that does not exist. Raises ConfigurationError."""
    start = time.perf_counter()
    checker = Checker(options)
    files, missing = targets(paths, checker.configurations)
    outcomes = [checker.check(target) for target in files]
    return gather(outcomes, time.perf_counter() - start), missing


def gather(outcomes: Iterable[FileOutcome], seconds: float) -> Outcome:
    """All files' findings in one order."""
    found: list[Diagnostic] = []
    covered = Covered()
    broken = False
    for outcome in outcomes:
        found += outcome.diagnostics
        covered = covered.plus(outcome.covered)
        broken = broken or outcome.crashed
    return Outcome(ordered(found), covered, broken, seconds)


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By place, then code; the same words at the same place are said once."""
    unique: dict[Any, Diagnostic] = {}
    for diagnostic in diagnostics:
        unique.setdefault((diagnostic.code, diagnostic.span, diagnostic.message), diagnostic)
    return tuple(sorted(unique.values(), key=lambda found: (*found.span, found.code, found.message)))


def crashed(path: str, error: Exception) -> FileOutcome:
    """A crash of ours as a finding, with the place in our code that a report of it needs."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = ""
    if frame is not None:
        code = frame.tb_frame.f_code
        where = (
            f" in {os.path.basename(os.path.dirname(code.co_filename))}/{os.path.basename(code.co_filename)}"
        )
        where += f":{frame.tb_lineno} ({code.co_name})"
    message = f"shapecheck failed on this file: {type(error).__name__}: {error}{where}"
    help = ("this is a bug in shapecheck: please report it together with the file",)
    return FileOutcome(
        path, (finding("SHP000", message, path, 1, help=help),), Covered(files=1), crashed=True
    )
