"""Findings as SARIF 2.1.0, for code scanning services and editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import shapecheck
from shapecheck.diagnostics.codes import CODES
from shapecheck.diagnostics.span import split_cell
from shapecheck.lint.rules.pages import page
from shapecheck.report.as_json import statistics
from shapecheck.report.places import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.diagnostics.span import Edit, Fix, Span
    from shapecheck.lint.outcome import Outcome
    from shapecheck.report.places import Lines

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TAGS = {"0": "tool", "1": "cannot-work", "3": "silent", "9": "note"}


def render(outcome: Outcome, lines: Lines, *, base: str) -> str:
    """The whole log: one run, with the rules that it used."""
    codes = sorted({diagnostic.code for diagnostic in outcome.diagnostics})
    run = {
        "tool": {
            "driver": {
                "name": "shapecheck",
                "semanticVersion": shapecheck.__version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not outcome.crashed}],
        "results": list(_results(outcome.diagnostics, codes, lines, base)),
        "properties": {"coverage": statistics(outcome)},
    }
    return (
        json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _rule(code: str) -> dict[str, Any]:
    registered = CODES[code]
    written = page(code)
    return {
        "id": code,
        "name": registered.name,
        "shortDescription": {"text": written.summary},
        "fullDescription": {"text": written.sections["What it does"]},
        "help": {"text": written.markdown, "markdown": written.markdown},
        "defaultConfiguration": {"level": registered.severity},
        "properties": {
            "tags": ["shapes", _TAGS[code[3]]],
            "precision": "very-high",
            "problem.severity": _problem(code),
        },
    }


def _problem(code: str) -> str:
    severity = CODES[code].severity
    return "recommendation" if severity == "note" else severity


def _results(
    diagnostics: Iterable[Diagnostic], codes: list[str], lines: Lines, base: str
) -> Iterable[dict[str, Any]]:
    seen: dict[str, int] = {}
    for diagnostic in diagnostics:
        text = (lines.line(diagnostic.span.path, diagnostic.span.line) or "").strip()
        identity = f"{diagnostic.code}:{shown_path(diagnostic.span.path, base)}:{text}"
        seen[identity] = seen.get(identity, 0) + 1
        result: dict[str, Any] = {
            "ruleId": diagnostic.code,
            "ruleIndex": codes.index(diagnostic.code),
            "level": diagnostic.severity,
            "message": {"text": _message(diagnostic)},
            "locations": [_location(diagnostic.span, base)],
            "partialFingerprints": {"primaryLocationLineHash": _hash(f"{identity}:{seen[identity]}")},
        }
        if diagnostic.related:
            result["relatedLocations"] = [
                {"id": number, **_location(place.span, base), "message": {"text": place.message}}
                for number, place in enumerate(diagnostic.related, 1)
            ]
        if diagnostic.fix is not None:
            result["fixes"] = [_fix(diagnostic.fix, base)]
        if diagnostic.data:
            result["properties"] = diagnostic.data
        yield result


def _message(diagnostic: Diagnostic) -> str:
    _, cell = split_cell(diagnostic.span.path)
    text = "\n".join([diagnostic.message, *(f"help: {line}" for line in diagnostic.help)])
    return text if cell is None else f"cell {cell}, line {diagnostic.span.line}: {text}"


def _hash(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode(errors="surrogateescape")).hexdigest()[:16]


def _artifact(path: str, base: str) -> dict[str, Any]:
    from urllib.parse import quote

    shown = shown_path(split_cell(path)[0], base)
    uri = quote(shown, errors="surrogateescape")
    if shown.startswith("/"):
        return {"uri": f"file://{uri}"}
    if shown[1:3] == ":/":  # a drive of Windows
        return {"uri": f"file:///{uri}"}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _location(span: Span, base: str) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(span.path, base)}
    _, cell = split_cell(span.path)
    location: dict[str, Any] = {"physicalLocation": place}
    if cell is None:
        place["region"] = _region(span)
    else:  # a line of a cell is no line of the notebook's file
        location["logicalLocations"] = [{"name": f"cell {cell}", "kind": "cell"}]
    return location


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _fix(fix: Fix, base: str) -> dict[str, Any]:
    by_path: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_path.setdefault(edit.span.path, []).append(edit)
    return {
        "description": {"text": fix.description},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path, base),
                "replacements": [
                    {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
                    for edit in edits
                ],
            }
            for path, edits in by_path.items()
        ],
    }
