"""What was covered, in words: silence never means valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecheck.lint.outcome import Covered, Outcome

_REASONS_SHOWN = 3


def sentences(outcome: Outcome) -> list[str]:
    """The closing lines of a text report: what was found, what was covered, what was not understood most."""
    covered = outcome.covered
    lines = [f"{_found(outcome)}; {_covered(covered)}"]
    if covered.unknown:
        most = ", ".join(f"{reason} ({count})" for reason, count in covered.unknown[:_REASONS_SHOWN])
        more = ", …" if len(covered.unknown) > _REASONS_SHOWN else ""
        lines.append(f"not understood: {most}{more}")
    return lines


def _found(outcome: Outcome) -> str:
    counts = {"error": 0, "warning": 0, "note": 0}
    for diagnostic in outcome.diagnostics:
        counts[diagnostic.severity] += 1
    said = [_many(count, severity) for severity, count in counts.items() if count]
    return ", ".join(said) if said else "nothing found"


def _covered(covered: Covered) -> str:
    if covered.files == 0:
        return "no Python files"
    if covered.operations == 0:
        return f"no tensor operation was recognised in {_many(covered.files, 'file')}"
    return (
        f"{covered.understood} of {_many(covered.operations, 'operation')} understood "
        f"in {_many(covered.models, 'model')}"
    )


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def table(outcome: Outcome) -> str:
    """All counts, one a line, and every reason why an operation was not understood."""
    covered = outcome.covered
    seconds = max(outcome.seconds, 1e-9)
    rows = [
        ("files", f"{covered.files:,}"),
        ("lines", f"{covered.lines:,} ({covered.lines / seconds:,.0f} a second)"),
        ("models", f"{covered.models:,}"),
        ("operations", f"{covered.operations:,}"),
        ("understood", _share(covered.understood, covered.operations)),
        ("shapes known", _share(covered.shapes_known, covered.operations)),
        ("seconds", f"{outcome.seconds:.2f}"),
    ]
    text = "\n" + "".join(f"{name:14}{value}\n" for name, value in rows)
    if covered.unknown:
        text += "\nnot understood\n" + "".join(f"{count:8,}  {reason}\n" for reason, count in covered.unknown)
    return text


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.0%})" if whole else f"{part:,}"
