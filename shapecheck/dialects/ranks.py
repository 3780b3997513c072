"""Tensors with at least so many axes (atleast_2d, vstack)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import Apply
from shapecheck.dialects.rows import shape_of
from shapecheck.ops.shape_moves import Unsqueeze

if TYPE_CHECKING:
    from shapecheck.ops.tensor import Tensor


def raised(tensor: Tensor, rank: int) -> Any:
    """A tensor with at least so many axes, as atleast_1d, atleast_2d and atleast_3d have them."""
    have = len(shape_of(tensor))
    if have >= rank:
        return tensor
    if rank == 3:
        return Apply(Unsqueeze({0: (0, 1, 2), 1: (0, 2), 2: (2,)}[have]), (tensor,))
    return Apply(Unsqueeze(tuple(range(rank - have))), (tensor,))
