"""Rearrange by a pattern, through torch's own unflatten, permute and flatten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from shapecheck.algebra import Dim
from shapecheck.model.refusal import Unsupported
from shapecheck.ops.rearrange import MORE, parse_pattern

if TYPE_CHECKING:
    from shapecheck.algebra import Shape
    from shapecheck.ops.rearrange import Rearrange as RearrangeOp

REDUCTIONS = ("mean", "sum", "max", "min")


class Rearrange(nn.Module):
    """Splits axes, moves them and merges them as the pattern says; every size is the tensor's own.

    `splits` are (axis, names) from the last axis to the first, `order` the axes after them, `merges` how many of
    the permuted axes make each axis that comes out.
    """

    def __init__(self, op: RearrangeOp, rank: int) -> None:
        super().__init__()
        pattern = parse_pattern(op.pattern)
        if op.verb == "repeat" or pattern.problem:
            raise Unsupported(f"torch has no {op.verb} by the pattern {op.pattern!r}")
        self.pattern = op.pattern
        self.lengths: dict[str, Any] = dict(op.lengths)
        self.reduction: str | None = getattr(op, "reduction", None) if op.verb == "reduce" else None
        spread = tuple(f"...{number}" for number in range(rank - len(pattern.left) + 1))
        left = [
            group for old in pattern.left for group in ([(n,) for n in spread] if old == (MORE,) else [old])
        ]
        right = [_with(spread, group) for old in pattern.right for group in _axes(spread, old)]
        self.splits = [(axis, group) for axis, group in reversed(list(enumerate(left))) if len(group) != 1]
        atoms = [atom for group in left for atom in group]
        kept = [atom for group in right for atom in group]
        self.reduced = tuple(index for index, atom in enumerate(atoms) if atom not in kept)
        atoms = [atom for atom in atoms if atom in kept]
        self.order = tuple(atoms.index(atom) for atom in kept)
        self.merges = tuple(len(group) for group in right)

    def forward(self, x: Tensor, sizes: dict[str, int] | None = None) -> Tensor:
        """The rearranged tensor; `sizes` are those of symbols in `lengths`."""
        for axis, group in self.splits:
            x = torch.unflatten(x, axis, self._parts(group, sizes)) if group else x.squeeze(axis)
        if self.reduced:
            x = reduced(str(self.reduction), x, self.reduced, keep=False)
        if self.order != tuple(range(len(self.order))):
            x = x.permute(self.order)
        for axis, count in enumerate(self.merges):
            if count != 1:
                x = x.flatten(axis, axis + count - 1) if count else x.unsqueeze(axis)
        return x

    def _parts(self, group: tuple[Any, ...], sizes: dict[str, int] | None) -> list[int]:
        lengths = self.lengths if sizes is None else sizes
        return [lengths.get(atom, -1) if isinstance(atom, str) else atom for atom in group]

    @property
    def symbolic(self) -> bool:
        """Whether a length is known only when the model runs."""
        return any(isinstance(length, Dim) for length in self.lengths.values())

    def extra_repr(self) -> str:
        rest = "".join(f", {name}={length}" for name, length in self.lengths.items())
        return f"{self.pattern!r}{rest}"


def _axes(spread: tuple[str, ...], group: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return [(name,) for name in spread] if group == (MORE,) else [group]


def _with(spread: tuple[str, ...], group: tuple[Any, ...]) -> tuple[Any, ...]:
    if set(group) == {MORE}:
        return spread
    place = group.index(MORE) if MORE in group else -1
    return group if place < 0 else (*group[:place], *spread, *group[place + 1 :])


def reduced(name: str, x: Tensor, axes: tuple[int, ...], *, keep: bool) -> Tensor:
    """The axes reduced by the function of this name."""
    if not axes:
        return x
    if name == "mean":
        return x.mean(axes, keepdim=keep)
    if name == "sum":
        return x.sum(axes, keepdim=keep)
    return x.amax(axes, keepdim=keep) if name == "max" else x.amin(axes, keepdim=keep)


def build_rearrange(op: RearrangeOp, x: Shape) -> nn.Module:
    """A permutation between splits and merges."""
    layer = Rearrange(op, len(x))
    if layer.reduced and layer.reduction not in REDUCTIONS:
        raise Unsupported(f"it reduces by {layer.reduction!r}, of which torch has {', '.join(REDUCTIONS)}")
    return layer
