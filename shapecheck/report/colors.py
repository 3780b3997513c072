"""Colours for a terminal, or none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    Paint = Callable[[str, str], str]

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "help": "1;32",
    "gutter": "1;34",
    "strong": "1",
}


def plain(text: str, style: str) -> str:
    """The text as it is."""
    return text


def colored(text: str, style: str) -> str:
    """The text in one of the styles: a severity, help, gutter or strong."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def paint_for(stream: TextIO) -> Paint:
    """Colours when the stream is a terminal that has them and NO_COLOR is not set."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return plain
    return colored if stream.isatty() else plain
