"""The page of each rule, read from the docstring of its module without importing it.

Every page has the same headings: what it does, why it is bad (or useful), an example, and what to use
instead.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from shapecheck.diagnostics.codes import BY_NAME, CODES
from shapecheck.lint.rules import module_name

if TYPE_CHECKING:
    from shapecheck.diagnostics.codes import Code

HEADINGS = (
    ("What it does",),
    ("Why is this bad?", "Why is it useful?"),
    ("Example",),
    ("Use instead",),
)  # in this order, one of each


class Page(NamedTuple):
    """One rule's page: its registered row, its first sentence, and the text below each heading."""

    code: Code
    summary: str
    sections: dict[str, str]

    @property
    def markdown(self) -> str:
        """The whole page."""
        parts = [f"# {self.code.name} ({self.code.code})", self.summary, f"Severity: {self.code.severity}."]
        parts += [f"## {heading}\n\n{text}" for heading, text in self.sections.items()]
        return "\n\n".join(parts) + "\n"

    def example(self, heading: str) -> str:
        """The Python below a heading, without its fence."""
        return self.sections[heading].partition("```python\n")[2].partition("```")[0]


def find(name: str) -> Code | None:
    """The code with this number or rule name, in any case."""
    return CODES.get(name.upper()) or BY_NAME.get(name.lower())


def page(code: str) -> Page:
    """The page of a registered code."""
    # Reading the source rather than `__doc__` works under -OO too and imports no rule.
    from importlib.util import find_spec

    spec = find_spec(module_name(code))
    if spec is None or spec.origin is None:
        raise LookupError(f"{code} has no page: write {module_name(code)}")
    with open(spec.origin, encoding="utf-8") as file:
        text = ast.get_docstring(ast.parse(file.read())) or ""
    summary, *sections = text.split("\n## ")
    titled = (section.partition("\n") for section in sections)
    return Page(CODES[code], summary.strip(), {heading: body.strip() for heading, _, body in titled})
