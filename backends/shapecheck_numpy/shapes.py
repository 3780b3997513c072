"""Operators that move cells about, join tensors, or compute each element from several."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.algebra import Shape
from shapecheck.ops.indexing import Cut
from shapecheck.ops.rearrange import parse_pattern

from .bounded import Bounded, add, also, dot, largest, mean, multiply, negate, subtract, total
from .elementary import divide
from .moving import joined, moved, padded, permuted, reshaped, stacked, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.backend import Array

    from .call import Call


def rearrange(call: Call) -> Bounded:
    """Every axis of the left side split into its names, the names in the order of the right side, and merged."""
    op, x = call.op, call.x
    pattern = parse_pattern(op.pattern)
    groups = op._spread(pattern, len(x.shape))
    sizes = op._sizes(pattern, Shape(*x.shape))
    names = [atom for group in groups for atom in group]
    wanted = [atom for group in op._right(pattern, len(x.shape)) for atom in group]
    split = reshaped(x, [sizes[name] for name in names])
    return reshaped(permuted(split, [names.index(name) for name in wanted]), call.out())


def flatten(call: Call) -> Bounded:
    """The cells in row-major order, with fewer axes."""
    return reshaped(call.x, call.out())


def permute(call: Call) -> Bounded:
    """The axes in another order."""
    rank = call.x.value.ndim
    return permuted(call.x, [axis % rank for axis in call.op.axes])


def pad(call: Call) -> Bounded:
    """Cells around the last axes: zeros, or copies."""
    return padded(call.x, call.op.widths, mode=call.op.mode)


def index(call: Call) -> Bounded:
    """What square brackets select."""
    key = tuple(
        slice(entry.start, entry.stop, entry.step) if isinstance(entry, Cut) else entry
        for entry in call.op.key
    )
    return taken(call.x, key)


def concatenate(call: Call) -> Bounded:
    """Tensors one behind the other."""
    return joined(call.given, call.op.axis)


def stack(call: Call) -> Bounded:
    """Tensors side by side."""
    return stacked(call.given, call.op.axis)


def reduction(call: Call) -> Bounded:
    """Sum, mean, largest or smallest over axes."""
    op, x = call.op, call.x
    rank = x.value.ndim
    axes = tuple(range(rank)) if op.axes is None else tuple(axis % rank for axis in op.axes)
    if op.name in ("sum", "mean"):
        found = (total if op.name == "sum" else mean)(x, axes)
    elif op.name == "max":
        found = largest(x, axes)
    else:
        found = negate(largest(negate(x), axes))
    return reshaped(found, call.out())


def _larger(a: Bounded, b: Bounded) -> Bounded:
    a, b = (_stretched(each, np.broadcast_shapes(a.shape, b.shape)) for each in (a, b))
    return taken(largest(stacked([a, b], 0), (0,)), 0)


def _stretched(a: Bounded, shape: tuple[int, ...]) -> Bounded:
    return a if a.shape == shape else moved(a, lambda cells: np.broadcast_to(cells, shape))


BINARY: dict[str, Callable[[Bounded, Bounded], Bounded]] = {
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "maximum": _larger,
    "minimum": lambda a, b: negate(_larger(negate(a), negate(b))),
}


def elementwise(call: Call) -> Bounded:
    """The sum, product, … of the elements at each place, taken from the left."""
    return add(*call.given) if call.op.name == "add" else reduce(BINARY[call.op.name], call.given)


def upsample(call: Call) -> Bounded:
    """Each cell repeated, or straight lines between the middles of cells."""
    op, x = call.op, call.x
    lead = x.value.ndim - op.rank
    for axis, (factor,) in enumerate(op.each("factor", rank=op.rank)):
        place = lead + axis
        if op.mode == "nearest":
            x = moved(x, _repeat(factor, place))
        else:
            x = _interpolated(x, place, factor)
    return x


def _repeat(factor: int, axis: int) -> Callable[[Array], Array]:
    return lambda cells: np.repeat(cells, factor, axis=axis)


def _interpolated(x: Bounded, axis: int, factor: int) -> Bounded:
    """Cell j of the result has its middle at (j + ½)/factor − ½ cells of the input, held within the outer middles.

    Unless the factor is a power of two, where that place lies between two cells is rounded as the place itself is.
    """
    size = x.shape[axis]
    weights, doubt = np.zeros((2, size * factor, size))
    exact = factor & (factor - 1) == 0
    for cell in range(size * factor):
        at = min(max((cell + 0.5) / factor - 0.5, 0.0), size - 1.0)
        below = int(at)
        above = min(below + 1, size - 1)
        weights[cell, below] += 1 - (at - below)
        weights[cell, above] += at - below
        doubt[cell, [below, above]] = 0.0 if exact else 2 * (at + 1)
    order = [place for place in range(x.value.ndim) if place != axis]
    lines = reshaped(permuted(x, [*order, axis]), (-1, size))
    whole = reshaped(_two_terms(lines, weights, doubt), (*(x.shape[place] for place in order), size * factor))
    return permuted(whole, [*range(axis), x.value.ndim - 1, *range(axis, x.value.ndim - 1)])


def _two_terms(lines: Bounded, weights: Array, doubt: Array) -> Bounded:
    """Every line times the weights: of each row no more than two are not zero, so that there is one sum to round."""
    found = dot("nk,rk->nr", lines, Bounded(weights))
    sizes = np.abs(lines.value)
    own = Bounded(found.value, None, [(found, lambda slope: slope)])
    carried = 0.0 * sizes @ weights.T if lines.error is None else lines.spread @ weights.T
    return also(own, 3 * (sizes @ weights.T), sizes @ doubt.T, carried)


def unit(call: Call) -> Bounded:
    """Axes of size 1 added or dropped."""
    return reshaped(call.x, call.out())


def every_step(call: Call, forward: Callable[[Call], Any]) -> Any:
    """The inner operator at each step of axis 1, one after the other."""
    x = call.x
    results = [forward(call.of(call.op.inner, taken(x, (slice(None), step)))) for step in range(x.shape[1])]
    if isinstance(results[0], tuple):
        return tuple(stacked(list(parts), 1) for parts in zip(*results, strict=True))
    return stacked(results, 1)


def all_steps_at_once(call: Call, forward: Callable[[Call], Any]) -> Bounded:
    """The inner operator on all steps of all samples as one batch: statistics of a batch are then those of all."""
    x = call.x
    folded = reshaped(x, (x.shape[0] * x.shape[1], *x.shape[2:]))
    found: Bounded = forward(call.of(call.op.inner, folded))
    return reshaped(found, (*x.shape[:2], *found.shape[1:]))
