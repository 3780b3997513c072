"""Operators that move, drop, add, select and reduce axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.model.refusal import Unsupported, whole_number
from shapecheck.ops.indexing import Cut
from shapecheck.ops.rearrange import Rearrange
from shapecheck_keras.orders import Placed, between, canonical, without
from shapecheck_keras.rearranging import rearrange

if TYPE_CHECKING:
    from shapecheck.ops.indexing import Index
    from shapecheck.ops.shape_moves import Flatten, Permute, Squeeze, Unsqueeze
    from shapecheck_keras.site import Site


def flatten(site: Site, op: Flatten, x: Placed) -> Placed:
    """Flatten, else the pattern that says the same."""
    rank = len(x.shape)
    start, end = op.start % rank, op.end % rank
    if start == 1 and end == rank - 1 and rank > 2:
        straight = site.brought(x, canonical(rank))
        out = op.out(x.shape)
        return Placed(site.layer("Flatten", data_format="channels_last")(straight.tensor), canonical(2), out)
    names = [f"a{axis}" for axis in range(rank)]
    merged = f"({' '.join(names[start : end + 1])})"
    right = [*names[:start], merged, *names[end + 1 :]]
    return rearrange(site, Rearrange(f"{' '.join(names)} -> {' '.join(right)}"), x)


def permute(site: Site, op: Permute, x: Placed) -> Placed:
    """Permute; ops.transpose where the batch moves."""
    rank = len(x.shape)
    wanted = tuple(axis % rank for axis in op.axes)
    tensor = site.permuted(x.tensor, between(x.order, wanted))
    return Placed(tensor, canonical(rank), op.out(x.shape))


def squeeze(site: Site, op: Squeeze, x: Placed) -> Placed:
    """ops.squeeze of the axes that the operator drops."""
    left = {axis for pairs in op.moves(x.shape) for _, axis in pairs}
    gone = [axis for axis in range(len(x.shape)) if axis not in left]
    out = op.out(x.shape)
    if not gone:
        return Placed(site.layer("Identity")(x.tensor), x.order, out)
    tensor = site.call("squeeze", x.tensor, axis=tuple(sorted(x.native(axis) for axis in gone)))
    return Placed(tensor, without(x.order, gone), out)


def unsqueeze(site: Site, op: Unsqueeze, x: Placed) -> Placed:
    """ops.expand_dims."""
    out = op.out(x.shape)
    axes = tuple(sorted(axis % len(out) for axis in op.axes))
    return Placed(site.call("expand_dims", x.tensor, axis=axes), canonical(len(out)), out)


def index(site: Site, op: Index, x: Placed) -> Placed:
    """What square brackets select; in native order where no axis is added."""
    out = op.out(x.shape)
    entries = [_entry(entry) for entry in op.key]
    if None in entries:
        straight = site.brought(x, canonical(len(x.shape)))
        return Placed(site.item(straight.tensor, tuple(entries)), canonical(len(out)), out)
    if Ellipsis in entries:
        place = entries.index(Ellipsis)
        missing = len(x.shape) - len(entries) + 1
        entries[place : place + 1] = [slice(None)] * missing
    entries += [slice(None)] * (len(x.shape) - len(entries))
    key = tuple(entries[axis] for axis in x.order)
    order = without(x.order, [axis for axis, entry in enumerate(entries) if isinstance(entry, int)])
    return Placed(site.item(x.tensor, key), order, out)


def _entry(entry: Any) -> Any:
    if entry is None or entry is Ellipsis:
        return entry
    if not isinstance(entry, Cut):
        return whole_number(entry, "an index")
    bounds = (entry.start, entry.stop, entry.step)
    if entry.length is not None:
        raise Unsupported("a slice has bounds that are not known")
    return slice(
        *(None if bound is None else whole_number(bound, "the bound of a slice") for bound in bounds)
    )


def reduction(site: Site, op: Any, x: Placed) -> Placed:
    """ops.mean, sum, max, min."""
    if op.outputs != 1:
        raise Unsupported("Keras does not say where the reduced values stood")
    rank = len(x.shape)
    axes = range(rank) if op.axes is None else [axis % rank for axis in op.axes]
    places = tuple(sorted(x.native(axis) for axis in axes))
    tensor = site.call(op.name, x.tensor, axis=places, keepdims=op.keep)
    return Placed(tensor, x.order if op.keep else without(x.order, axes), op.out(x.shape))
