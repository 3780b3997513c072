"""One file from bytes to findings: decode, parse, analyse, read the events, suppress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.codes import CODES
from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.span import Span
from shapecheck.lint.outcome import Covered, FileOutcome
from shapecheck.lint.relevance import mentions_framework
from shapecheck.lint.sources import MAX_BYTES, MAX_LINES, Unreadable, decode
from shapecheck.lint.suppressions import apply as apply_suppressions
from shapecheck.lint.suppressions import read as read_suppressions

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable
    from typing import Any

    from shapecheck.lint.notebooks import Notebook
    from shapecheck.lint.suppressions import Suppressions


class Unparsable(Exception):  # what the file is
    """Why a file could not be parsed, as the finding to show for it."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


def check_bytes(
    path: str, data: bytes, project: Any, *, explicit: bool, enabled: Callable[[str], bool]
) -> FileOutcome:
    """Findings of one file whose codes are `enabled`; an `explicit` file is parsed whatever it holds."""
    relevant = mentions_framework(data)
    lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    covered = Covered(files=1, lines=lines)
    if not explicit and not relevant:
        return FileOutcome(path, (), covered, skipped=True)
    if len(data) > MAX_BYTES or lines > MAX_LINES:
        size = f"more than {MAX_BYTES:,} bytes" if len(data) > MAX_BYTES else f"{lines:,} lines"
        message = (
            f"not analysed: the file has {size}; the limits are {MAX_LINES:,} lines and {MAX_BYTES:,} bytes"
        )
        notes = [finding("SHP902", message, path, 1)] if relevant else []
        return FileOutcome(path, _wanted(notes, enabled), covered, skipped=not relevant)
    try:
        if path.endswith(".ipynb"):
            return _check_notebook(path, data, project, relevant, enabled)
        text = decode(data)
    except Unreadable as error:
        return FileOutcome(path, _wanted([finding("SHP002", str(error), path, error.line)], enabled), covered)
    suppressions = read_suppressions(path, text)
    if suppressions.skips_file:
        return FileOutcome(path, (), covered, skipped=True)
    found: list[Diagnostic] = []
    try:
        tree = parse(path, text)
        if relevant:
            found, understood = _analyse(path, text, tree, project)
            covered = understood._replace(lines=lines)
    except Unparsable as error:
        found.append(error.finding)
    return FileOutcome(
        path, _settled(suppressions, found, enabled), covered, skipped=not relevant and not found
    )


def _check_notebook(
    path: str, data: bytes, project: Any, relevant: bool, enabled: Callable[[str], bool]
) -> FileOutcome:
    whole, notebook, tree, broken = parse_notebook(path, data)
    found, covered = broken, Covered(files=1)
    if relevant:
        seen, covered = _analyse(path, notebook.text, tree, project)
        found = [*broken, *seen]
    settled = _settled(read_suppressions(path, whole.text), found, enabled)
    lines = whole.text.count("\n") + 1 if whole.starts else 0
    return FileOutcome(path, tuple(whole.placed(one) for one in settled), covered._replace(lines=lines))


def parse_notebook(path: str, data: bytes) -> tuple[Notebook, Notebook, ast.Module, list[Diagnostic]]:
    """The notebook, the part of it that is Python, the tree of that part, and what is wrong with the other cells."""
    from shapecheck.lint import notebooks

    whole = notebook = notebooks.read(path, data)
    broken: list[Diagnostic] = []
    try:
        return whole, notebook, parse(path, notebook.text), broken
    except Unparsable:
        # One cell that is no Python says nothing about the others: each is asked, and the bad ones are left
        # out.
        for cell, start in enumerate(notebook.starts, 1):
            try:
                parse(path, "\n" * (start - 1) + notebook.cell_text(cell))
            except Unparsable as error:
                if not notebooks.is_shifted(notebook.cell_text(cell)):
                    broken.append(error.finding)
                notebook = notebook.without(cell)
        return whole, notebook, parse(path, notebook.text), broken


def _settled(
    suppressions: Suppressions, found: list[Diagnostic], enabled: Callable[[str], bool]
) -> tuple[Diagnostic, ...]:
    """What is left after configuration and suppression comments."""
    wanted = _wanted(found, enabled)
    return (
        tuple(apply_suppressions(suppressions, wanted, enabled=enabled))
        if suppressions.says_anything
        else wanted
    )


def _wanted(found: Iterable[Diagnostic], enabled: Callable[[str], bool]) -> tuple[Diagnostic, ...]:
    return tuple(one for one in found if enabled(one.code))


def parse(path: str, text: str) -> ast.Module:
    """The syntax tree. Raises Unparsable with SHP001, or SHP902 where Python's own parser gives up."""
    import ast
    import warnings

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


def _syntax_finding(path: str, text: str, error: SyntaxError) -> Diagnostic:
    last = text.count("\n") + 1
    line = min(max(error.lineno or 1, 1), last)
    column = max(error.offset or 1, 1)
    end_line = error.end_lineno or line
    end_column = error.end_offset or column + 1
    if (end_line, end_column) <= (line, column):
        end_line, end_column = line, column + 1
    message = error.msg[:1].lower() + error.msg[1:] if error.msg else "invalid syntax"
    return _at("SHP001", message, Span(path, line, column, end_line, end_column), _newer(text))


def _newer(text: str) -> list[str]:
    """What to know about a text that only the Python that runs this cannot read."""
    import sys

    from shapecheck.lint.newer_syntax import is_newer

    if sys.version_info >= (3, 12) or not is_newer(text):
        return []
    running = ".".join(map(str, sys.version_info[:2]))
    return [f"valid from Python 3.12 on; shapecheck reads with the Python that runs it ({running})"]


def _analyse(path: str, text: str, tree: ast.Module, project: Any) -> tuple[list[Diagnostic], Covered]:
    from shapecheck.interpret import Source, analyse
    from shapecheck.lint.rules import diagnostics_of

    try:
        analysis = analyse(Source(path, text, tree), project)
        found = list(diagnostics_of(analysis.events))
    except RecursionError:
        message = "not analysed: the code nests too deeply"
        return [finding("SHP902", message, path, 1)], Covered(files=1)
    coverage = analysis.coverage
    if coverage.operations and not coverage.understood:
        many = (
            "its only tensor operation"
            if coverage.operations == 1
            else f"its {coverage.operations} tensor operations"
        )
        message = f"nothing is known about this file: {many} could not be understood"
        found.append(finding("SHP004", message, path, 1, help=_reasons(coverage.unknown)))
    return found, _covered(coverage)


def _reasons(unknown: dict[str, int]) -> list[str]:
    most = sorted(unknown.items(), key=lambda row: (-row[1], row[0]))[:3]
    return [f"not understood: {', '.join(f'{reason} ({count})' for reason, count in most)}"] if most else []


def _covered(coverage: Any) -> Covered:
    return Covered(
        files=1,
        models=coverage.models,
        operations=coverage.operations,
        understood=coverage.understood,
        shapes_known=coverage.shapes_known,
        unknown=tuple(sorted(coverage.unknown.items(), key=lambda row: (-row[1], row[0]))),
    )


def finding(code: str, message: str, path: str, line: int, *, help: Iterable[str] = ()) -> Diagnostic:
    """A finding about a whole line."""
    return _at(code, message, Span(path, line, 1, line, 1), help)


def _at(code: str, message: str, span: Span, help: Iterable[str] = ()) -> Diagnostic:
    registered = CODES[code]
    return Diagnostic(code, registered.name, registered.severity, message, span, help=tuple(help))
