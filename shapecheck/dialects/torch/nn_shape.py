"""torch.nn layers that only move or pad cells: flatten, unflatten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.dialects.base import Spelling
from shapecheck.ops.reshaping import Flatten, Unflatten

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op


def _flatten(arguments: Arguments) -> Op:
    return Flatten(start=arguments.integer("start_dim"), end=arguments.integer("end_dim"))


def _unflatten(arguments: Arguments) -> Op:
    sizes = arguments.sizes("unflattened_size")
    return Unflatten(axis=arguments.integer("dim"), sizes=sizes if isinstance(sizes, tuple) else (sizes,))


SPELLINGS = {
    row.name: row
    for row in (
        Spelling(
            "torch.nn.Flatten",
            "layer",
            "start_dim=1, end_dim=-1",
            build=_flatten,
            names={"start": "start_dim", "end": "end_dim"},
        ),
        Spelling(
            "torch.nn.Unflatten",
            "layer",
            "dim, unflattened_size",
            build=_unflatten,
            names={"axis": "dim", "sizes": "unflattened_size"},
        ),
    )
}
