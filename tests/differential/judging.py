"""The linter's word on a program against what happened when it ran."""

from __future__ import annotations

import ast
from typing import NamedTuple

from shapecheck.lint.engine import Options, lint_text
from tests.differential.mutations import Mutant
from tests.differential.running import Ran

# What is wrong with such a program is no matter of shapes.
OTHER_ERRORS = frozenset(
    ("NameError", "UnboundLocalError", "Lost", "AttributeError", "KeyError", "ZeroDivisionError")
)
# Parts of messages about the layout of memory, types of data, and values.
OTHER_MESSAGES = (
    "view size is not compatible",
    "dtype",
    "index out of range in self",
    "out of bounds.",
    "scalar type",
    "must have the same type",
    "Target",
    "can't convert",
    "probability",
    "NoneType",
    "not implemented for",
    "object is not",
    "object cannot be interpreted",
    "values to unpack",
    "random_ expects",
    "Boolean value of Tensor",
    "created only for scalar",
    "between 0 and 1",
    "list index out of range",
    "Only instances of `keras.Layer`",
    "Please initialize",
    "not connected to",
)
# Errors of type that are about shapes, or about what a call passes.
CALLS = ("size", "shape", "missing")
OPTIONS = Options(isolated=True, cache=False)


class Verdict(NamedTuple):
    """`kind`: "quiet" (it works, nothing said), "alarm" (it works or that line does, an error said), "found",
    "elsewhere" (found, at another line), "missed", "other" (it fails for another reason)."""

    kind: str
    mutant: Mutant
    ran: Ran
    said: tuple[str, ...]


def findings(text: str) -> list[tuple[int, str]]:
    """Line and text of every error of the group 1xx that the linter finds."""
    outcome = lint_text(text.encode(), "program.py", OPTIONS)
    return [
        (found.span.line, f"{found.span.line}: {found.code} {found.message}")
        for found in outcome.diagnostics
        if found.code.startswith(("SHP1", "SHP000"))
    ]


def judge(mutant: Mutant, ran: Ran) -> Verdict:
    """Whether the linter was right about a mutant."""
    found = findings(mutant.text)
    said = tuple(words for _, words in found)
    if not ran.error:
        return Verdict("alarm" if found else "quiet", mutant, ran, said)
    statement, making = _statements(mutant.text)
    # Some constructors take what only a call of the layer refuses.
    at = {statement.get(line, line) for line in (*ran.lines, mutant.line)} | making
    worked = {line for line, times in ran.seen.items() if times == 1} - at  # a loop may fail at a later turn
    places = [statement.get(line, line) for line, _ in found]
    if any(place in at for place in places):
        return Verdict("found", mutant, ran, said)
    if ran.error in OTHER_ERRORS or any(part in ran.message for part in OTHER_MESSAGES):
        return Verdict("other", mutant, ran, said)
    if ran.error == "TypeError" and not any(part in ran.message for part in CALLS):
        return Verdict("other", mutant, ran, said)
    if any(place in worked for place in places):
        return Verdict("alarm", mutant, ran, said)
    return Verdict("elsewhere" if found else "missed", mutant, ran, said)


def _statements(text: str) -> tuple[dict[int, int], set[int]]:
    """For each line the first line of the innermost statement that it belongs to, and which are in constructors."""
    found: dict[int, int] = {}
    making: set[int] = set()
    for node in ast.walk(ast.parse(text)):  # outer ones come first
        if isinstance(node, ast.stmt):
            last = node.body[0].lineno - 1 if hasattr(node, "body") else node.end_lineno or node.lineno
            for line in range(node.lineno, max(last, node.lineno) + 1):
                found[line] = node.lineno
        if isinstance(node, ast.FunctionDef) and node.name in ("__init__", "_make"):
            making |= {inner.lineno for inner in ast.walk(node) if isinstance(inner, ast.stmt)}
    return found, making
