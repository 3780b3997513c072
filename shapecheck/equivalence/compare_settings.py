"""Settings and weights in which two paired layers differ, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Shape
from shapecheck.ops.conv import Windowed
from shapecheck.ops.pool import Pool
from shapecheck.ops.window import margins

if TYPE_CHECKING:
    from shapecheck.backend import Arrays
    from shapecheck.equivalence.compare_entries import Entry
    from shapecheck.ops.base import Op

# How a framework's layer is called or declared, not what it computes; and what is compared in another way.
IGNORED = frozenset(
    "unbatched allowed channels input_size sizes axes axis stacked return_states sequences batch_first layers leads "
    "style padding kernel stride dilation count groups multiplier slopes slope keep size ceil count_padding "
    "padding_index scores key_size value_size bias affine name rate".split()
)


def settings_between(left: Entry, right: Entry) -> list[str]:
    """What the operators say differently, as "epsilon is 1e-05 on the left, 0.001 on the right"."""
    one, other = left.op, right.op
    found = []
    shared = {attribute.name for attribute in one.attributes} & {
        attribute.name for attribute in other.attributes
    }
    for name in sorted(shared - IGNORED):
        mine, yours = getattr(one, name), getattr(other, name)
        if mine != yours:
            found.append(f"{name} is {mine} on the left, {yours} on the right")
    found += _windows(left, right)
    return found


def _windows(left: Entry, right: Entry) -> list[str]:
    """Windows that differ: kernels, strides, dilations as such, paddings by what they add at this size."""
    one, other = left.op, right.op
    if not isinstance(one, Windowed | Pool) or type(one).__mro__[1] is not type(other).__mro__[1]:
        return []
    if left.input is None or left.input.ndim < one.rank + 2:
        return []
    space = left.input.shape[-one.rank :]
    found = []
    for name in ("kernel", "stride", "dilation"):
        mine, yours = (_column(op, name) for op in (one, other))
        if mine != yours:
            found.append(f"{name} is {mine} on the left, {yours} on the right")
    ends = [_ends(op, space) for op in (one, other)]
    if ends[0] != ends[1]:
        found.append(f"the padding is {_shown(ends[0])} on the left, {_shown(ends[1])} on the right")
    return found


def _column(op: Any, name: str) -> tuple[Any, ...]:
    values = tuple(value for (value,) in op.each(name, rank=op.rank))
    return _column(op, "kernel") if name == "stride" and None in values else values


def _ends(op: Op, space: tuple[int, ...]) -> list[tuple[int, int]]:
    columns = zip(*(_column(op, name) for name in ("kernel", "stride", "padding", "dilation")), strict=True)
    found = []
    for size, axis in zip(space, columns, strict=True):
        low, high = Shape(*margins(size, *axis)).evaluate({})
        found.append((low, high))
    return found


def _shown(ends: list[tuple[int, int]]) -> str:
    return " ".join(f"({low}, {high})" for low, high in ends)


def weights_between(left: Arrays, right: Arrays) -> list[str]:
    """Weights that one side lacks, and those whose shapes differ."""
    found = [f"the left has a weight {name}, the right has none" for name in left if name not in right]
    found += [f"the right has a weight {name}, the left has none" for name in right if name not in left]
    for name, array in left.items():
        if name in right and right[name].shape != array.shape:
            found.append(f"{name} has the shape {array.shape} on the left, {right[name].shape} on the right")
    return found


def values_between(left: Arrays, right: Arrays) -> list[str]:
    """Weights of the same shape whose numbers differ, with the largest difference."""
    import numpy as np

    found = []
    for name, array in left.items():
        other = right.get(name)
        if other is not None and other.shape == array.shape:
            error = float(np.abs(array.astype(np.float64) - other.astype(np.float64)).max(initial=0.0))
            if error > 1e-6 * float(np.abs(array).max(initial=0.0)):
                found.append(f"{name} differs by up to {error:.2g}")
    return found
