"""What torch.nn.functional shares: weights that are arguments of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, Shape
from shapecheck.ops.base import Need
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments


def known_tensor(value: Any) -> Tensor | None:
    """The tensor, or None where it is absent or not known."""
    return value if isinstance(value, Tensor) else None


def weight_shape(arguments: Arguments, rank: int, name: str = "weight") -> tuple[Shape, tuple[Need, ...]]:
    """The weight's shape, unknown sizes where it is not known, and the need that it has `rank` axes."""
    tensor = known_tensor(arguments[name])
    if tensor is not None and tensor.shape is not None and len(tensor.shape) == rank:
        return tensor.shape, ()
    unknown = Shape(*(arguments.fresh(name) for _ in range(rank)))
    if tensor is None or tensor.shape is None:
        return unknown, ()
    wrong = Need(
        NEVER,
        "SHP103",
        "{label} expects a {name} with {rank} axes, got {shape}",
        label=arguments.spelling.name.rpartition(".")[2],
        name=name,
        rank=rank,
        shape=tensor.shape,
    )
    return unknown, (wrong,)
