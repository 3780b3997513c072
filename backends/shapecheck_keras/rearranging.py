"""Rearrange by a pattern: Reshape, Permute, Reshape; a layer of our own where two sizes beside the batch are open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.model.refusal import Unsupported
from shapecheck.ops.rearrange import parse_pattern
from shapecheck_keras.orders import Placed, canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.algebra import Size
    from shapecheck.ops.rearrange import Atom, Group, Rearrange
    from shapecheck_keras.site import Site


def rearrange(site: Site, op: Rearrange, x: Placed) -> Placed:
    """The axes split into names, the names moved, the names merged."""
    if op.verb != "rearrange":
        raise Unsupported(f"{op.verb} by a pattern is not built: reduce or repeat axes in a layer of its own")
    pattern = parse_pattern(op.pattern)
    left = op._spread(pattern, len(x.shape))
    right = op._right(pattern, len(x.shape))
    sizes = op._sizes(pattern, x.shape)
    out = op.out(x.shape)
    groups = [left[axis] for axis in x.order]
    steps = _steps(groups, right, [sizes[atom] for group in groups for atom in group], list(out))
    if steps is None:
        tensor = _open_sizes(site, op, x, groups, right)
    elif not steps:
        tensor = site.layer("Identity")(x.tensor)
    else:
        tensor = x.tensor
        for number, (kind, argument) in enumerate(steps, 1):
            part = "" if number == len(steps) else {"order": "order"}.get(kind, "split")
            tensor = _step(site, tensor, kind, argument, part)
    return Placed(tensor, canonical(len(out)), out)


def _steps(
    groups: Sequence[Group], right: Sequence[Group], split: Sequence[Size], merged: Sequence[Size]
) -> list[tuple[str, tuple[int, ...]]] | None:
    """What to do one after the other; None where a reshape would have to guess more than one size."""
    found: list[tuple[str, tuple[int, ...]]] = []
    atoms = [atom for group in groups for atom in group]
    wanted = [atom for group in right for atom in group]
    if any(len(group) != 1 for group in groups):
        found.append(_reshape(split, keep=len(groups[0]) == 1))
    if atoms != wanted:
        found.append(("order", tuple(atoms.index(atom) for atom in wanted)))
    if any(len(group) != 1 for group in right):
        found.append(_reshape(merged, keep=bool(right) and len(right[0]) == 1))
    return None if any(kind == "open" for kind, _ in found) else found


def _reshape(sizes: Sequence[Size], *, keep: bool) -> tuple[str, tuple[int, ...]]:
    """The reshape to these sizes; with `keep` the first axis stays and is not among the numbers."""
    target = tuple(size if isinstance(size, int) else -1 for size in (sizes[1:] if keep else sizes))
    if target.count(-1) > 1:
        return "open", ()
    return ("reshape" if keep else "fold"), target


def _step(site: Site, tensor: Any, kind: str, argument: tuple[int, ...], part: str) -> Any:
    if kind == "order":
        return site.permuted(tensor, argument, part)
    if kind == "reshape":
        return site.layer("Reshape", part, target_shape=argument)(tensor)
    return site.call("reshape", tensor, argument, part=part)


def _open_sizes(site: Site, op: Rearrange, x: Placed, groups: Sequence[Group], right: Sequence[Group]) -> Any:
    """Our own layer. A length that is a symbol is measured on a tensor that has it."""
    from shapecheck_keras.layers import Rearrange as Layer

    lengths = {name: size for name, size in op.lengths if isinstance(size, int)}
    given: list[Any] = [x.tensor]
    measured = {}
    for name, size in op.lengths:
        if name not in lengths:
            tensor, axis = _with_axis(site, size)
            measured[name] = (len(given), axis)
            given.append(tensor)
    text = f"{_written(groups)} -> {_written(right)}"
    layer = site.layer(Layer, pattern=text, lengths=lengths, measured=measured)
    return layer(given if measured else x.tensor)


def _with_axis(site: Site, size: Size) -> tuple[Any, int]:
    """A tensor of the model with an axis of this size."""
    for reference, placed in site.plan.placed.items():
        for axis, each in enumerate(placed.shape):
            if each == size:
                site.measured.append(reference)
                return placed.tensor, placed.native(axis)
    raise Unsupported(f"no tensor before it has an axis of {size}, which build(dims=...) must fix")


def _written(groups: Sequence[Group]) -> str:
    return " ".join(
        _name(group[0]) if len(group) == 1 else f"({' '.join(map(_name, group))})" if group else "1"
        for group in groups
    )


def _name(atom: Atom) -> str:
    return str(atom).replace("...", "more")
