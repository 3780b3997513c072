"""Fractions of sizes: what `n / 2` is while n is a symbol, exact until an integer is made of it again.

A fraction is an Unknown float whose key says what it is: ("quotient", numerator, denominator). Python
computes in
floating point. Rounding cannot carry a quotient with a small denominator over an integer while the
numerator stays
below 2**53, so floors and ceilings of the exact fraction are what Python gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Proof, at_least, ceildiv, divides, floordiv, positive
from shapecheck.interpret.values import Int, Literal, Unknown, Value

if TYPE_CHECKING:
    from typing import Any

    from shapecheck.algebra import Size

# A float with a larger denominator (0.1 has 2**55) was rounded when it was written: products are not exact.
LARGEST_DENOMINATOR = 1 << 10


def quotient(numerator: Size, denominator: Size) -> Unknown:
    """The float `numerator / denominator`, of which at least one is symbolic."""
    return Unknown("a quotient of sizes", ("quotient", numerator, denominator), kind="float")


def is_quotient(value: Value | None) -> bool:
    """True for a float that `quotient` made."""
    return isinstance(value, Unknown) and isinstance(value.key, tuple) and value.key[0] == "quotient"


def as_fraction(value: Value) -> tuple[Size, Size] | None:
    """A number as numerator and denominator, the latter positive; None where it is no number or not exact."""
    if isinstance(value, Unknown) and is_quotient(value):
        key: Any = value.key
        numerator, denominator = key[1], key[2]
        return (numerator, denominator) if _surely_positive(denominator) else None
    if isinstance(value, Int):
        return value.size, 1
    if isinstance(value, Literal):
        number = value.value
        if isinstance(number, int):
            return int(number), 1
        if isinstance(number, float) and number == number and abs(number) < 1 << 53:
            above, below = number.as_integer_ratio()
            if below <= LARGEST_DENOMINATOR:
                return above, below
    return None


def combined(sign: str, left: Value, right: Value) -> Value | None:
    """`left + right`, `-`, `*`, `/` or `//` of numbers, one symbolic or a fraction; None where not exact."""
    first, second = as_fraction(left), as_fraction(right)
    if first is None or second is None:
        return None
    if sign in ("/", "//"):
        if not _surely_positive(second[0]):
            return None
        above, below = first[0] * second[1], first[1] * second[0]
        return _ratio(above, below) if sign == "/" else _ratio(floordiv(above, below), 1)
    if sign == "*":
        return _ratio(first[0] * second[0], first[1] * second[1])
    if sign in ("+", "-"):
        other = second[0] if sign == "+" else -second[0]
        return _ratio(first[0] * second[1] + other * first[1], first[1] * second[1])
    return None


def floor(value: Value) -> Size | None:
    """The largest integer that is not above the fraction, None where it is no exact number."""
    parts = as_fraction(value)
    return None if parts is None else floordiv(*parts)


def ceiling(value: Value) -> Size | None:
    """The smallest integer that is not below the fraction, None where it is no exact number."""
    parts = as_fraction(value)
    return None if parts is None else ceildiv(*parts)


def truncated(value: Value) -> Size | None:
    """What `int()` makes of the fraction, None where its sign is not known and it does not divide."""
    parts = as_fraction(value)
    if parts is None:
        return None
    return floordiv(*parts) if _whole(parts) or at_least(parts[0], 0) is Proof.YES else None


def exact_integer(value: Value) -> Size | None:
    """The integer that the fraction is, None where it is not proven to be one."""
    parts = as_fraction(value)
    return floordiv(*parts) if parts is not None and _whole(parts) else None


def _whole(parts: tuple[Size, Size]) -> bool:
    return divides(parts[1], parts[0]) is Proof.YES


def _surely_positive(size: Size) -> bool:
    return size > 0 if isinstance(size, int) else positive(size) is Proof.YES


def _ratio(numerator: Size, denominator: Size) -> Value | None:
    if isinstance(numerator, int) and isinstance(denominator, int):
        return Literal(numerator / denominator) if abs(numerator) < 1 << 53 else None
    return quotient(numerator, denominator)
