"""docs/ops.md: every operator with its formula run on symbols, its codes and how the frameworks spell it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docs.catalogue import FAMILIES
from docs.spelled import operators_by_spelling
from shapecheck.algebra import Shape
from shapecheck.ops.apply import apply

if TYPE_CHECKING:
    from docs.catalogue import Entry

HEAD = """\
# Operators

Generated from the operators themselves (`make generate`): each formula below is the one rule that linter, tables and
tests read, run on symbols. Shapes are canonical, channels first; a dialect permutes where a framework keeps channels
last. *Needs* are what the symbols must meet beyond being at least 1; the codes are the mistakes that the operator can
report.
"""


def page() -> str:
    """One section for each family, one entry for each operator."""
    spelled: dict[str, list[str]] = {}
    for name, op in sorted(operators_by_spelling().items()):
        spelled.setdefault(op, []).append(name)
    sections = [HEAD]
    for family, entries in FAMILIES.items():
        sections.append(f"\n## {family}\n")
        sections += [_entry(entry, spelled.get(type(entry.op).__name__, [])) for entry in entries]
    return "".join(sections)


def _entry(entry: Entry, names: list[str]) -> str:
    op, shapes = entry.op, entry.shapes
    outcome = apply(op, *shapes)
    summary = " ".join((type(op).__doc__ or "").split("\n\n")[0].split())
    made = re.sub(r"Dim\('([^']*)'\)", r"\1", repr(op))  # a reader of formulas wants filters=f
    lines = [f"\n### {type(op).__name__}\n\n{summary}\n", f"\n`{made}`\n", "\n```"]
    lines.append(f"\n{', '.join(map(str, shapes))} → {_shown(outcome.out)}")
    if outcome.open:
        lines.append("\nneeds    " + ", ".join(str(need.claim) for need in outcome.open))
    built = op.built_for(*shapes)
    weights = {**built.weights(*shapes), **built.states(*shapes)}
    if weights:
        lines.append("\nweights  " + ", ".join(f"{name} {shape}" for name, shape in weights.items()))
    if (macs := op.macs(*shapes)) != 0:
        lines.append(f"\nmacs     {macs}")
    lines.append("\n```\n")
    if op.codes:
        lines.append("\nCodes: " + ", ".join(f"[{code}](rules.md)" for code in op.codes) + "\n")
    if names:
        lines.append("\nSpelled: " + ", ".join(f"`{name}`" for name in names) + "\n")
    return "".join(lines)


def _shown(out: Any) -> str:
    if isinstance(out, Shape):
        return str(out)
    return ", ".join(_shown(part) if isinstance(part, Shape) else f"({_shown(part)})" for part in out)
