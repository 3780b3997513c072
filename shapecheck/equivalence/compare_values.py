"""Arrays of two models side by side: brought to one layout, and how far apart they are."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.ops.convlstm import ConvLSTM
from shapecheck.ops.recurrent import Recurrent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.backend import Array
    from shapecheck.ops.base import Op

# What a difference may be, relative to the largest number, where nothing better is known: rounding that has gone
# through many layers, of the coarsest of the numbers that are compared.
TOLERANCE = {"float64": 1e-9, "float32": 1e-4, "float16": 2e-2, "bfloat16": 6e-2}


class Difference(NamedTuple):
    """The largest absolute difference, what is allowed, and the shapes; `ok` where they are the same."""

    error: float
    allowed: float
    left: tuple[int, ...]
    right: tuple[int, ...]
    ok: bool


def difference(
    left: Array, right: Array, tolerance: float | None = None, *, scale: float = 0.0
) -> Difference:
    """Compare arrays of one shape; numbers that are not finite must be the same.

    What is allowed is relative to the largest number, and to `scale`: that of numbers whose sum they are.
    """
    import numpy as np

    if left.shape != right.shape:
        return Difference(np.inf, 0.0, left.shape, right.shape, False)
    one, other = left.astype(np.float64), right.astype(np.float64)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(invalid="ignore"):
        errors = np.where(same, 0.0, np.abs(one - other))
    error = float(np.nan_to_num(errors, nan=np.inf).max(initial=0.0))
    finite = np.abs(np.concatenate([one.ravel(), other.ravel()]))
    largest = float(np.where(np.isfinite(finite), finite, 0.0).max(initial=0.0))
    if tolerance is None:
        names = [array.dtype.name for array in (left, right)]
        tolerance = max(TOLERANCE.get(name, 0.0) for name in names)
    allowed = tolerance * max(largest, scale)
    return Difference(error, allowed, left.shape, right.shape, error <= allowed)


def aligned(left: Array, right: Array, left_op: Op, right_op: Op) -> tuple[Array, Array] | None:
    """What two layers gave, in one shape: the last step of all, folded steps unfolded; None where they do not fit."""
    left, right = _last_of(left, left_op, right_op), _last_of(right, right_op, left_op)
    return folded(left, right)


def folded(left: Array, right: Array) -> tuple[Array, Array] | None:
    """Arrays that differ in axes of size 1 at the end, or in batch and time being one axis, in one shape."""
    if left.shape == right.shape:
        return left, right
    for one, other in ((left.shape, right.shape), (_trimmed(left.shape), _trimmed(right.shape))):
        for wide, narrow in ((one, other), (other, one)):
            if wide == narrow or (len(wide) == len(narrow) + 1 and _merged(wide) == narrow):
                return left.reshape(narrow), right.reshape(narrow)
    return None


def turned(array: Array) -> list[Array]:
    """The array with its axes as they are, and with channels moved from the end or to it."""
    import numpy as np

    moves = [(-1, place) for place in range(1, array.ndim - 1)] + [
        (place, -1) for place in range(1, array.ndim - 1)
    ]
    return [array, *(np.moveaxis(array, source, target) for source, target in moves)]


def _merged(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[0] * shape[1], *shape[2:])


def _trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    while len(shape) > 2 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _last_of(array: Array, op: Op, other: Op) -> Array:
    """The last step, as the other layer gives it, of a recurrent layer that gives all."""
    import numpy as np

    if isinstance(op, ConvLSTM) and isinstance(other, ConvLSTM):
        return array[:, -1] if op.sequences and not other.sequences else array
    if not (isinstance(op, Recurrent) and isinstance(other, Recurrent)):
        return array
    if not op.sequences or other.sequences or array.ndim != 3:
        return array
    if not op.bidirectional:
        return array[:, -1]
    forward, backward = np.split(array, 2, axis=-1)
    return np.concatenate([forward[:, -1], backward[:, 0]], axis=-1)


class Fitted(NamedTuple):
    """An output of the right model in the left one's layout, and how its axes were moved ("" for not at all)."""

    left: Array
    right: Array
    moved: str


def outputs_fitted(left: Array, right: Array) -> Fitted | None:
    """The final outputs in one shape. Channels may stand last on one side; None where the shapes do not fit."""
    import numpy as np

    candidates = []
    same = folded(left, right)
    if same is not None:
        candidates.append(Fitted(*same, ""))
    if left.ndim == right.ndim > 2:
        for source, target, words in (
            (-1, 1, "its channels are last"),
            (1, -1, "its channels are second, those of the left output last"),
            (-1, 2, "its channels are last"),
        ):
            moved = np.moveaxis(right, source, target)
            if moved.shape == left.shape and target < left.ndim:
                candidates.append(Fitted(left, moved, words))
    return min(candidates, key=lambda each: difference(each.left, each.right).error, default=None)


def order_between(left: Array, right: Array, before: Sequence[Array]) -> str:
    """How features that were merged in two orders of axes differ: in words, "" where they do not.

    `before` are arrays, canonical, that they may have been merged from.
    """
    import numpy as np

    if left.shape != right.shape or left.ndim < 2:
        return ""
    ordered = [
        np.sort(array.reshape(left.shape[0], -1).astype(np.float64), axis=1) for array in (left, right)
    ]
    if not difference(ordered[0], ordered[1], 1e-4).ok:
        return ""
    for source in before:
        words = [_merged_as(array, source) if 3 <= source.ndim <= 5 else "" for array in (left, right)]
        if all(words) and words[0] != words[1]:
            return f"the left merges the axes as ({words[0]}), the right as ({words[1]})"
    return "the same numbers arrive in another order: axes were merged or moved differently before it"


NAMES: dict[int, tuple[str, ...]] = {2: ("c", "l"), 3: ("c", "h", "w"), 4: ("c", "d", "h", "w")}


def _merged_as(array: Array, before: Array) -> str:
    """The order of the axes behind the first in which their cells make up the array."""
    import numpy as np

    names = NAMES[before.ndim - 1]
    for order in permutations(range(1, before.ndim)):
        moved = before.transpose(0, *order)
        if (
            moved.size == array.size
            and difference(np.ascontiguousarray(moved).reshape(-1), array.reshape(-1), 1e-4).ok
        ):
            return " ".join(names[axis - 1] for axis in order)
    return ""


def flat_shape(shape: Any) -> str:
    """(2, 3) as people write it."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
