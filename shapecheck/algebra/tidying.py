"""Claims as somebody would write them down: common factors divided out, floors resolved, what follows left out."""

from __future__ import annotations

from collections import Counter
from math import gcd

from .claims import AtLeast, Claim, Comparison, Differs, Equal
from .dim import Atom, Dim, Monomial, Size, collect, from_atom
from .interval import bounds
from .proof import YES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Of more claims than this it is not tried which follow from the others: each trial solves the rest again.
MOST_COMPARED = 16


def tidied(claim: Claim) -> Claim:
    """The same claim with common factors divided out and constants on the right.

    448*w = 3136 is w = 7, c*h*w = 49*c is h*w = 49 (for c >= 1), and h//4 >= 2 is h >= 8.
    """
    if not isinstance(claim, Equal | Differs | AtLeast):
        return claim
    claim = _without_factors(claim)
    a, b = claim.a, claim.b
    turned = isinstance(b, Dim) and not isinstance(a, Dim)
    left, right = (b, a) if turned else (a, b)
    if not isinstance(left, Dim) or isinstance(right, Dim):
        return claim
    shared = gcd(*(count for _, count in left.terms))
    number = right - left.constant
    bare = collect({monomial: count // shared for monomial, count in left.terms}, 0)
    if isinstance(claim, AtLeast):
        return _at_most(bare, number // shared) if turned else _at_least(bare, -(-number // shared))
    return type(claim)(bare, number // shared) if number % shared == 0 else claim


def _at_least(size: Size, low: int) -> Claim:
    """size >= low. x//m >= low is x >= m*low for m > 0: at no smaller x the floor gets there."""
    floor = _lone_floor(size)
    if floor is None:
        return AtLeast(size, low)
    inside, divisor = floor
    return tidied(AtLeast(inside, divisor * low))


def _at_most(size: Size, high: int) -> Claim:
    """high >= size. x//m <= high is x <= m*high + m - 1 for m > 0: the floor leaves high just behind it."""
    floor = _lone_floor(size)
    if floor is None:
        return AtLeast(high, size)
    inside, divisor = floor
    return tidied(AtLeast(divisor * high + divisor - 1, inside))


def _lone_floor(size: Size) -> tuple[Size, int] | None:
    """(x, m) of a size that is just x//m with a number m > 0."""
    if isinstance(size, Dim) and not size.constant and len(size.terms) == 1:
        monomial, count = size.terms[0]
        if count == 1 and len(monomial) == 1 and monomial[0].kind == "//":
            inside, divisor = monomial[0].args
            if not isinstance(divisor, Dim) and divisor > 0:
                return inside, divisor
    return None


def _without_factors(claim: Comparison) -> Comparison:
    """Both sides divided by what divides both, if that is at least 1 for every assignment."""
    sides = (claim.a, claim.b)
    monomials = [monomial for side in sides for monomial in _monomials(side)]
    if len(monomials) < 2 or not any(isinstance(side, Dim) for side in sides):
        return claim
    shared = _shared_atoms(monomials)
    number = gcd(*(count for side in sides for count in _counts(side)))
    if not shared and number < 2:
        return claim
    return type(claim)(*(_divided(side, shared, number) for side in sides))


def _monomials(side: Size) -> Iterator[Monomial]:
    if isinstance(side, Dim):
        yield from (monomial for monomial, _ in side.terms)
    constant = side.constant if isinstance(side, Dim) else side
    if constant:
        yield ()


def _counts(side: Size) -> Iterator[int]:
    if isinstance(side, Dim):
        yield from (count for _, count in side.terms)
        yield side.constant
    else:
        yield side


def _shared_atoms(monomials: list[Monomial]) -> Counter[Atom]:
    """The atoms of at least 1 that every monomial holds, as often as all do."""
    found = Counter(monomials[0])
    for monomial in monomials[1:]:
        found &= Counter(monomial)
    return Counter({atom: times for atom, times in found.items() if _is_positive(atom)})


def _is_positive(atom: Atom) -> bool:
    low = bounds(from_atom(atom))[0]
    return low is not None and low >= 1


def _divided(side: Size, shared: Counter[Atom], number: int) -> Size:
    if not isinstance(side, Dim):
        return side // number
    terms: dict[Monomial, int] = {}
    for monomial, count in side.terms:
        left = Counter(shared)
        kept = []
        for atom in monomial:
            if left[atom] > 0:
                left[atom] -= 1
            else:
                kept.append(atom)
        terms[tuple(kept)] = count // number
    constant = terms.pop((), 0) + side.constant // number
    return collect(terms, constant)


def needed(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims without those that follow from the rest: together they say the same, in their order.

    h >= 2, h >= 4 and h//2 >= 2 together are h >= 4.
    """
    kept = _tightest(dict.fromkeys(tidied(claim) for claim in claims if claim.proof() is not YES))
    if len(kept) > MOST_COMPARED:
        return tuple(kept)
    # Bounds go first: an equation says more than the bounds that follow from it.
    for claim in sorted(kept, key=lambda claim: not isinstance(claim, AtLeast)):
        others = [other for other in kept if other is not claim]
        if _follows(claim, others):
            kept = others
    return tuple(kept)


def _tightest(claims: Iterable[Claim]) -> list[Claim]:
    """Of several lower bounds of the same size only the highest."""
    claims = list(claims)
    lowest: dict[Size, int] = {}
    for claim in claims:
        if isinstance(claim, AtLeast) and not isinstance(claim.b, Dim):
            lowest[claim.a] = max(claim.b, lowest.get(claim.a, claim.b))
    return [
        claim
        for claim in claims
        if not isinstance(claim, AtLeast) or isinstance(claim.b, Dim) or claim.b == lowest[claim.a]
    ]


def _follows(claim: Claim, others: list[Claim]) -> bool:
    from .system import System

    related = [other for other in others if other.symbols & claim.symbols]
    if not related:
        return claim.proof() is YES
    system = System()
    for other in related:
        system = system.assume(other)
    return not system.contradiction and system.decide(claim) is YES
