"""`--fix` and `--diff`: write what fixes give, or show it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from shapecheck.diagnostics.span import split_cell
from shapecheck.lint.discovery import Target
from shapecheck.lint.fixing import Fixed, fixed
from shapecheck.lint.sources import Unreadable, decode, read_bytes
from shapecheck.report.places import shown_path

if TYPE_CHECKING:
    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.lint.engine import Options
    from shapecheck.lint.outcome import Outcome


def fix_files(outcome: Outcome, options: Options, *, unsafe: bool, diff: bool) -> Outcome:
    """What is found after fixing. Says on standard error how many fixes were made; `diff` shows and changes
    nothing.
    """
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in outcome.diagnostics:
        by_path.setdefault(split_cell(diagnostic.span.path)[0], []).append(diagnostic)
    left: list[Diagnostic] = []
    count = 0
    for path, found in by_path.items():
        try:
            data = read_bytes(path)
        except Unreadable:
            left += found
            continue
        result = _fixed(path, data, tuple(found), options, unsafe=unsafe)
        count += result.made
        if diff:
            left += found
            _show(path, data, result.data)
        else:
            left += result.left
            if result.made:
                with open(path, "wb") as file:
                    file.write(result.data)
    _say(count, outcome, unsafe=unsafe, diff=diff)
    return outcome._replace(diagnostics=tuple(left))


def fix_text(
    outcome: Outcome, data: bytes, name: str, options: Options, *, unsafe: bool, diff: bool
) -> Outcome:
    """The same for standard input: the fixed contents go to standard output."""
    path = os.path.abspath(name)
    result = _fixed(path, data, outcome.diagnostics, options, unsafe=unsafe)
    if diff:
        _show(path, data, result.data)
        return outcome
    sys.stdout.flush()
    sys.stdout.buffer.write(result.data)
    return outcome._replace(diagnostics=result.left)


def _fixed(path: str, data: bytes, found: tuple[Diagnostic, ...], options: Options, *, unsafe: bool) -> Fixed:
    def check(contents: bytes) -> tuple[Diagnostic, ...]:
        # A new checker each time: what is remembered of the project holds for the contents on disk.
        checker = options._replace(cache=False).checker()
        return checker.check_data(Target(path, True), contents).diagnostics

    return fixed(path, data, found, check, unsafe=unsafe)


def _say(count: int, outcome: Outcome, *, unsafe: bool, diff: bool) -> None:
    if count:
        verb = "would be made" if diff else "made"
        print(f"shapecheck: {count} {'fix' if count == 1 else 'fixes'} {verb}", file=sys.stderr)
    held = sum(found.fix is not None and not found.fix.safe for found in outcome.diagnostics)
    if held and not unsafe:
        print(f"shapecheck: --unsafe-fixes allows {held} more", file=sys.stderr)


def _show(path: str, before: bytes, after: bytes) -> None:
    if before == after:
        return
    from difflib import unified_diff

    name = shown_path(path, os.getcwd())
    old, new = (decode(contents).splitlines(keepends=True) for contents in (before, after))
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
        sys.stdout.write(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
