"""A model's inferred contract and its layers as a table, about 100 columns wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.layer_table import WIDTH, LayerRow, layer_table, totals, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.interpret.inference import Inferred, Row

__all__ = ["WIDTH", "render"]


def render(models: Iterable[Inferred]) -> str:
    """Each model's contract, table, totals, and what of it was not understood."""
    return "\n".join(_model(model) for model in models)


def _model(model: Inferred) -> str:
    lines = wrapped(f"{model.name}: ", model.contract)
    if model.rows:
        lines += ["", *layer_table([_row(row) for row in model.rows])]
        if not model.fails:
            lines += ["", *_totals(model)]
    if model.unused:
        lines += wrapped("not applied: ", ", ".join(model.unused))
    lines += [line for reason in model.unknown for line in wrapped("not understood: ", reason)]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> LayerRow:
    shapes = row.shape.replace("), (", ")\n(").split("\n")
    return LayerRow(row.path, row.operator, shapes, row.parameters, row.macs)


def _totals(model: Inferred) -> list[str]:
    # A sum over what was not understood would pass for the model's.
    return totals(model.parameters, model.macs, what="these rows'" if model.unknown else "total")
