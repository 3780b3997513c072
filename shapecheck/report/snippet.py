"""One source line made fit for a terminal: tabs widened, long lines clipped, and marks under the right
columns.
"""

from __future__ import annotations

from typing import NamedTuple

MAX_WIDTH = 120
_TAB = 4
_KEEP_BEFORE = 30


class View(NamedTuple):
    """A line as it is shown; `start` and `end` are the span's terminal cells within `text`, end exclusive."""

    text: str
    start: int
    end: int


class Drawn(NamedTuple):
    """A row of marks: the blanks before it and the marks."""

    pad: str
    sign: str


def clip(source: str, column: int, end_column: int) -> View:
    """The line with its span; a line too long for a terminal is cut around the span, with an ellipsis at each
    cut.
    """
    first = min(max(column - 1, 0), len(source))
    last = min(max(end_column - 1, first), len(source))
    cells = [_cells(character) for character in source]
    low, high = 0, len(source)
    if sum(cells) > MAX_WIDTH:
        low = _cut_before(source, first) if first > MAX_WIDTH - _KEEP_BEFORE else 0
        high = low
        used = 0
        while high < len(source) and used + cells[high] <= MAX_WIDTH:
            used += cells[high]
            high += 1
    last = min(last, high)
    before = "…" if low else ""
    after = "…" if high < len(source) else ""
    text = before + "".join(_shown(character) for character in source[low:high]) + after
    start = len(before) + sum(cells[low:first])
    return View(text, start, start + sum(cells[first:last]))


def underline(view: View, sign: str, *, more: bool = False) -> Drawn:
    """Marks under the span, at least one; `more` says that the span goes on below."""
    return Drawn(" " * view.start, sign * max(view.end - view.start, 1) + ("…" if more else ""))


def _cut_before(source: str, first: int) -> int:
    """Where to start a clipped line: some way before the span."""
    return max(first - _KEEP_BEFORE, 0)


def _cells(character: str) -> int:
    if character == "\t":
        return _TAB
    if character < "\u0300":
        return 1
    # Only lines with such characters pay for the table.
    from unicodedata import combining, east_asian_width

    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _shown(character: str) -> str:
    if character == "\t":
        return " " * _TAB
    return character if character.isprintable() or character == " " else "�"
