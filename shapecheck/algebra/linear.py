"""Sizes seen as linear in one symbol, and combined so that products cancel."""

from __future__ import annotations

from math import gcd

from .dim import Atom, Dim, Monomial, Size, collect, from_atom
from .division import divide_terms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def linear_solution(size: Size, name: str) -> Size | None:
    """What the symbol must be for the size to be 0, where that is certain to be an integer, else None.

    The symbol must occur in one term only, alone, with a count that divides everything else.
    """
    if not isinstance(size, Dim):
        return None
    found: int | None = None
    rest: dict[Monomial, int] = {}
    for monomial, count in size.terms:
        if len(monomial) == 1 and monomial[0].kind == "symbol" and monomial[0].name == name and found is None:
            found = count
        elif any(name in atom.names for atom in monomial):
            return None
        else:
            rest[monomial] = count
    if found is None or size.constant % found or any(count % found for count in rest.values()):
        return None
    return collect({monomial: -count // found for monomial, count in rest.items()}, -size.constant // found)


def symbol_terms(size: Dim) -> list[tuple[Atom, int]]:
    """The symbols that are a whole term of the size, with their counts."""
    found = []
    for monomial, count in size.terms:
        if len(monomial) == 1 and monomial[0].kind == "symbol":
            found.append((monomial[0], count))
    return found


def primitive(size: Size) -> Size:
    """The size without common numbers and without common factors that are never 0."""
    if not isinstance(size, Dim):
        return size
    if not size.constant:
        for atom in size.terms[0][0]:
            if atom.low is not None and atom.low >= 1 and isinstance(size, Dim):
                quotient, left = divide_terms(size, from_atom(atom))
                if left == 0:
                    size = quotient
        if not isinstance(size, Dim):
            return size
    content = gcd(size.constant, *(count for _, count in size.terms))
    return collect({m: count // content for m, count in size.terms}, size.constant // content)


def cancelling(a: Size, b: Size) -> Iterator[Size]:
    """Positive combinations of two sizes in which a product that both hold cancels."""
    if isinstance(a, Dim) and isinstance(b, Dim):
        counts = dict(b.terms)
        for monomial, count in a.terms:
            other = counts.get(monomial, 0)
            if count * other < 0:
                shared = gcd(count, other)
                yield a * (abs(other) // shared) + b * (abs(count) // shared)
