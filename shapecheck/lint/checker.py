"""Checks files one after the other: settings, cache and project of each, and crashes of ours kept to their
file.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecheck.diagnostics.span import split_cell
from shapecheck.lint import watching
from shapecheck.lint.checking import check_bytes, finding
from shapecheck.lint.garbage import Garbage, uncollected
from shapecheck.lint.outcome import Covered, FileOutcome
from shapecheck.lint.relevance import mentions_framework
from shapecheck.lint.sources import Unreadable, read_bytes
from shapecheck.lint.suppressions import read as read_suppressions
from shapecheck.lint.suppressions import silencing
from shapecheck.lint.watching import Overdue, watched

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.lint.cache import Cache
    from shapecheck.lint.configuration import Configuration, Configurations
    from shapecheck.lint.dependencies import TrackedProject
    from shapecheck.lint.discovery import Target


class Checker:
    """One process's way of checking files; files of one project share what they import."""

    def __init__(self, configurations: Configurations, *, cache: bool) -> None:
        self.configurations = configurations
        self._cached = cache
        self._garbage = Garbage()
        self._projects: dict[Configuration, TrackedProject] = {}
        self._caches: dict[Configuration, Cache] = {}

    def known(self, target: Target) -> tuple[FileOutcome | None, int]:
        """What is known of a file without analysing it, and else how many bytes there are to analyse."""
        try:
            data = read_bytes(target.path)
        except Unreadable:
            return self.check(target), 0
        if not target.explicit and not mentions_framework(data):
            return self.check_data(target, data), 0
        configuration = self._configuration(target)
        cache = self._cache(configuration)
        return (None if cache is None else cache.get(target, data, self._project(configuration))), len(data)

    def check(self, target: Target) -> FileOutcome:
        """The findings of one file that are wanted there; they are kept for the next run."""
        configuration = self._configuration(target)
        try:
            data = read_bytes(target.path)
        except Unreadable as error:
            found = [finding("SHP002", str(error), target.path, error.line)]
            wanted = tuple(one for one in found if configuration.enabled(one.code, target.path))
            return FileOutcome(target.path, wanted, Covered(files=1))
        outcome = self.check_data(target, data)
        cache = self._cache(configuration)
        if cache is not None:
            cache.put(target, data, outcome, self._project(configuration))
        return outcome

    def check_data(self, target: Target, data: bytes) -> FileOutcome:
        """The findings of one file with these contents that are wanted there."""
        configuration = self._configuration(target)

        def enabled(code: str) -> bool:
            return configuration.enabled(code, target.path)

        try:
            project = self._project(configuration)
            with uncollected(), watched():
                outcome = check_bytes(target.path, data, project, explicit=target.explicit, enabled=enabled)
            if outcome.diagnostics:
                outcome = _respecting_other_files(outcome, project)
        except Overdue:
            self._projects.clear()  # the alarm may have left what it interrupted half done
            message = f"not analysed: it takes more than {watching.SECONDS:.0f} seconds"
            notes = (finding("SHP902", message, target.path, 1),) if enabled("SHP902") else ()
            return FileOutcome(target.path, notes, Covered(files=1))
        except Exception as error:  # a bug of ours on one file must not hide what the other files have
            return crashed(target.path, error)
        if not outcome.skipped:
            self._garbage.after(len(data))
        return outcome._replace(diagnostics=ordered(outcome.diagnostics)) if outcome.diagnostics else outcome

    def _configuration(self, target: Target) -> Configuration:
        return self.configurations.above(os.path.dirname(target.path))

    def _project(self, configuration: Configuration) -> TrackedProject:
        project = self._projects.get(configuration)
        if project is None:
            from shapecheck.lint.dependencies import TrackedProject

            root = configuration.root
            roots = (root, os.path.join(root, "src")) if root else ()
            project = self._projects[configuration] = TrackedProject(roots, dict(configuration.inputs))
        return project

    def _cache(self, configuration: Configuration) -> Cache | None:
        if not self._cached:
            return None
        cache = self._caches.get(configuration)
        if cache is None:
            from shapecheck.lint.cache import Cache

            cache = self._caches[configuration] = Cache(configuration.root or os.getcwd(), configuration)
        return cache


def _respecting_other_files(outcome: FileOutcome, project: TrackedProject) -> FileOutcome:
    """Without the findings in imported files that a comment there silences."""
    kept: list[Diagnostic] = []
    silenced: list[tuple[str, int]] = []
    for diagnostic in outcome.diagnostics:
        path = split_cell(diagnostic.span.path)[0]
        source = None if path == outcome.path else project.source(path, "")
        lines = [] if source is None else silencing(read_suppressions(path, source.text), diagnostic)
        if lines:
            silenced += [(path, line) for line in lines]
        else:
            kept.append(diagnostic)
    return outcome._replace(diagnostics=tuple(kept), silenced=tuple(silenced))


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file, cell and place, then code. A mistake is said once for a place, a revealed shape once for each
    shape.
    """
    unique: dict[Any, Diagnostic] = {}
    for diagnostic in diagnostics:
        shape = diagnostic.message if diagnostic.code == "SHP901" else ""
        unique.setdefault((diagnostic.code, diagnostic.span, shape), diagnostic)
    return tuple(sorted(unique.values(), key=_order))


def _order(diagnostic: Diagnostic) -> tuple[Any, ...]:
    span = diagnostic.span
    path, cell = split_cell(span.path)
    return (
        path,
        cell or 0,
        span.line,
        span.column,
        diagnostic.code,
        diagnostic.message,
        span.end_line,
        span.end_column,
    )


def crashed(path: str, error: BaseException) -> FileOutcome:
    """A crash of ours as a finding, with the place in our code that a report of it needs."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = ""
    if frame is not None:
        code = frame.tb_frame.f_code
        folder, name = os.path.split(code.co_filename)
        where = f" in {os.path.basename(folder)}/{name}:{frame.tb_lineno} ({code.co_name})"
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    message = f"shapecheck failed on this file: {said}{where}"
    help = ("this is a bug in shapecheck: please report it together with the file",)
    return FileOutcome(
        path, (finding("SHP000", message, path, 1, help=help),), Covered(files=1), crashed=True
    )
