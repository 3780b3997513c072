"""Arrays of real numbers: float64 values, how far rounding may move them, and what they were made of.

Every operator of this backend is written once, in the operations below and in those of `elementary` and `moving`.
Each operation gives three things by its own definition:

* `value`, computed in float64;
* `error`, the first-order bound of its rounding error in units of the relative rounding error ε of somebody's
  arithmetic (2⁻²⁴ for float32): an implementation that rounds each elementary operation to a relative ε ends within
  ε·error of the exact result. None means that nothing is rounded. The rules, for operands a ± ε·α and b ± ε·β:

  - sum of m terms: Σα + r(m − 1)·Σ|a|. The magnitudes are added, not the sum's own magnitude taken: then the
    bound holds in whatever order the terms are added, and when a factor is multiplied in before or after;
  - product: |a|·β + |b|·α + |a·b|;
  - scalar product of K pairs: Σ(|a|·β + |b|·α) + r(K)·Σ|a|·|b|, as each term goes through one product and at most
    K − 1 sums;
  - r(k) = min(k, 8·√k): k roundings add up to k·ε at worst, and to λ·√k·ε with a probability of at least
    1 − 2·exp(−λ²/2) where they are independent of each other (Higham and Mary, "A new approach to probabilistic
    rounding error analysis", 2019); λ = 8 is exceeded once in 10¹³ sums;
  - function f: |f′(a)|·α + c·|f(a)| with c = 8, see `elementary`;
  - moving cells about: nothing.

  Terms in ε² are left out; they matter only where ε·error is near the value itself.
* `parents`, where a derivative is asked for: each operand with the function that takes the derivative of a result
  by this array to its derivative by the operand. These are made of the same operations, so that a gradient comes
  with a bound, too.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shapecheck.backend import Array

# Deviations of a sum of independent roundings that are reckoned with.
LIKELY = 8

_numbers = count()
# The ε of the arithmetic whose gradients are bounded: where a kink is nearer than ε·error, its slope is uncertain.
_grain: ContextVar[float] = ContextVar("grain", default=0.0)


class Bounded:
    """An array of reals; see the module. `watched` arrays are those that a derivative is asked by."""

    __slots__ = ("error", "number", "parents", "value", "watched")

    error: Array | None
    value: Array
    watched: bool

    def __init__(
        self,
        value: Any,
        error: Array | None = None,
        parents: Sequence[tuple[Bounded, Callable[[Bounded], Bounded]]] = (),
        *,
        watched: bool = False,
    ) -> None:
        self.value = np.asarray(value, dtype=np.float64)
        self.error = error
        self.parents = tuple(pair for pair in parents if pair[0].watched)
        self.watched = watched or bool(self.parents)
        self.number = next(_numbers)

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes."""
        return self.value.shape

    @property
    def spread(self) -> Array:
        """The error of every element; zeros where nothing is rounded."""
        return np.zeros(self.shape) if self.error is None else np.broadcast_to(self.error, self.shape)


def still(a: Bounded) -> Bounded:
    """The same numbers without where they came from."""
    return Bounded(a.value, a.error)


def together(*errors: Array | None) -> Array | None:
    """The sum of errors, None when none of them is there."""
    known = [error for error in errors if error is not None]
    return sum(known[1:], known[0]) if known else None


def scaled_error(error: Array | None, factor: Array) -> Array | None:
    """An error that the factor magnifies."""
    return None if error is None else error * np.abs(factor)


def roundings(count: int) -> float:
    """To how many ε this many roundings of one sum add up: r of the module's rules."""
    return min(count, LIKELY * sqrt(count))


def add(*terms: Bounded) -> Bounded:
    """The sum of arrays, which broadcast."""
    value = sum((term.value for term in terms[1:]), terms[0].value)
    size = sum((np.abs(term.value) for term in terms[1:]), np.abs(terms[0].value))
    rounding = roundings(len(terms) - 1) * size
    error = together(rounding, *(term.error for term in terms))
    return Bounded(value, error, [(term, _folded_to(term.shape)) for term in terms])


