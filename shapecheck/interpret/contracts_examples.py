"""Counterexamples: sizes that a contract lets in and for which the promise does not hold.

A promise is made for everything that is let in, so one example refutes it. That holds where nothing was chosen on the
way, and only for sizes that the contract leaves free and that nothing else on the path hangs on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import AnyOf, free_symbols, witness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.algebra import Binding, Claim
    from shapecheck.interpret.paths import Path


def free_names(binding: Binding) -> frozenset[str]:
    """The symbols that stand for the names of a contract whose function is analysed by itself."""
    free: set[str] = set()
    tied: set[str] = set()
    for name, value in binding.bindings.items():
        for size in value if isinstance(value, tuple) else (value,):
            (tied if name[0] == "{" else free).update(free_symbols(size))
    return frozenset(free - tied)


def counterexample(path: Path, claim: Claim, free: frozenset[str]) -> str | None:
    """Sizes for which the claim fails although all that is assumed holds, "n = 1, t = 2"; None without one."""
    if path.order or path.answers or path.joined or path.silent or not claim.symbols:
        return None
    assumed: tuple[Claim, ...] = getattr(path.system, "inner", path.system).assumed
    linked = _linked(claim.symbols, assumed)
    if not linked <= free:
        return None
    relevant = [other for other in assumed if other.symbols & linked]
    found = witness(AnyOf(*(other.negated() for other in relevant), claim))
    if found is None:
        return None
    return ", ".join(f"{name} = {found[name]}" for name in sorted(claim.symbols))


def _linked(names: Iterable[str], claims: tuple[Claim, ...]) -> frozenset[str]:
    """The names, and all that the claims connect with them."""
    linked = set(names)
    growing = True
    while growing:
        growing = False
        for claim in claims:
            if claim.symbols & linked and not claim.symbols <= linked:
                linked |= claim.symbols
                growing = True
    return frozenset(linked)
