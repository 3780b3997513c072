"""Literate cases: Markdown whose Python blocks say in comments what the analysis must find, and nothing else.

`# error: [SHP101]` marks a line where exactly this cannot work; `# reveal: (2, 3, h, w)` what `reveal_shape` on that
line must see ("?" where the shape is unknown). A block whose fence says `run` is also executed in the real framework.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

from shapecheck.interpret import Project, Source, analyse

CASES = Path(__file__).parent / "cases"
_BLOCK = re.compile(r"^```python(?P<flags>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_ERROR = re.compile(r"# error: \[(SHP\d{3})\]")
_REVEAL = re.compile(r"# reveal: (.+)$")


class Case(NamedTuple):
    """One block: its name, its text, whether it runs, and what it must give by line."""

    name: str
    text: str
    runs: bool
    errors: set[tuple[int, str]]
    reveals: dict[int, list[str]]


def cases() -> list[Case]:
    """Every block of every file, named by the heading above it."""
    found = []
    for path in sorted(CASES.glob("*.md")):
        document = path.read_text(encoding="utf-8")
        for block in _BLOCK.finditer(document):
            headings = re.findall(r"^#+ (.+)$", document[: block.start()], re.MULTILINE)
            text = block["text"]
            rows = list(enumerate(text.splitlines(), start=1))
            errors = {(line, code) for line, row in rows for code in _ERROR.findall(row)}
            reveals = {line: match[1].split(" | ") for line, row in rows if (match := _REVEAL.search(row))}
            name = f"{path.stem}: {headings[-1]}"
            if any(case.name == name for case in found):
                name = f"{name} ({block.start()})"
            found.append(Case(name, text, "run" in block["flags"], errors, reveals))
    return found


def analysed(text: str) -> tuple[set[tuple[int, str]], dict[int, list[str]]]:
    """What the analysis finds in a text: (line, code) of what cannot work, and what was revealed by line."""
    analysis = analyse(Source("case.py", text, ast.parse(text)), Project())
    errors: set[tuple[int, str]] = set()
    reveals: dict[int, list[str]] = {}
    for event in analysis.events:
        kind = type(event).__name__
        if kind == "Applied" and event.failed is not None:
            errors.add((event.span.line, event.failed.code))
        elif kind == "Mistake":
            errors.add((event.span.line, event.code))
        elif kind == "Revealed":
            reveals.setdefault(event.span.line, []).append(shown(event.value))
    return errors, reveals


def shown(value: object) -> str:
    """A revealed value as the comments write it."""
    if value is None:
        return "?"
    if isinstance(value, tuple):
        return f"[{', '.join(shown(entry) for entry in value)}]"
    shape = getattr(value, "shape", None)
    return "?" if shape is None else str(shape)
