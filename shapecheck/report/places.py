"""How places are shown: paths relative to where the user stands, notebook cells, and the lines of source behind them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CELL = ".ipynb:cell "


def split_cell(path: str) -> tuple[str, int | None]:
    """A span's path as file and cell: "nb.ipynb:cell 3" is ("nb.ipynb", 3)."""
    head, mark, number = path.rpartition(CELL)
    if mark and number.isdigit():
        return f"{head}.ipynb", int(number)
    return path, None


def shown_path(path: str, base: str) -> str:
    """The path from `base` when the file lies below it, else as it is; always with forward slashes."""
    if path.startswith(base.rstrip(os.sep) + os.sep):
        path = path[len(base.rstrip(os.sep)) + 1 :]
    return path.replace(os.sep, "/")


class Lines:
    """The source lines of files, read when they are first shown; `read` gives a file's text, or None."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._known: dict[str, list[str]] = {}

    def line(self, path: str, number: int) -> str | None:
        """The line without its end, None when the file has no such line any more."""
        lines = self._known.get(path)
        if lines is None:
            text = self._read(path)
            lines = self._known[path] = [] if text is None else text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else None
