"""Findings as GitHub Actions commands, which become annotations on the changed lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.span import split_cell
from shapecheck.report.coverage import sentences
from shapecheck.report.places import shown_path

if TYPE_CHECKING:
    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.lint.outcome import Outcome

_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def render(outcome: Outcome, *, base: str) -> str:
    """One command a finding, then what was covered, for the log."""
    return (
        "\n".join([*(command(diagnostic, base) for diagnostic in outcome.diagnostics), *sentences(outcome)])
        + "\n"
    )


def command(diagnostic: Diagnostic, base: str) -> str:
    """One finding. GitHub cannot point into a notebook, so that the message says which cell and line."""
    span = diagnostic.span
    path, cell = split_cell(span.path)
    text = "\n".join([diagnostic.message, *(f"help: {line}" for line in diagnostic.help)])
    properties = {"title": f"{diagnostic.code} {diagnostic.name}", "file": shown_path(path, base)}
    if cell is None:
        properties["line"] = str(span.line)
        properties["endLine"] = str(span.end_line)
        if span.line == span.end_line:  # GitHub ignores columns of longer stretches
            properties["col"] = str(span.column)
            properties["endColumn"] = str(span.end_column)
    else:
        text = f"cell {cell}, line {span.line}: {text}"
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_LEVELS[diagnostic.severity]} {shown}::{_message(text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
