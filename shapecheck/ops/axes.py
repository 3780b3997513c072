"""Axis numbers: negative ones, ranges, and the axis maps that operators return from `moves`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER
from shapecheck.ops.base import Need

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecheck.algebra import Claim, Shape
    from shapecheck.ops.base import Moves

_kept: list[Moves] = []


def kept(rank: int) -> Moves:
    """The axis map of an operator that keeps all axes of its first input where they are."""
    while len(_kept) <= rank:
        _kept.append(tuple(((0, axis),) for axis in range(len(_kept))))
    return _kept[rank]


def moved(axes: Iterable[int | None]) -> Moves:
    """The axis map that takes each output axis from this axis of the first input; None is a new axis."""
    return tuple(() if axis is None else ((0, axis),) for axis in axes)


def normal(axis: int, rank: int) -> int:
    """The axis counted from the front."""
    return axis + rank if axis < 0 else axis


def normals(axes: Iterable[int], rank: int) -> tuple[int, ...]:
    """The axes counted from the front."""
    return tuple(axis + rank if axis < 0 else axis for axis in axes)


def listed(axes: Any) -> tuple[int, ...]:
    """One axis or several, as a tuple."""
    return axes if isinstance(axes, tuple) else (axes,)


def axis_needs(
    what: str,
    shape: Shape,
    axes: Iterable[int],
    *,
    rank: int | None = None,
    attribute: str = "axis",
    subject: int = 0,
    scalar: bool = False,
    unless: Claim = NEVER,
) -> Iterator[Need]:
    """A failed need for each axis that is not one of `rank` axes (default: those of `shape`).

    `scalar` says that a tensor without axes counts as having one, as most of PyTorch has it; `unless`
    excuses it.
    """
    count = len(shape) if rank is None else rank
    if scalar and count == 0:
        count = 1
    for axis in axes:
        if not -count <= axis < count:
            yield Need(
                unless,
                "SHP109",
                "{what} has no axis {axis}: {shape} has {count} axes"
                if rank is None
                else "{what} has no axis {axis}: {shape} allows {low} to {high}",
                attribute=attribute,
                subject=subject,
                what=what,
                axis=axis,
                shape=shape,
                count=len(shape),
                low=-count,
                high=count - 1,
            )


def distinct_needs(
    what: str, shape: Shape, axes: tuple[int, ...], code: str, attribute: str = "axis"
) -> Iterator[Need]:
    """A failed need when one axis is named twice."""
    if len(set(normals(axes, max(len(shape), 1)))) != len(axes):
        yield Need(
            NEVER,
            code,
            "{what} names an axis of {shape} twice in {axes}",
            attribute=attribute,
            what=what,
            shape=shape,
            axes=axes,
        )
