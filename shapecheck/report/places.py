"""How places are shown: paths relative to where the user stands, and the lines of source behind them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecheck.diagnostics.span import split_cell

if TYPE_CHECKING:
    from collections.abc import Mapping


def shown_path(path: str, base: str) -> str:
    """The path from `base` when the file lies below it, else as it is; always with forward slashes."""
    if path.startswith(base.rstrip(os.sep) + os.sep):
        path = path[len(base.rstrip(os.sep)) + 1 :]
    return path.replace(os.sep, "/")


class Lines:
    """The source lines of files and notebook cells, read when they are first shown; `texts` holds unsaved
    contents.
    """

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self._texts = texts
        self._known: dict[str, list[str]] = {}

    def line(self, path: str, number: int) -> str | None:
        """The line without its end, None when there is no such line (any more)."""
        lines = self._known.get(path)
        if lines is None:
            lines = self._known[path] = self._read(path)
        return lines[number - 1] if 0 < number <= len(lines) else None

    def _read(self, path: str) -> list[str]:
        from shapecheck.lint.sources import Unreadable, decode, read_bytes

        name, cell = split_cell(path)
        try:
            data = self._texts[name] if name in self._texts else read_bytes(name)
            if cell is None:
                return decode(data).split("\n")
            from shapecheck.lint.notebooks import cell_sources, load

            sources = cell_sources(load(data))
        except Unreadable:
            return []
        return sources[cell - 1].split("\n") if cell <= len(sources) else []
