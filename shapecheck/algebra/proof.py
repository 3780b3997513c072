"""Three-valued answers about sizes: YES for every assignment, NO for every assignment, or UNKNOWN."""

from __future__ import annotations

from enum import Enum
from math import gcd

from .cases import (
    in_every_case,
    is_natural_here,
    is_negative_here,
    is_nonzero_here,
    is_zero_here,
    sampled,
)
from .dim import TABLE_LIMIT, Dim, Size
from .division import divide_terms, mod
from .interval import bounds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .system import System


class Proof(Enum):
    """What is known of a statement: YES (always true), NO (always false), UNKNOWN.

    Raises TypeError as a condition: UNKNOWN must never pass silently for one of the others.
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError(f"{self} is no truth value: compare with `is Proof.YES` or `is Proof.NO`")

    def __invert__(self) -> Proof:
        return _OPPOSITE[self]


YES, NO, UNKNOWN = Proof.YES, Proof.NO, Proof.UNKNOWN
_OPPOSITE = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}


def equal(a: Size, b: Size, *, system: System | None = None) -> Proof:
    """Whether a = b for every assignment of the symbols (under the assumptions of `system`)."""
    if not isinstance(a, Dim) and not isinstance(b, Dim):
        return YES if a == b else NO
    if a is b:
        return YES
    if system is not None:
        from .claims import Equal

        return system.decide(Equal(a, b))
    return is_zero(a - b)


def at_least(a: Size, b: Size, *, system: System | None = None) -> Proof:
    """Whether a >= b for every assignment of the symbols (under the assumptions of `system`)."""
    if not isinstance(a, Dim) and not isinstance(b, Dim):
        return YES if a >= b else NO
    if system is not None:
        from .claims import AtLeast

        return system.decide(AtLeast(a, b))
    return is_natural(a - b)


def positive(a: Size, *, system: System | None = None) -> Proof:
    """Whether a >= 1 for every assignment of the symbols (under the assumptions of `system`)."""
    return at_least(a, 1, system=system)


def divides(a: Size, b: Size, *, system: System | None = None) -> Proof:
    """Whether b is a multiple of a for every assignment (under `system`); 0 divides only 0."""
    if not isinstance(a, Dim) and not isinstance(b, Dim):
        return YES if (b % a == 0 if a else b == 0) else NO
    if system is not None:
        from .claims import Divides

        return system.decide(Divides(a, b))
    return is_multiple(a, b)


_ZERO: dict[Dim, Proof] = {}
_NATURAL: dict[Dim, Proof] = {}


def is_zero(size: Size) -> Proof:
    """Whether the size is 0."""
    if not isinstance(size, Dim):
        return NO if size else YES
    found = _ZERO.get(size)
    if found is None:
        if len(_ZERO) > TABLE_LIMIT:
            _ZERO.clear()
        found = _ZERO[size] = _prove_zero(size)
    return found


def _prove_zero(size: Dim) -> Proof:
    if size.constant % gcd(*(count for _, count in size.terms)):
        return NO  # every term is a multiple of that number, the constant is not
    if is_nonzero_here(size):
        return NO
    zero = nonzero = False
    for value in sampled(size):
        if value:
            nonzero = True
        else:
            zero = True
        if zero and nonzero:
            return UNKNOWN
    if not nonzero:
        return YES if in_every_case(size, is_zero_here) else UNKNOWN
    return NO if in_every_case(size, is_nonzero_here) else UNKNOWN


def is_natural(size: Size) -> Proof:
    """Whether the size is 0 or more."""
    if not isinstance(size, Dim):
        return YES if size >= 0 else NO
    if is_natural_here(size):
        return YES
    if is_negative_here(size):
        return NO
    found = _NATURAL.get(size)
    if found is None:
        if len(_NATURAL) > TABLE_LIMIT:
            _NATURAL.clear()
        found = _NATURAL[size] = _prove_natural(size)
    return found


def _prove_natural(size: Dim) -> Proof:
    natural = negative = False
    for value in sampled(size):
        if value < 0:
            negative = True
        else:
            natural = True
        if natural and negative:
            return UNKNOWN
    if not negative:
        return YES if in_every_case(size, is_natural_here) else UNKNOWN
    return NO if in_every_case(size, is_negative_here) else UNKNOWN


def is_multiple(a: Size, b: Size) -> Proof:
    """Whether b = k*a for an integer k."""
    if not isinstance(a, Dim):
        return is_zero(b) if a == 0 else is_zero(mod(b, a))
    if not isinstance(b, Dim):
        if b == 0:
            return YES
        # A divisor of b != 0 is no larger than b.
        low, high = bounds(a)
        too_large = low is not None and low > abs(b)
        return NO if too_large or (high is not None and high < -abs(b)) else UNKNOWN
    # b = k*a holds at a = 0 too, so no condition on a is needed.
    return YES if divide_terms(b, a)[1] == 0 else UNKNOWN
