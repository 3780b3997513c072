"""One file from bytes to findings: decode, parse, analyse, read the events, suppress."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from shapecheck.diagnostics.codes import CODES
from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.span import Span
from shapecheck.lint.outcome import Covered, FileOutcome
from shapecheck.lint.relevance import mentions_framework
from shapecheck.lint.sources import MAX_BYTES, MAX_LINES, Unreadable, decode

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable
    from typing import Any


class Unparsable(Exception):
    """Why a file could not be parsed, as the finding to show for it."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


def check_bytes(path: str, data: bytes, project: Any, *, explicit: bool = True) -> FileOutcome:
    """Findings of one file, not yet filtered by configuration; `explicit` files are parsed whatever they hold."""
    if not explicit and not mentions_framework(data):
        return FileOutcome(path, (), Covered(files=1, lines=_count_lines(data)), skipped=True)
    if len(data) > MAX_BYTES or data.count(b"\n") > MAX_LINES:
        return _unanalysed(path, data)
    try:
        text = decode(data)
    except Unreadable as error:
        return FileOutcome(path, (finding("SHP002", str(error), path, error.line),), Covered(files=1))
    return check_text(path, text, project, relevant=mentions_framework(data))


def check_text(path: str, text: str, project: Any, *, relevant: bool = True) -> FileOutcome:
    """Findings of one decoded file."""
    try:
        tree = parse(path, text)
    except Unparsable as error:
        return FileOutcome(path, (error.finding,), Covered(files=1, lines=text.count("\n") + 1))
    lines = _count_lines(text.encode())
    if not relevant:
        return FileOutcome(path, (), Covered(files=1, lines=lines), skipped=True)
    return _analyse(path, text, tree, project)


def parse(path: str, text: str) -> ast.Module:
    """The syntax tree. Raises Unparsable with SHP001, or SHP902 where Python's own parser gives up."""
    import ast
    import warnings

    enabled = gc.isenabled()
    gc.disable()  # the tree is one large live object: collections during its construction find nothing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes and the like are not about shapes
            return ast.parse(text, filename=path)
    except SyntaxError as error:
        raise Unparsable(_syntax_finding(path, text, error)) from error
    except (RecursionError, MemoryError) as error:
        message = "the code nests too deeply for Python's parser: not analysed"
        raise Unparsable(finding("SHP902", message, path, 1)) from error
    except ValueError as error:
        raise Unparsable(finding("SHP002", f"the file is no Python text: {error}", path, 1)) from error
    finally:
        if enabled:
            gc.enable()


def _syntax_finding(path: str, text: str, error: SyntaxError) -> Diagnostic:
    last = text.count("\n") + 1
    line = min(max(error.lineno or 1, 1), last)
    column = max(error.offset or 1, 1)
    end_line = error.end_lineno or line
    end_column = error.end_offset or column + 1
    if (end_line, end_column) <= (line, column):
        end_line, end_column = line, column + 1
    message = error.msg[:1].lower() + error.msg[1:] if error.msg else "invalid syntax"
    return _at("SHP001", message, Span(path, line, column, end_line, end_column))


def _unanalysed(path: str, data: bytes) -> FileOutcome:
    lines = _count_lines(data)
    message = (
        f"not analysed: {lines:,} lines, {len(data):,} bytes; the limits are {MAX_LINES:,} and {MAX_BYTES:,}"
    )
    return FileOutcome(path, (finding("SHP902", message, path, 1),), Covered(files=1, lines=lines))


def _analyse(path: str, text: str, tree: ast.Module, project: Any) -> FileOutcome:
    from shapecheck.interpret import Source, analyse
    from shapecheck.lint.rules import diagnostics_of

    source = Source(path, text, tree)
    try:
        analysis = analyse(source, project)
        found = tuple(diagnostics_of(analysis.events))
    except RecursionError:
        message = "the code nests too deeply for the analysis: not analysed"
        return FileOutcome(
            path, (finding("SHP902", message, path, 1),), Covered(files=1, lines=_lines_in(text))
        )
    return FileOutcome(path, found, _covered(analysis.coverage, _lines_in(text)))


def _covered(coverage: Any, lines: int) -> Covered:
    reasons = tuple(sorted(coverage.unknown.items(), key=lambda row: (-row[1], row[0])))
    return Covered(
        files=1,
        lines=lines,
        models=coverage.models,
        operations=coverage.operations,
        understood=coverage.understood,
        shapes_known=coverage.shapes_known,
        unknown=reasons,
    )


def _count_lines(data: bytes) -> int:
    return data.count(b"\n") + (not data.endswith(b"\n") and bool(data))


def _lines_in(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n") and bool(text))


def finding(code: str, message: str, path: str, line: int, *, help: Iterable[str] = ()) -> Diagnostic:
    """A finding about a whole line."""
    return _at(code, message, Span(path, line, 1, line, 1), help)


def _at(code: str, message: str, span: Span, help: Iterable[str] = ()) -> Diagnostic:
    registered = CODES[code]
    return Diagnostic(code, registered.name, registered.severity, message, span, help=tuple(help))
