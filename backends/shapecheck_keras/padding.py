"""Cells added around a tensor in all modes, or cut off with negative widths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.model.refusal import whole_number
from shapecheck_keras.orders import Placed
from shapecheck_keras.windowing import cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.ops.padding import Pad
    from shapecheck_keras.site import Site

Widths = dict[int, tuple[int, int]]  # by native axis


def pad(site: Site, op: Pad, x: Placed) -> Placed:
    """ops.pad, slices for what is cut off, joins for what keras.ops.pad does not know."""
    first = len(x.shape) - len(op.widths)
    pairs = {
        x.native(first + index): (whole_number(low, "a width"), whole_number(high, "a width"))
        for index, (low, high) in enumerate(op.widths)
    }
    tensor = _cut_off(site, x.tensor, pairs)
    added = {axis: (max(low, 0), max(high, 0)) for axis, (low, high) in pairs.items()}
    return Placed(surrounded(site, tensor, added, op.mode, part=""), x.order, op.out(x.shape))


def _cut_off(site: Site, tensor: Any, pairs: Mapping[int, tuple[int, int]]) -> Any:
    if all(low >= 0 and high >= 0 for low, high in pairs.values()):
        return tensor
    key: list[Any] = [slice(None)] * len(tensor.shape)
    for axis, (low, high) in pairs.items():
        key[axis] = cut(max(-low, 0), max(-high, 0))
    return site.item(tensor, tuple(key), "crop")


def surrounded(
    site: Site, tensor: Any, widths: Widths, mode: str, *, fill: float = 0.0, part: str = "pad"
) -> Any:
    """Cells added around native axes. The last layer that is made has the name of the part."""
    if mode in ("zeros", "constant"):
        whole = [widths.get(axis, (0, 0)) for axis in range(len(tensor.shape))]
        return site.call("pad", tensor, tuple(whole), constant_values=fill, part=part)
    wanted = [(axis, pair) for axis, pair in widths.items() if pair != (0, 0)]
    if not wanted:
        return site.layer("Identity", part)(tensor)
    for place, (axis, (low, high)) in enumerate(wanted):
        before = _copied(site, tensor, axis, low, mode, low_end=True)
        behind = _copied(site, tensor, axis, high, mode, low_end=False)
        name = part if place == len(wanted) - 1 else "pad"
        tensor = site.layer("Concatenate", name, axis=axis)([*before, tensor, *behind])
    return tensor


def _copied(site: Site, tensor: Any, axis: int, width: int, mode: str, *, low_end: bool) -> list[Any]:
    """The `width` cells that stand before or behind an axis, copied from it."""
    if width == 0:
        return []
    if mode == "circular":
        return [_slice(site, tensor, axis, slice(-width, None) if low_end else slice(None, width))]
    if mode == "replicate":
        edge = _slice(site, tensor, axis, slice(None, 1) if low_end else slice(-1, None))
        return [edge] * width
    skipped = 1 if mode == "reflect" else 0  # "symmetric" repeats the cell at the wall
    if low_end:
        found = slice(skipped, skipped + width)
    else:
        found = slice(-width - skipped, -skipped or None)
    return [site.call("flip", _slice(site, tensor, axis, found), axis=axis, part="mirror")]


def _slice(site: Site, tensor: Any, axis: int, wanted: slice) -> Any:
    return site.item(tensor, (*(slice(None),) * axis, wanted), "edge")