def negate(a: Bounded) -> Bounded:
    """−a, exactly."""
    return Bounded(-a.value, a.error, [(a, negate)])


def subtract(a: Bounded, b: Bounded) -> Bounded:
    """a − b."""
    return add(a, negate(b))


def multiply(a: Bounded, b: Bounded) -> Bounded:
    """a·b, element by element; they broadcast."""
    value = a.value * b.value
    error = together(np.abs(value), scaled_error(a.error, b.value), scaled_error(b.error, a.value))

    def by_a(slope: Bounded) -> Bounded:
        return fold(multiply(slope, still(b)), a.shape)

    def by_b(slope: Bounded) -> Bounded:
        return fold(multiply(slope, still(a)), b.shape)

    return Bounded(value, error, [(a, by_a), (b, by_b)])


def constant(value: float) -> Bounded:
    """A number of a formula; it is rounded itself, unless few bits hold it."""
    exact = float(np.float16(value)) == value
    return Bounded(value, None if exact else np.abs(np.float64(value)))


def times(a: Bounded, factor: float) -> Bounded:
    """a times a number of a formula."""
    return multiply(a, constant(factor))


def also(a: Bounded, *errors: Array) -> Bounded:
    """The same numbers with further errors: what another way of computing them rounds."""
    return Bounded(a.value, together(a.error, *errors), [(a, lambda slope: slope)])


def dot(spec: str, a: Bounded, b: Bounded, *, plus: Bounded | None = None) -> Bounded:
    """Scalar products as `numpy.einsum` writes them; `plus` is one more term of every sum, and broadcasts."""
    left, right, out = spec.replace("->", ",").split(",")
    sizes = dict(zip(left + right, a.shape + b.shape, strict=True))
    terms = int(np.prod([sizes[letter] for letter in sizes if letter not in out])) + (plus is not None)

    def summed(x: Array, y: Array) -> Array:
        found: Array = np.einsum(spec, x, y, optimize=True)
        return found

    value = summed(a.value, b.value)
    size = summed(np.abs(a.value), np.abs(b.value))
    if plus is not None:
        value, size = value + plus.value, size + np.abs(plus.value)
    error = together(
        roundings(terms) * size,
        None if a.error is None else summed(a.spread, np.abs(b.value)),
        None if b.error is None else summed(np.abs(a.value), b.spread),
        None if plus is None else plus.error,
    )

    def by_a(slope: Bounded) -> Bounded:
        return dot(f"{out},{right}->{left}", slope, still(b))

    def by_b(slope: Bounded) -> Bounded:
        return dot(f"{out},{left}->{right}", slope, still(a))

    parents: list[tuple[Bounded, Callable[[Bounded], Bounded]]] = [(a, by_a), (b, by_b)]
    if plus is not None:
        parents.append((plus, _folded_to(plus.shape)))
    return Bounded(value, error, parents)


def total(a: Bounded, axes: tuple[int, ...], *, keep: bool = False) -> Bounded:
    """The sum over axes."""
    terms = int(np.prod([a.shape[axis] for axis in axes]))
    value = a.value.sum(axis=axes, keepdims=keep)
    rounding = roundings(terms - 1) * np.abs(a.value).sum(axis=axes, keepdims=keep) if terms > 1 else None
    error = together(rounding, None if a.error is None else a.spread.sum(axis=axes, keepdims=keep))
    kept = a.value.sum(axis=axes, keepdims=True).shape

    def spread_out(slope: Bounded) -> Bounded:
        def stretched(x: Array) -> Array:
            return np.broadcast_to(x.reshape(kept), a.shape)

        return Bounded(
            stretched(slope.value), None if slope.error is None else stretched(np.array(slope.spread))
        )

    return Bounded(value, error, [(a, spread_out)])


def mean(a: Bounded, axes: tuple[int, ...], *, keep: bool = False) -> Bounded:
    """The mean over axes."""
    return times(total(a, axes, keep=keep), 1 / int(np.prod([a.shape[axis] for axis in axes])))


