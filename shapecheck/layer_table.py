"""Layers as a table about 100 columns wide: long formulas stand below it under a letter, and nothing is lost."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.algebra import Size

_HEAD = ("layer", "operator", "output", "parameters", "MACs")
_RIGHT = (False, False, False, True, True)
_GAP = "  "
WIDTH = 100
# Cells longer than these move below the table, the first pair that makes it fit: (counts, shapes).
_LIMITS = ((26, 60), (18, 60), (18, 40), (12, 40), (12, 28), (6, 20))


class LayerRow(NamedTuple):
    """A layer: its path, its operator, the shape of each of its outputs, its counts (None: not known)."""

    path: str
    operator: str
    shapes: Sequence[str]
    parameters: Size | None
    macs: Size | None


def layer_table(layers: Sequence[LayerRow]) -> list[str]:
    """The table, and below it what was too long for its cells, each text once under a letter."""
    for counts, shapes in _LIMITS:
        notes: dict[str, str] = {}
        rows = [line for row in layers for line in _row(row, counts, shapes, notes)]
        found = table([_HEAD, *rows], right=_RIGHT)
        if max(map(len, found)) <= WIDTH:
            break
    below = [line for text, mark in notes.items() for line in wrapped(f"{mark} = ", text)]
    return [*found, "", *below] if below else found


def _row(row: LayerRow, counts: int, shapes: int, notes: dict[str, str]) -> list[tuple[str, ...]]:
    """A layer, on one line for each of its outputs."""
    first, *others = row.shapes
    numbers = (_cell_text(shown(count), counts, notes) for count in (row.parameters, row.macs))
    return [
        (row.path, row.operator, _cell_text(first, shapes, notes), *numbers),
        *(("", "", _cell_text(shape, shapes, notes), "", "") for shape in others),
    ]


def _cell_text(text: str, limit: int, notes: dict[str, str]) -> str:
    """The text, or the mark under which it stands below the table; numbers stay where they are."""
    if len(text) <= limit or text.replace(",", "").isdigit():
        return text
    return notes.setdefault(text, f"[{_letters(len(notes))}]")


def _letters(number: int) -> str:
    """a, b, … z, aa, ab, …"""
    text = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def totals(parameters: Size | None, macs: Size | None, *, what: str = "total") -> list[str]:
    """The sums below a table."""
    names = ("parameters", "MACs")
    texts = (shown(parameters), shown(macs))
    width = max(map(len, texts)) if all(text.replace(",", "").isdigit() for text in texts) else 0
    return [
        line
        for name, text in zip(names, texts, strict=True)
        for line in wrapped(f"{what} {name:<10}  ", text.rjust(width))
    ]


def wrapped(head: str, text: str) -> list[str]:
    """A text behind its head, on further lines (indented) where it is long; nothing is lost."""
    if len(head) + len(text) <= WIDTH:
        return [head + text]
    # A formula breaks behind its signs, prose and lists at blanks outside of shapes.
    loose = _whole_shapes(text) if " " in text else _breakable(text)
    wrapper = textwrap.TextWrapper(
        width=WIDTH,
        initial_indent=head,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\0 ", "").replace("\0", "").replace("\1", " ") for line in wrapper.wrap(loose)]


def _whole_shapes(text: str) -> str:
    """The text with the blanks inside of brackets kept from ending a line."""
    found, depth = [], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        found.append("\1" if character == " " and depth > 0 else character)
    return "".join(found)


def _breakable(formula: str) -> str:
    """A formula with places where a line may end: behind a sum's signs, not deep inside of factors."""
    found, depth = [], 0
    for character in formula:
        found.append(character)
        depth += (character == "(") - (character == ")")
        if character in "+*" and depth <= (character == "+"):
            found.append("\0 ")
    return "".join(found)


def shown(size: object) -> str:
    """A count with separators where it is a number, symbolic text else, "?" where it is not known."""
    if size is None:
        return "?"
    return f"{size:,}" if isinstance(size, int) else str(size)


def table(rows: Sequence[Sequence[str]], *, right: Sequence[bool]) -> list[str]:
    """Rows in aligned columns, the first underlined; no blanks at the ends of lines."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(right))]
    lines = [_GAP.join(map(_cell, row, widths, right)).rstrip() for row in rows]
    lines.insert(1, _GAP.join("-" * width for width in widths))
    return lines


def _cell(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)
