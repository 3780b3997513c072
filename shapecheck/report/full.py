"""Findings as text with the source lines they are about, in the manner of rustc."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecheck.report.coverage import sentences
from shapecheck.report.places import shown_path
from shapecheck.report.snippet import clip, underline

if TYPE_CHECKING:
    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.diagnostics.span import Span
    from shapecheck.lint.outcome import Outcome
    from shapecheck.report.colors import Paint
    from shapecheck.report.places import Lines


_OPAQUE = "SHP004"
_OPAQUE_SHOWN = 3


class _Mark(NamedTuple):
    span: Span
    label: str
    primary: bool


def render(outcome: Outcome, lines: Lines, paint: Paint, *, base: str) -> str:
    """The whole report; it ends with what was covered."""
    opaque = [diagnostic for diagnostic in outcome.diagnostics if diagnostic.code == _OPAQUE]
    together = [_opaque_files(opaque, base)] if len(opaque) > _OPAQUE_SHOWN else []
    shown = [diagnostic for diagnostic in outcome.diagnostics if not together or diagnostic.code != _OPAQUE]
    blocks = [block(diagnostic, lines, paint, base) for diagnostic in shown]
    return "\n".join([*blocks, *together, *sentences(outcome)]) + "\n"


def _opaque_files(diagnostics: list[Diagnostic], base: str) -> str:
    """Many files of which nothing is known, in one line."""
    names = ", ".join(shown_path(diagnostic.span.path, base) for diagnostic in diagnostics[:_OPAQUE_SHOWN])
    return f"nothing is known about {len(diagnostics)} files: {names}, … (--output-format concise lists them)"


def block(diagnostic: Diagnostic, lines: Lines, paint: Paint, base: str) -> str:
    """One finding, ending with an empty line."""
    span = diagnostic.span
    marks = [_Mark(span, "", True)]
    marks += [_Mark(place.span, place.message, False) for place in diagnostic.related]
    width = len(str(max(mark.span.line for mark in marks)))
    head = paint(f"{diagnostic.severity}[{diagnostic.code}]", diagnostic.severity)
    text = [f"{head}{paint(f': {diagnostic.message}', 'strong')}"]
    for path in dict.fromkeys(mark.span.path for mark in marks):
        own = sorted((mark for mark in marks if mark.span.path == path), key=lambda mark: mark.span[1:3])
        first = next((mark for mark in own if mark.primary), own[0])
        arrow = "-->" if first.primary else ":::"
        place = f"{shown_path(path, base)}:{first.span.line}:{first.span.column}"
        text.append(f"{' ' * width}{paint(arrow, 'gutter')} {place}")
        text += _listing(own, lines, paint, diagnostic.severity, width)
    bar = paint("=", "gutter")
    for line in diagnostic.help:
        text.append(f"{' ' * width} {bar} {paint('help', 'help')}: {line}")
    if diagnostic.fix is not None:
        option = "--fix" if diagnostic.fix.safe else "--fix --unsafe-fixes"
        text.append(f"{' ' * width} {bar} {paint('fix', 'help')}: {diagnostic.fix.description} ({option})")
    return "\n".join(text) + "\n"


def _listing(marks: list[_Mark], lines: Lines, paint: Paint, severity: str, width: int) -> list[str]:
    bar = paint("|", "gutter")
    blank = f"{' ' * width} {bar}"
    text = []
    shown: int | None = None
    for mark in marks:
        whole_file = mark.span[1:3] == mark.span[3:5] == (1, 1)
        source = None if whole_file else lines.line(mark.span.path, mark.span.line)
        if source is None:
            if mark.label:
                text.append(f"{' ' * width} = line {mark.span.line}: {mark.label}")
            continue
        whole = mark.span.end_line > mark.span.line
        end = len(source) + 1 if whole else mark.span.end_column
        view = clip(source, mark.span.column, end)
        if shown != mark.span.line:
            if shown is None:
                text.append(blank)
            elif mark.span.line > shown + 1:
                text.append(paint("...", "gutter"))
            text.append(f"{paint(str(mark.span.line).rjust(width), 'gutter')} {bar} {view.text}".rstrip())
            shown = mark.span.line
        sign = "^" if mark.primary else "-"
        drawn = underline(view, sign, more=whole)
        label = f" {mark.label}" if mark.label else ""
        text.append(f"{blank} {drawn.pad}{paint(drawn.sign + label, severity if mark.primary else 'gutter')}")
    return text
