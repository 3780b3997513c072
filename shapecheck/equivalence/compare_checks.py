"""One pair of layers against the float64 reference: does the right one do what the left one would do on its input?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import Shape
from shapecheck.backend import BackendError, load
from shapecheck.equivalence.alterations import Alteration, Site, alterations
from shapecheck.equivalence.compare_values import TOLERANCE, aligned, difference
from shapecheck.equivalence.measuring import Measured, measure
from shapecheck.equivalence.rounding import epsilon
from shapecheck.ops.recurrent import Recurrent

if TYPE_CHECKING:
    from shapecheck.backend import Array, Arrays
    from shapecheck.equivalence.compare_entries import Entry
    from shapecheck.ops.base import Op

# The reference bounds the rounding of every product: beyond this many multiply-accumulates, and for recurrences of more
# steps, where the bound says nothing any more, layers are compared with each other only.
LIMIT = 12_000_000
CAUSE_LIMIT = 2_000_000
STEPS = 48


class Check(NamedTuple):
    """How far the right layer is from the reference of the left one, and what would explain a difference."""

    measured: Measured
    cause: str


def single(op: Op) -> Op:
    """The operator of one of its stacked layers, giving its output alone."""
    if isinstance(op, Recurrent):
        return op.replace(layers=1, return_states=False, batch_first=True, unbatched=False, dropout=0.0)
    return op


def checked(left: Entry, right: Entry, weights: Arrays, others: Arrays) -> Check | None:
    """The right layer's result for its input against the left operator with `weights`; None where that is no proof.

    `others` are the right layer's weights.

    It is none where the reference does not know the operator, where it would take too long, or where it does not even
    give what the left layer itself gave.
    """
    x, y = _first_call(right)
    if x is None or y is None or y.dtype.name not in ("float32", "float64") or len(right.calls[0].inputs) > 1:
        return None
    op = single(left.op)
    try:
        if not _affordable(op, x, LIMIT):
            return None
        reference: Any = load("numpy")
        found = _evaluated(reference, op, weights, x)
    except (BackendError, ValueError, KeyError, IndexError, TypeError, NotImplementedError):
        return None  # an operator, or a setting of one, that the reference was not written for
    measured = _measured(found, y, left.op, right.op)
    if measured is None or measured.ok:
        return None if measured is None else Check(measured, "")
    if not _describes(reference, op, weights, left):
        return None
    return Check(measured, _cause(reference, op, weights, others, left, right))


def _first_call(entry: Entry) -> tuple[Array | None, Array | None]:
    """What went into the layer's first call and what came out, where that is seen."""
    call = entry.calls[0]
    return (
        call.inputs[0] if entry.layer == 0 else None,
        call.outputs[0] if entry.layer == entry.stack - 1 else None,
    )


def _affordable(op: Any, x: Array, limit: int) -> bool:
    if isinstance(op, Recurrent) and x.shape[1] > STEPS:
        return False
    macs = op.macs(Shape(*x.shape))
    return isinstance(macs, int) and macs + x.size <= limit


def _evaluated(reference: Any, op: Op, weights: Arrays, x: Array) -> tuple[Array, Array]:
    import numpy as np

    held = {name: array.astype(np.float64) for name, array in weights.items()}
    given = x.astype(np.float64) if x.dtype.kind == "f" else x
    found: tuple[Array, Array] = reference.evaluate(op, held, [given])[0]
    return found


def _measured(found: tuple[Array, Array], y: Array, left: Op, right: Op) -> Measured | None:
    """None where the shapes do not fit."""
    dtype = y.dtype.name
    values = aligned(found[0], y, left, right)
    allowances = aligned(found[1], y, left, right)
    if values is None or allowances is None:
        return None
    import numpy as np

    grain = epsilon(dtype, "cpu", left)
    # Over many steps the bound grows beyond any use: never more than what layers are allowed among each other.
    most = TOLERANCE[dtype] * float(np.abs(values[0]).max(initial=0.0)) / grain
    return measure(values[1], values[0], np.minimum(allowances[0], most), grain, dtype)


def _describes(reference: Any, op: Op, weights: Arrays, left: Entry) -> bool:
    """Whether the reference gives what the left layer gave; without that nothing is proven."""
    x, y = _first_call(left)
    if x is None or y is None or y.dtype.name not in ("float32", "float64"):
        return left.stack > 1  # what goes on between stacked layers is not seen
    found = _measured(_evaluated(reference, op, weights, x), y, left.op, left.op)
    return found is not None and found.ok


def _cause(reference: Any, op: Op, weights: Arrays, others: Arrays, left: Entry, right: Entry) -> str:
    """The alteration of the left layer that makes it the right one; "" where no usual one does.

    Where the weights differ it is looked for in them, else in what comes out.
    """
    import numpy as np

    x, y = _first_call(right)
    if x is None or y is None:
        return ""
    given = [x.astype(np.float64) if x.dtype.kind == "f" else x]
    held = {name: array.astype(np.float64) for name, array in weights.items()}
    lacking = {name: np.zeros_like(held[name]) for name in held if name not in others}
    differ = bool(lacking) or not _same(held, others)
    for suspected in alterations(Site(op, held, given, False)):
        altered = suspected.weights is not held
        if altered and differ and _same(suspected.weights, {**others, **lacking}):
            return suspected.words
        if not altered and not differ and _affordable(op, x, CAUSE_LIMIT):
            measured = _altered(reference, suspected, y, left, right)
            if measured is not None and measured.ok:
                return suspected.words
    return ""


def _same(one: Arrays, other: Arrays) -> bool:
    return one.keys() == other.keys() and all(
        array.shape == other[name].shape and difference(array, other[name], 1e-6).ok
        for name, array in one.items()
    )


def _altered(reference: Any, suspected: Alteration, y: Array, left: Entry, right: Entry) -> Measured | None:
    import numpy as np

    try:
        with np.errstate(all="ignore"):
            outs = reference.evaluate(
                suspected.op, suspected.weights, suspected.inputs, training=suspected.training
            )
    except (ValueError, IndexError, KeyError):
        return None  # what is suspected cannot even be computed with these shapes
    value, allowance = outs[0]
    if suspected.after is not None:
        value, allowance = suspected.after(value), suspected.after(allowance)
    return _measured((value, allowance), y, left.op, right.op)
