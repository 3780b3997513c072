"""A model's inferred contract and its layers as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapecheck.interpret.infer import Inferred, Row

_HEAD = ("layer", "operator", "output", "parameters", "MACs")
_RIGHT = (False, False, False, True, True)
_GAP = "  "


def render(models: Iterable[Inferred]) -> str:
    """Each model's contract, table, totals, and what of it was not understood."""
    return "\n".join(_model(model) for model in models)


def _model(model: Inferred) -> str:
    lines = [f"{model.name}: {model.contract}"]
    if model.rows:
        rows = [line for row in model.rows for line in _row(row)]
        total = ("total", "", "", shown(model.parameters), shown(model.macs))
        lines += ["", *table([_HEAD, *rows, total], right=_RIGHT)]
    lines += [f"not understood: {reason}" for reason in model.unknown]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> list[tuple[str, ...]]:
    """A layer, on one line for each of its outputs."""
    first, *others = row.shape.replace("), (", ")\n(").split("\n")
    counts = (shown(row.parameters), shown(row.macs))
    return [(row.path, row.operator, first, *counts), *(("", "", shape, "", "") for shape in others)]


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
