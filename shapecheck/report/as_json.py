"""Findings as JSON: one array, sorted by path, line and column; with statistics an object around it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shapecheck.diagnostics.span import split_cell
from shapecheck.report.places import shown_path

if TYPE_CHECKING:
    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.diagnostics.span import Span
    from shapecheck.lint.outcome import Outcome


def render(outcome: Outcome, *, base: str, stats: bool = False) -> str:
    """The whole report, one line a finding."""
    rows = [json.dumps(record(diagnostic, base), ensure_ascii=False) for diagnostic in outcome.diagnostics]
    array = "[\n  " + ",\n  ".join(rows) + "\n]" if rows else "[]"
    if not stats:
        return array + "\n"
    return f'{{"diagnostics": {array},\n"stats": {json.dumps(statistics(outcome))}}}\n'


def statistics(outcome: Outcome) -> dict[str, Any]:
    """Counts over all files, and why operations were not understood, most frequent first."""
    covered = outcome.covered
    return {
        "files": covered.files,
        "lines": covered.lines,
        "models": covered.models,
        "operations": covered.operations,
        "understood": covered.understood,
        "shapes_known": covered.shapes_known,
        "seconds": round(outcome.seconds, 3),
        "not_understood": dict(covered.unknown),
    }


def record(diagnostic: Diagnostic, base: str) -> dict[str, Any]:
    """One finding. In a notebook `path` is the file, `cell` its code cell, and lines count within it."""
    fix = diagnostic.fix
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place(diagnostic.span, base),
        "related": [{**_start(place.span, base), "message": place.message} for place in diagnostic.related],
        "help": list(diagnostic.help),
        "fix": None
        if fix is None
        else {
            "safe": fix.safe,
            "description": fix.description,
            "edits": [{**_place(edit.span, base), "text": edit.text} for edit in fix.edits],
        },
        "data": diagnostic.data,
    }


def _start(span: Span, base: str) -> dict[str, Any]:
    path, cell = split_cell(span.path)
    place: dict[str, Any] = {"path": shown_path(path, base)}
    if cell is not None:
        place["cell"] = cell
    return {**place, "line": span.line, "column": span.column}


def _place(span: Span, base: str) -> dict[str, Any]:
    return {**_start(span, base), "end_line": span.end_line, "end_column": span.end_column}
