"""`shapecheck explain`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from shapecheck.cli import fail
from shapecheck.diagnostics.codes import CODES
from shapecheck.report.colors import paint_for

if TYPE_CHECKING:
    from shapecheck.report.colors import Paint


def run(arguments: Any) -> int:
    """Print one rule's page, or one line for each rule."""
    from shapecheck.lint.rules.pages import find, page

    paint = paint_for(sys.stdout)
    if arguments.code is None:
        sys.stdout.write(_listed(paint))
        return 0
    code = find(arguments.code)
    if code is None:
        return fail(f"{arguments.code!r} is no code or rule of shapecheck (shapecheck explain lists them)")
    sys.stdout.write(_painted(page(code.code).markdown, paint))
    return 0


def _listed(paint: Paint) -> str:
    width = max(len(code.name) for code in CODES.values())
    rows = [
        f"{paint(code.code, code.severity)}  {code.name.ljust(width)}  {code.summary}"
        for code in CODES.values()
    ]
    return "\n".join(rows) + "\n"


def _painted(markdown: str, paint: Paint) -> str:
    lines = [paint(line, "strong") if line.startswith("#") else line for line in markdown.split("\n")]
    return "\n".join(lines)
