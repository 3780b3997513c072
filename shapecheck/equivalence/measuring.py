"""How far results are apart, beside how far rounding may put them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecheck.equivalence.rounding import EPSILON, SMALLEST

if TYPE_CHECKING:
    from shapecheck.backend import Array


class Measured(NamedTuple):
    """The largest error of a tensor's elements, and the error and the allowed one where they are least in proportion.

    `ratio` is error/allowed there: above 1 no rounding explains the difference. `place` is the element's index.
    """

    largest: float
    error: float
    allowed: float
    ratio: float
    place: tuple[int, ...]

    @property
    def ok(self) -> bool:
        """Whether every element is within what is allowed."""
        return self.ratio <= 1


NOTHING = Measured(0.0, 0.0, 0.0, 0.0, ())


def measure(actual: Array, expected: Array, allowance: Array, epsilon: float, dtype: str) -> Measured:
    """Compare tensors of one shape element by element. Allowed are ε·allowance, as much again for the ε of the
    reference's own float64, and the smallest number.

    Elements that are no finite numbers must be the same.
    """
    import numpy as np

    if actual.size == 0:
        return NOTHING
    actual = actual.astype(np.float64)
    with np.errstate(invalid="ignore"):
        error = np.where(actual == expected, 0.0, np.abs(actual - expected))
    error = np.where(np.isnan(actual) & np.isnan(expected), 0.0, error)
    error = np.where(np.isnan(error), np.inf, error)
    moves = allowance > 0  # what only moves numbers about must give the very same ones
    allowed = np.where(moves, (epsilon + EPSILON["float64"]) * allowance + SMALLEST[dtype], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(error == 0, 0.0, error / allowed)
    place = np.unravel_index(int(np.argmax(ratio)), ratio.shape)
    return Measured(
        float(error.max()),
        float(error[place]),
        float(allowed[place]) if ratio[place] > 0 else float(allowed.max()),
        float(ratio[place]),
        tuple(int(axis) for axis in place),
    )


def worse(one: Measured, other: Measured) -> Measured:
    """The one that is farther off in proportion; the largest error is that of both."""
    chosen = other if (other.ratio, other.allowed) > (one.ratio, one.allowed) else one
    return chosen._replace(largest=max(one.largest, other.largest))
