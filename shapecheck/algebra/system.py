"""What is assumed on one path, solved together."""

from __future__ import annotations

from .claims import AllOf, Claim, Equal
from .dim import Dim, Size
from .evaluation import substitute
from .linear import linear_solution, symbol_terms
from .proof import NO, UNKNOWN, YES, Proof

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class System:
    """Claims assumed together. Immutable: `assume` gives a new System."""

    __slots__ = ("assumed", "bindings", "conflict", "contradiction", "residual")

    def __init__(self) -> None:
        self.assumed: tuple[Claim, ...] = ()
        self.bindings: Mapping[str, Size] = {}
        self.residual: tuple[Claim, ...] = ()
        self.contradiction = False
        self.conflict: tuple[Claim, ...] = ()

    def assume(self, claim: Claim) -> System:
        """The System that assumes this claim too."""
        fresh = System()
        fresh.assumed = (*self.assumed, claim)
        bindings = dict(self.bindings)
        residual: list[Claim] = []
        pending = [*self.residual, claim]
        while pending:
            now = pending.pop().substitute(bindings)
            answer = now.proof()
            if answer is NO:
                fresh.contradiction = True
                fresh.conflict = fresh.assumed
            if answer is not UNKNOWN:
                continue
            if isinstance(now, AllOf):
                pending.extend(now.claims)
                continue
            found = _solved(now)
            if found is None:
                residual.append(now)
                continue
            bindings = {name: substitute(size, found) for name, size in bindings.items()} | found
            pending.extend(residual)
            residual = []
        fresh.bindings = bindings
        fresh.residual = tuple(residual)
        return fresh

    def decide(self, claim: Claim) -> Proof:
        """Whether the claim follows (YES) or is excluded (NO)."""
        now = claim.substitute(self.bindings)
        answer = now.proof()
        if answer is not UNKNOWN:
            return answer
        return YES if now in self.residual else UNKNOWN

    def simplify(self, size: Size) -> Size:
        """The size with solved symbols replaced."""
        return substitute(size, self.bindings)


def _solved(claim: Claim) -> dict[str, Size] | None:
    if isinstance(claim, Equal):
        difference = claim.a - claim.b
        if isinstance(difference, Dim):
            for atom, _ in symbol_terms(difference):
                solution = linear_solution(difference, atom.name)
                if solution is not None:
                    return {atom.name: solution}
    return None
