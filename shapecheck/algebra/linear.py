"""Sizes seen as linear in one symbol or one product."""

from __future__ import annotations

from .dim import Atom, Dim, Monomial, Size, collect


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
