"""Applying edits to text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.diagnostics.span import Edit, Span


def overlap(left: Span, right: Span) -> bool:
    """Whether two spans of one file share a place; two insertions at the same place do."""
    if left[1:3] == right[1:3]:
        return True
    first, second = sorted((left, right), key=lambda span: span[1:3])
    return second[1:3] < first[3:5]


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made, which must not overlap. Lines end with a newline."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for edit in sorted(set(edits), key=lambda edit: edit.span[1:3], reverse=True):
        start = _offset(starts, text, edit.span.line, edit.span.column)
        end = _offset(starts, text, edit.span.end_line, edit.span.end_column)
        text = text[:start] + edit.text + text[end:]
    return text


def _offset(starts: list[int], text: str, line: int, column: int) -> int:
    if not 0 < line < len(starts):
        return len(text)
    return min(starts[line - 1] + column - 1, len(text))