def largest(a: Bounded, axes: tuple[int, ...]) -> Bounded:
    """The largest element over axes, which stay with size 1. Its slope is that of the first such element."""
    value = a.value.max(axis=axes, keepdims=True)
    error = None if a.error is None else a.spread.max(axis=axes, keepdims=True)

    def chosen(slope: Bounded) -> Bounded:
        return multiply(slope, _choice(a, value, error, axes))

    return Bounded(value, error, [(a, chosen)])


def _choice(a: Bounded, value: Array, error: Array | None, axes: tuple[int, ...]) -> Bounded:
    """1 at the first largest element, else 0; uncertain where another is too near to tell."""
    rest = tuple(axis for axis in range(a.value.ndim) if axis not in axes)
    order = (*rest, *axes)
    rows = a.value.transpose(order).reshape(*(a.shape[axis] for axis in rest), -1)
    first = np.zeros(rows.shape)
    np.put_along_axis(first, rows.argmax(axis=-1)[..., None], 1.0, axis=-1)
    mask = first.reshape([a.shape[axis] for axis in order]).transpose(np.argsort(order))
    grain = _grain.get()
    if grain == 0.0:
        return Bounded(mask)
    near = a.value + grain * a.spread >= value - grain * (0.0 if error is None else error)
    return Bounded(mask, np.where(near & (near.sum(axis=axes, keepdims=True) > 1), 1 / grain, 0.0))


def kinked(a: Bounded, value: Array, slope: Array, *, kinks: Sequence[float], rounded: bool) -> Bounded:
    """A function of straight pieces: its values and slopes at `a`, and where the pieces meet."""
    error = together(
        None if a.error is None else a.spread * max(1.0, float(np.abs(slope).max(initial=0.0))),
        2 * np.abs(value) if rounded else None,  # the slope is rounded, and the product
    )

    def sloped(outer: Bounded) -> Bounded:
        grain = _grain.get()
        doubt = np.abs(slope) if rounded else np.zeros(a.shape)
        for kink in kinks if grain else ():
            doubt = np.where(np.abs(a.value - kink) <= grain * a.spread, 2 / grain, doubt)
        return multiply(outer, Bounded(slope, doubt))

    return Bounded(value, error, [(a, sloped)])


def fold(a: Bounded, shape: tuple[int, ...]) -> Bounded:
    """Sum what broadcasting a `shape` to that of `a` repeated."""
    if a.shape == shape:
        return a
    extra = a.value.ndim - len(shape)
    wide = tuple(range(extra)) + tuple(
        extra + axis for axis, size in enumerate(shape) if size == 1 and a.shape[extra + axis] != 1
    )
    found = total(a, wide) if wide else a
    return Bounded(
        found.value.reshape(shape), None if found.error is None else np.array(found.spread).reshape(shape)
    )


def _folded_to(shape: tuple[int, ...]) -> Callable[[Bounded], Bounded]:
    return lambda slope: fold(slope, shape)


@contextmanager
def rounding_to(grain: float) -> Iterator[None]:
    """Bound gradients for an arithmetic of this ε: slopes at kinks nearer than its errors count as uncertain."""
    token = _grain.set(grain)
    try:
        yield
    finally:
        _grain.reset(token)


def derivatives(results: Mapping[str, Bounded], cotangents: Mapping[str, Array]) -> dict[int, Bounded]:
    """The sum of results times cotangents, differentiated by every watched array: by its number."""
    slopes: dict[int, list[Bounded]] = {}
    waiting: dict[int, Bounded] = {}
    for name, cotangent in cotangents.items():
        result = results[name]
        if result.watched:
            slopes.setdefault(result.number, []).append(Bounded(cotangent))
            waiting[result.number] = result
    found: dict[int, Bounded] = {}
    while waiting:  # a later array is never made of by an earlier one
        array = waiting.pop(max(waiting))
        parts = slopes.pop(array.number)
        found[array.number] = parts[0] if len(parts) == 1 else add(*parts)
        for parent, pullback in array.parents:
            slopes.setdefault(parent.number, []).append(pullback(found[array.number]))
            waiting[parent.number] = parent
    return found
