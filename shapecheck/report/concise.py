"""Findings as text, one line each: path:line:column: CODE message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.report.coverage import sentences
from shapecheck.report.places import shown_path

if TYPE_CHECKING:
    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.lint.outcome import Outcome
    from shapecheck.report.colors import Paint


def render(outcome: Outcome, paint: Paint, *, base: str) -> str:
    """The whole report; it ends with what was covered."""
    rows = [line(diagnostic, paint, base) for diagnostic in outcome.diagnostics]
    return "\n".join([*rows, *sentences(outcome)]) + "\n"


def line(diagnostic: Diagnostic, paint: Paint, base: str) -> str:
    """One finding."""
    span = diagnostic.span
    place = f"{shown_path(span.path, base)}:{span.line}:{span.column}"
    message = diagnostic.message.partition("\n")[0]  # the rest of a longer one points into its text
    return f"{place}: {paint(diagnostic.code, diagnostic.severity)} {message}"
