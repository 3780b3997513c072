"""What linting gave: per file the findings and how much was understood, and all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapecheck.diagnostics.diagnostic import Diagnostic


class Covered(NamedTuple):
    """How much of some files was understood: counts of places in the source, and the reasons for the rest."""

    files: int = 0
    lines: int = 0
    models: int = 0
    operations: int = 0
    understood: int = 0
    shapes_known: int = 0
    unknown: tuple[tuple[str, int], ...] = ()

    def plus(self, other: Covered) -> Covered:
        """Both together."""
        reasons = dict(self.unknown)
        for reason, count in other.unknown:
            reasons[reason] = reasons.get(reason, 0) + count
        return Covered(
            self.files + other.files,
            self.lines + other.lines,
            self.models + other.models,
            self.operations + other.operations,
            self.understood + other.understood,
            self.shapes_known + other.shapes_known,
            tuple(sorted(reasons.items(), key=lambda row: (-row[1], row[0]))),
        )


class FileOutcome(NamedTuple):
    """One file's findings, in the order of their places; `path` is absolute, or what standard input is
    called.

    `crashed` says that shapecheck failed on it, `skipped` that it has nothing to do with tensors. `silenced`
    are the lines of other files whose suppressions kept a finding of this one quiet: they are not unused.
    """

    path: str
    diagnostics: tuple[Diagnostic, ...]
    covered: Covered
    crashed: bool = False
    skipped: bool = False
    silenced: tuple[tuple[str, int], ...] = ()


class Outcome(NamedTuple):
    """Everything one run found, ordered by path, line and column."""

    diagnostics: tuple[Diagnostic, ...]
    covered: Covered
    crashed: bool
    seconds: float

    @property
    def found(self) -> bool:
        """True when anything but notes was found."""
        return any(diagnostic.severity != "note" for diagnostic in self.diagnostics)
