"""What may stand between two layers of one model and not of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.equivalence.compare_values import difference, folded, order_between

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapecheck.backend import Array

NEAR = 1e-4


def _softmax(axis: int) -> Callable[[Array], Array]:
    def function(x: Array) -> Array:
        import numpy as np

        found = np.exp(x - x.max(axis=axis, keepdims=True))
        shares: Array = found / found.sum(axis=axis, keepdims=True)
        return shares

    return function


def functions() -> dict[str, Callable[[Array], Array]]:
    """Functions of a tensor by name that one model may apply and the other not."""
    import numpy as np

    def sigmoid(x: Array) -> Any:
        return 1 / (1 + np.exp(-x))

    return {
        "a relu": lambda x: np.maximum(x, 0),
        "a sigmoid": sigmoid,
        "a tanh": np.tanh,
        "a softmax over the last axis": _softmax(-1),
        "a softmax over axis 1": _softmax(1),
        "an exponential": np.exp,
        "a silu": lambda x: x * sigmoid(x),
    }


def picked(array: Array, source: Array) -> str:
    """What of all steps an array is: the last, the first, their mean or their largest; "" where it is none."""
    if source.ndim != 3 or array.shape != (source.shape[0], source.shape[2]):
        return ""
    for words, found in (
        ("the last step", source[:, -1]),
        ("the first step", source[:, 0]),
        ("the mean over the steps", source.mean(axis=1)),
        ("the maximum over the steps", source.max(axis=1)),
    ):
        if difference(array, found, NEAR).ok:
            return words
    return ""


def between_cause(left: Array, right: Array, before: Sequence[Array]) -> str:
    """What turns one array into the other: another order of the same numbers, or a function; "" where nothing usual."""
    import numpy as np

    ordered = order_between(left, right, before)
    if ordered:
        return ordered
    takes = [
        next((words for source in before if (words := picked(array, source))), "") for array in (left, right)
    ]
    if any(takes) and takes[0] != takes[1]:
        mine, yours = (words or "something else" for words in takes)
        return f"the left takes {mine}, the right {yours}"
    fitting = folded(left, right)
    if fitting is None:
        return ""
    one, other = (array.astype(np.float64) for array in fitting)
    with np.errstate(all="ignore"):
        for name, function in functions().items():
            if one.ndim > 1 and difference(function(one), other, NEAR).ok:
                return f"the right applies {name} that the left does not"
            if one.ndim > 1 and difference(one, function(other), NEAR).ok:
                return f"the left applies {name} that the right does not"
    scale = float(np.vdot(one, other) / max(float(np.vdot(one, one)), 1e-300))
    if scale != 0 and difference(scale * one, other, NEAR).ok:
        return f"the right is {scale:.4g} times the left"
    return ""
