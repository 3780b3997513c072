"""The order of a native tensor's axes: native axis i is the canonical axis order[i]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.algebra import Shape

Order = tuple[int, ...]


class Placed(NamedTuple):
    """A Keras tensor with the order of its axes, and its shape in canonical order."""

    tensor: Any
    order: Order
    shape: Shape

    def native(self, axis: int) -> int:
        """Where a canonical axis stands in the Keras tensor."""
        return self.order.index(axis % len(self.order))


def canonical(rank: int) -> Order:
    """Every axis where it is."""
    return tuple(range(rank))


def channels_at_end(rank: int, channel: int) -> Order:
    """The axis `channel` behind all others."""
    return (*(axis for axis in range(rank) if axis != channel), channel)


def between(before: Order, after: Order) -> Order:
    """The permutation that takes a tensor of one order to another."""
    return tuple(before.index(axis) for axis in after)


def inverse(order: Order) -> Order:
    """The permutation that takes a native tensor back to canonical order."""
    return between(order, canonical(len(order)))


def without(order: Order, gone: Iterable[int]) -> Order:
    """The order that is left when canonical axes go, the others counted anew."""
    dropped = set(gone)
    left = sorted(axis for axis in order if axis not in dropped)
    return tuple(left.index(axis) for axis in order if axis not in dropped)
