"""What a claim says of single symbols: tighter ends, residues, and the few values that are left."""

from __future__ import annotations

from math import gcd, lcm

from .cases import is_negative_here, is_nonzero_here
from .claims import AllOf, AnyOf, AtLeast, Claim, Differs, Divides, Equal, Indivisible
from .dim import Atom, Dim, Monomial, Size, collect, from_atom, make_atom
from .interval import Interval, bounds, monomial_interval
from .proof import NO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Proofs spent on one search for an end, and values tried one by one when the range is this narrow.
SEARCH_STEPS = 60
FEW = 64
# Where an unbounded symbol's range is tried to be cut off.
CUTS = (1 << 4, 1 << 8, 1 << 12, 1 << 17, 1 << 24, 1 << 40)


def excluded(claim: Claim) -> bool:
    """Whether the claim is quickly seen to hold for no assignment."""
    if isinstance(claim, Equal):
        return is_nonzero_here(claim.a - claim.b)
    if isinstance(claim, AtLeast):
        return is_negative_here(claim.a - claim.b)
    if isinstance(claim, AnyOf):
        return all(excluded(part) for part in claim.claims)
    if isinstance(claim, AllOf):
        return any(excluded(part) for part in claim.claims)
    if isinstance(claim, Divides | Differs | Indivisible) and claim.symbols:
        return False
    return claim.proof() is NO


def between(name: str, low: int | None, high: int | None) -> Size:
    """The symbol of these bounds, or the number when only one is left."""
    if low is not None and low == high:
        return low
    return from_atom(make_atom("symbol", name, (), low, high))


def _none_left(claims: Sequence[Claim], name: str, low: int | None, high: int | None) -> bool:
    value = between(name, low, high)
    try:
        return any(excluded(claim.substitute({name: value})) for claim in claims)
    except ZeroDivisionError:
        return False  # a claim without a value there is not used


def tightened(claims: Sequence[Claim], symbol: Atom) -> Interval | None:
    """Ends of the symbol between which all values lie that satisfy the claims; None when there is none."""
    low, high, name = symbol.low, symbol.high, symbol.name
    if low is None:
        return low, high
    if _none_left(claims, name, low, high):
        return None
    if high is None:
        for cut in CUTS:
            if cut > low and _none_left(claims, name, cut, None):
                high = cut - 1
                break
    if high is None:
        return _first(claims, name, low, max(2 * low, CUTS[1]), False), None
    first = _first(claims, name, low, high, False)
    if first > high:
        return None
    return first, _first(claims, name, first, high, True)


def _first(claims: Sequence[Claim], name: str, low: int, high: int, backwards: bool) -> int:
    """The first value from one end that is not excluded (past the other end: none is left).

    After the budget of steps the place reached so far: everything before it is excluded.
    """
    pending = [(low, high)]
    for _ in range(SEARCH_STEPS):
        if not pending:
            return low - 1 if backwards else high + 1
        start, stop = pending.pop()
        if _none_left(claims, name, start, stop):
            continue
        if start == stop:
            return start
        middle = (start + stop) // 2
        parts = [(middle + 1, stop), (start, middle)]
        pending.extend(reversed(parts) if backwards else parts)
    if not pending:
        return low - 1 if backwards else high + 1
    return pending[-1][1] if backwards else pending[-1][0]


def remaining(claims: Sequence[Claim], name: str, low: int, high: int) -> list[int]:
    """The values in low…high for which no claim (about this symbol alone) is false."""
    found = []
    for value in range(low, high + 1):
        try:
            if all(claim.holds({name: value}) for claim in claims):
                found.append(value)
        except ZeroDivisionError:
            continue  # the claims have no value there, so the path that assumed them does not go there
    return found


def progression(values: Sequence[int]) -> tuple[int, int]:
    """(modulus, residue) that all values share; modulus 1 when they share none."""
    modulus = 0
    for value in values:
        modulus = gcd(modulus, value - values[0])
    return (modulus, values[0] % modulus) if modulus else (0, values[0])


def period(claims: Sequence[Claim], limit: int) -> int:
    """A number after which the residues of one-symbol claims repeat, 1 where none up to the limit is seen."""
    found = 1
    for claim in claims:
        stack: list[object] = [claim]
        while stack:
            part = stack.pop()
            if isinstance(part, Dim):
                stack.extend(atom for monomial, _ in part.terms for atom in monomial)
            elif isinstance(part, Atom):
                number = part.args[-1] if part.kind == "//" else 1
                found = lcm(found, abs(number)) if isinstance(number, int) and number else found
                stack.extend(part.args)
            elif isinstance(part, Claim):
                if isinstance(part, Divides | Indivisible) and isinstance(part.a, int) and part.a:
                    found = lcm(found, abs(part.a))
                stack.extend(part.parts())
            if found > limit:
                return 1
    return found


def congruence(size: Dim) -> Iterator[tuple[Atom, int, int]]:
    """(symbol, modulus, residue) that size = 0 forces on symbols counted once alone in a term."""
    for monomial, count in size.terms:
        symbol = monomial[0]
        if len(monomial) > 1 or symbol.kind != "symbol":
            continue
        others = [other for m, other in size.terms if m is not monomial]
        if not others:
            continue
        modulus = gcd(*others)
        # count*s + constant = 0 modulo everything else's common divisor.
        shared = gcd(count, modulus)
        if size.constant % shared:
            continue
        modulus //= shared
        if modulus > 1:
            inverse = pow(count // shared, -1, modulus)
            yield symbol, modulus, -(size.constant // shared) * inverse % modulus


def implied(size: Dim) -> Iterator[Claim]:
    """Bounds on single atoms that follow from size >= 0, as claims."""
    for monomial, count in size.terms:
        rest = size - collect({monomial: count}, 0)
        most = bounds(rest)[1]
        if most is None:
            continue
        # count*m >= -rest >= -most.
        if count > 0:
            yield from _from_product(monomial, -(most // count), None)
        else:
            yield from _from_product(monomial, None, most // -count)


def _from_product(monomial: Monomial, low: int | None, high: int | None) -> Iterator[Claim]:
    """Claims on the atoms of a product whose value lies in low…high."""
    for index, atom in enumerate(monomial):
        others = monomial[:index] + monomial[index + 1 :]
        if not others:
            yield from _from_atom(atom, low, high)
            continue
        least, most = monomial_interval(others)
        if least is None or least < 1:
            continue
        if high is not None and high >= 0:
            yield from _from_atom(atom, None, high // least)
        if low is not None and low >= 1 and most is not None:
            yield from _from_atom(atom, -(-low // most), None)


def _from_atom(atom: Atom, low: int | None, high: int | None) -> Iterator[Claim]:
    """Claims that follow from low <= atom <= high, given on what the atom is made of."""
    if low is not None and atom.low is not None and low <= atom.low:
        low = None
    if high is not None and atom.high is not None and high >= atom.high:
        high = None
    if atom.kind == "//" and isinstance(atom.args[1], int):
        numerator, divisor = atom.args
        if low is not None:
            yield AtLeast(numerator, divisor * low)
        if high is not None:
            yield AtLeast(divisor * high + (divisor - 1), numerator)
        return
    if atom.kind == "max" and high is not None:
        yield from (AtLeast(high, arg) for arg in atom.args)
    elif atom.kind == "min" and low is not None:
        yield from (AtLeast(arg, low) for arg in atom.args)
    elif atom.kind == "symbol":
        if low is not None:
            yield AtLeast(from_atom(atom), low)
        if high is not None:
            yield AtLeast(high, from_atom(atom))
