"""Places in source text: lines and columns count from 1, columns in code points, ends exclusive."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of source text."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Edit(NamedTuple):
    """Replace what the span covers by `text`."""

    span: Span
    text: str


class Related(NamedTuple):
    """Another place that explains a diagnostic, such as where a number came from."""

    span: Span
    message: str


class Fix(NamedTuple):
    """A change that mends the mistake; a safe one cannot alter what correct code does."""

    description: str
    edits: tuple[Edit, ...]
    safe: bool = False


_CELL = ".ipynb:cell "


def split_cell(path: str) -> tuple[str, int | None]:
    """A span's path as file and notebook cell: "nb.ipynb:cell 3" is ("nb.ipynb", 3), any other path has no
    cell.
    """
    head, mark, number = path.rpartition(_CELL)
    if mark and number.isdigit():
        return f"{head}.ipynb", int(number)
    return path, None
