"""Moving cells about without computing with them: every reshape, permutation, slice, padding, window and join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .bounded import Bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapecheck.backend import Array

# Where a cell of the result comes from no cell of the operand.
NOWHERE = -1


def moved(a: Bounded, arrange: Callable[[Array], Array], *, fill: float = 0.0) -> Bounded:
    """The cells of `a` in a new order: `arrange` is given their numbers, laid out as `a`, and lays them out anew.

    A cell may be used often, once or never. Where `arrange` puts NOWHERE the result is `fill`.
    """
    numbers = np.arange(a.value.size, dtype=np.intp).reshape(a.shape)
    places = arrange(numbers)
    value = np.append(a.value.ravel(), fill)[places]
    error = None if a.error is None else np.append(a.spread.ravel(), 0.0)[places]

    def put_back(slope: Bounded) -> Bounded:
        return _gathered(slope, places, a.shape)

    return Bounded(value, error, [(a, put_back)])


def _gathered(slope: Bounded, places: Array, shape: tuple[int, ...]) -> Bounded:
    """For every cell the sum over all places where it went."""
    size = int(np.prod(shape))
    cells = places.ravel() % (size + 1)  # NOWHERE is one more cell, dropped

    def summed(weights: Array) -> Array:
        return np.bincount(cells, weights.ravel(), size + 1)[:size].reshape(shape)

    uses = np.bincount(cells, minlength=size + 1)[:size].reshape(shape)
    error = np.maximum(uses - 1, 0) * summed(np.abs(slope.value))
    if slope.error is not None:
        error = error + summed(np.array(slope.spread))
    return Bounded(summed(slope.value), error)


def reshaped(a: Bounded, shape: Sequence[int]) -> Bounded:
    """The cells in row-major order under another shape."""
    return moved(a, lambda cells: cells.reshape(tuple(shape)))


def permuted(a: Bounded, axes: Sequence[int]) -> Bounded:
    """The axes in another order."""
    return moved(a, lambda cells: cells.transpose(tuple(axes)))


def taken(a: Bounded, key: Any) -> Bounded:
    """What square brackets select."""
    return moved(a, lambda cells: np.asarray(cells[key]))


def joined(parts: Sequence[Bounded], axis: int) -> Bounded:
    """The parts one behind the other along an axis."""
    value = np.concatenate([part.value for part in parts], axis=axis)
    rounded = any(part.error is not None for part in parts)
    error = np.concatenate([part.spread for part in parts], axis=axis) if rounded else None
    starts = np.cumsum([0, *(part.shape[axis] for part in parts)])
    lead = (slice(None),) * (axis % value.ndim)

    def part_of(index: int) -> Callable[[Bounded], Bounded]:
        return lambda slope: taken(slope, (*lead, slice(starts[index], starts[index + 1])))

    return Bounded(value, error, [(part, part_of(index)) for index, part in enumerate(parts)])


def stacked(parts: Sequence[Bounded], axis: int) -> Bounded:
    """The parts side by side along a new axis."""
    place = axis % (parts[0].value.ndim + 1)
    return joined([reshaped(part, (*part.shape[:place], 1, *part.shape[place:])) for part in parts], place)


def padded(a: Bounded, ends: Sequence[tuple[int, int]], *, mode: str = "zeros", fill: float = 0.0) -> Bounded:
    """Cells added before and behind each of the last axes; a negative end cuts cells off."""
    whole = [(0, 0)] * (a.value.ndim - len(ends)) + list(ends)

    def arrange(cells: Array) -> Array:
        for axis, (low, high) in enumerate(whole):
            size = cells.shape[axis]
            places = [_source(place, size, mode) for place in range(-low, size + high)]
            rows = np.take(cells, [max(place, 0) for place in places], axis=axis)
            gone = np.array([place == NOWHERE for place in places], dtype=bool)
            rows[(slice(None),) * axis + (gone,)] = NOWHERE
            cells = rows
        return cells

    return moved(a, arrange, fill=fill)


def _source(place: int, size: int, mode: str) -> int:
    """Which cell of an axis stands at a place that may lie outside of it."""
    if 0 <= place < size:
        return place
    if mode in ("zeros", "constant"):
        return NOWHERE
    if mode in ("replicate", "edge"):
        return 0 if place < 0 else size - 1
    if mode in ("circular", "wrap"):
        return place % size
    mirror = 0 if mode == "reflect" else 1  # "symmetric" repeats the cell at the wall
    while not 0 <= place < size:
        place = -place - mirror if place < 0 else 2 * (size - 1) - place + mirror
    return place


def windows_of(
    a: Bounded,
    counts: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
    low: Sequence[int],
    *,
    fill: float = 0.0,
) -> Bounded:
    """All windows over the last axes: (…, *counts, *kernel). Window i starts at cell i·stride − low of each axis.

    What lies outside is `fill`.
    """
    rank = len(counts)

    def arrange(cells: Array) -> Array:
        lead = cells.ndim - rank
        for axis in range(rank):  # each pass turns one axis into windows × taps, taps last
            starts = np.arange(counts[axis]) * stride[axis] - low[axis]
            places = starts[:, None] + np.arange(kernel[axis]) * dilation[axis]
            size = cells.shape[lead + axis]
            outside = (places < 0) | (places >= size)
            found = np.take(cells, np.clip(places, 0, size - 1), axis=lead + axis)
            found = np.where(
                outside.reshape((*outside.shape, *(1,) * (found.ndim - lead - axis - 2))), NOWHERE, found
            )
            cells = np.moveaxis(found, lead + axis + 1, -1)
        return cells

    return moved(a, arrange, fill=fill)
