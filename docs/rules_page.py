"""docs/rules.md: every code with the page that `shapecheck explain` prints."""

from __future__ import annotations

from shapecheck.diagnostics.codes import CODES
from shapecheck.lint.rules.pages import page as rule_page

HEAD = """\
# Rules

Generated from the rules themselves (`make generate`). `shapecheck explain CODE` prints the same page in a terminal.
A finding of severity *error* is proven: it fails for every input that is consistent with what the source says on its
path.

| code | rule | severity | what it says |
|---|---|---|---|
"""


def page() -> str:
    """The table of all codes, then their pages."""
    rows = "".join(
        f"| [{code.code}](#{code.name}) | {code.name} | {code.severity} | {code.summary} |\n"
        for code in CODES.values()
    )
    return HEAD + rows + "".join(_section(code) for code in CODES)


def _section(code: str) -> str:
    found = rule_page(code)
    parts = [f"\n## {found.code.name}\n\n`{found.code.code}` · {found.code.severity}\n\n{found.summary}\n"]
    parts += [f"\n### {heading}\n\n{text}\n" for heading, text in found.sections.items()]
    return "".join(parts)
