"""Applying fixes, each proved by checking what comes out: it parses, and the finding is gone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from shapecheck.diagnostics.edits import applied, overlap
from shapecheck.diagnostics.span import split_cell
from shapecheck.lint.sources import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.diagnostics.span import Edit, Fix

    Check = Callable[[bytes], tuple[Diagnostic, ...]]

_BREAKAGE = ("SHP000", "SHP001", "SHP002")
_ROUNDS = 10  # a mended layer lets the analysis go on to the next mistake


class Fixed(NamedTuple):
    """A file after fixing: its contents, how many fixes were made, and what is still found."""

    data: bytes
    made: int
    left: tuple[Diagnostic, ...]


def fixed(path: str, data: bytes, found: tuple[Diagnostic, ...], check: Check, *, unsafe: bool) -> Fixed:
    """The contents with the fixes that prove right; `check` finds things in contents of this file.

    Fixes are tried in a row, since one mended layer may only uncover the next mistake, and kept once fewer
    things are found than before. Another run therefore ends where this one did.
    """
    kept = current = Fixed(data, 0, found)
    seen = {data}
    for _ in range(_ROUNDS):
        following = _step(path, current, seen, check, unsafe=unsafe)
        if following is None:
            break
        current = following
        seen.add(current.data)
        if _weight(current.left) < _weight(kept.left):
            kept = current
    return kept


def _step(path: str, now: Fixed, seen: set[bytes], check: Check, *, unsafe: bool) -> Fixed | None:
    """All fixes at once where that works, else the first that works alone, else None."""
    fixes = _applicable(path, now.left, unsafe=unsafe)
    groups = [fixes, *((fix,) for fix in fixes)] if len(fixes) > 1 else [fixes]
    for group in groups:
        changed = _edited(path, now.data, [edit for fix in group for edit in fix.edits])
        if changed is None or changed in seen:
            continue
        left = check(changed)
        if _mended(now.left, left, group):
            return Fixed(changed, now.made + len(group), left)
    return None


def _mended(before: tuple[Diagnostic, ...], after: tuple[Diagnostic, ...], fixes: tuple[Fix, ...]) -> bool:
    """Whether the findings that had these fixes are gone, and the file is still one that can be checked."""
    gone = Counter(_identity(diagnostic) for diagnostic in before if diagnostic.fix in fixes)
    had = Counter(_identity(diagnostic) for diagnostic in before)
    has = Counter(_identity(diagnostic) for diagnostic in after)
    broken = sum(diagnostic.code in _BREAKAGE for diagnostic in after)
    return broken <= sum(diagnostic.code in _BREAKAGE for diagnostic in before) and all(
        has[identity] <= had[identity] - count for identity, count in gone.items()
    )


def _identity(diagnostic: Diagnostic) -> tuple[str, str]:
    return diagnostic.code, diagnostic.message


def _weight(found: Iterable[Diagnostic]) -> int:
    return sum(diagnostic.severity != "note" for diagnostic in found)


def _applicable(path: str, found: Iterable[Diagnostic], *, unsafe: bool) -> tuple[Fix, ...]:
    """Fixes within this file that do not overlap, the first of each place."""
    chosen: list[Fix] = []
    taken: list[Edit] = []
    for diagnostic in found:
        fix = diagnostic.fix
        if fix is None or not (fix.safe or unsafe) or fix in chosen:
            continue
        if any(split_cell(edit.span.path)[0] != path for edit in fix.edits):
            continue  # the cause lies in another file, which this run may not even have been asked to read
        if any(
            edit.span.path == other.span.path and overlap(edit.span, other.span)
            for edit in fix.edits
            for other in taken
        ):
            continue
        chosen.append(fix)
        taken += fix.edits
    return tuple(chosen)


def _edited(path: str, data: bytes, edits: list[Edit]) -> bytes | None:
    if not path.endswith(".ipynb"):
        return encode(applied(decode(data), edits), data) if edits else None
    from shapecheck.lint.notebooks import cell_sources, load, replaced

    sources = cell_sources(load(data))
    texts: dict[int, str] = {}
    for cell in {split_cell(edit.span.path)[1] for edit in edits}:
        if cell is None:
            return None
        own = [edit for edit in edits if split_cell(edit.span.path)[1] == cell]
        texts[cell] = applied(sources[cell - 1], own)
    return replaced(data, texts) if texts else None
