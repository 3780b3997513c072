"""Polynomials by equations: what is known of a product of sizes, put in where the product stands."""

from __future__ import annotations

from collections import Counter

from .claims import Equal
from .dim import Dim, collect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .claims import Claim
    from .dim import Monomial, Size


def reduced(size: Size, claims: Iterable[Claim]) -> Size:
    """The size with the leading product of every equation among the claims replaced, where that is shorter.

    Under (h//2)*(w//2) = 49, 64*(h//2)*(w//2) is 3136. Equal to the size under the claims, whatever they are.
    """
    for claim in claims:
        if isinstance(claim, Equal) and isinstance(size, Dim):
            shorter = _without(size, claim.a - claim.b)
            if len(str(shorter)) < len(str(size)):
                size = shorter
    return size


def _without(size: Dim, zero: Size) -> Size:
    """The size less the multiples of `zero`, a size that is 0, whose leading products it holds."""
    if not isinstance(zero, Dim):
        return size
    leading, times = max(zero.terms, key=lambda term: len(term[0]))
    if len(leading) < 2:
        return size  # a symbol that is solved: `System.bindings` replaces it
    found: Size = size
    for monomial, count in size.terms:
        rest = _quotient(monomial, leading)
        if rest is not None and count % times == 0:
            factor = collect({rest: count // times}, 0) if rest else count // times
            found = found - factor * zero
    return found


def _quotient(monomial: Monomial, divisor: Monomial) -> Monomial | None:
    left = Counter(monomial)
    left.subtract(divisor)
    return None if min(left.values()) < 0 else tuple(left.elements())


def rectangle(size: Size, value: Size) -> tuple[int, Size, Size, int] | None:
    """(k, a, b, r) where size = value says the same as k*a*b = r: (x-1)*(y-1) = 961 for x*y-x-y = 960.

    None unless the size is a sum of a product of two, of each of the two alone, and of a number.
    """
    if not isinstance(size, Dim) or isinstance(value, Dim):
        return None
    terms = dict(size.terms)
    products = [monomial for monomial in terms if len(monomial) == 2]
    if len(products) != 1 or len(terms) == 1:
        return None
    (x, y), times = products[0], terms.pop(products[0])
    right, left = terms.pop((x,), 0), terms.pop((y,), 0)
    if terms or not left or not right or x == y or left % times or right % times:
        return None
    a, b = collect({(x,): 1}, left // times), collect({(y,): 1}, right // times)
    total = value - size.constant + left * right // times
    return (1, a, b, total // times) if total % times == 0 else (times, a, b, total)
