"""What is assumed on one path, solved together."""

from __future__ import annotations

from contextlib import suppress

from .assumptions import Assumptions
from .claims import AllOf, AtLeast, Claim, Equal
from .dim import Dim, Size
from .evaluation import substitute
from .naming import free_symbols
from .proof import NO, UNKNOWN, YES, Proof
from .tidying import tidied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class System:
    """Claims assumed together. Immutable: `assume` gives a new System, the old one stays as it was.

    Whatever it concludes is proven for every assignment within the symbols' bounds that satisfies the
    assumed claims; what it cannot prove it does not say.
    """

    __slots__ = ("_bindings", "_conflict", "_known", "_residual", "assumed")

    def __init__(self) -> None:
        self.assumed: tuple[Claim, ...] = ()
        self._known = Assumptions()
        self._bindings: dict[str, Size] | None = None
        self._residual: tuple[Claim, ...] | None = None
        self._conflict: tuple[Claim, ...] | None = None

    def assume(self, claim: Claim) -> System:
        """The System that assumes this claim too (itself, where the claim is always true)."""
        if not claim.symbols and claim.proof() is YES:
            return self
        fresh = System()
        fresh.assumed = (*self.assumed, claim)
        fresh._known = self._known.copied()
        if not self.contradiction:
            fresh._known.take(claim)
        return fresh

    @property
    def contradiction(self) -> bool:
        """Whether it is proven that no assignment satisfies all assumed claims."""
        return self._known.false

    def decide(self, claim: Claim) -> Proof:
        """YES where the claim follows from what is assumed, NO where it is excluded, else UNKNOWN.

        Under a contradiction only what holds without any assumption is YES or NO: nothing runs there.
        """
        if self.contradiction or self._known.inner.keys().isdisjoint(claim.symbols):
            return claim.proof()
        try:
            return self._decided(claim)
        except ZeroDivisionError:
            return UNKNOWN  # the claim has no value under the assumptions

    def _decided(self, claim: Claim) -> Proof:
        known = self._known
        now = claim.substitute(known.inner)
        answer = now.proof()
        if answer is UNKNOWN and isinstance(now, Equal) and known.equations:
            # A nonzero multiple of the difference is 0 exactly where the difference is.
            answer = Equal(known.reduced(now.a - now.b), 0).proof()
        if answer is not UNKNOWN:
            return answer
        if known.divides_already(now):
            return YES
        if self._excludes(claim.negated()):
            return YES
        return NO if self._excludes(claim) else UNKNOWN

    def decide_briefly(self, claim: Claim) -> Proof:
        """As `decide`, but UNKNOWN where an answer would take a search: what `assume` does anyway."""
        known = self._known
        if known.false or known.inner.keys().isdisjoint(claim.symbols):
            return claim.proof()
        try:
            now = claim.substitute(known.inner)
            answer = now.proof()
        except ZeroDivisionError:
            return UNKNOWN
        return YES if answer is UNKNOWN and (now in known.claims or known.divides_already(now)) else answer

    def _excludes(self, claim: Claim) -> bool:
        trial = self._known.copied()
        trial.take(claim)
        return trial.false

    def simplify(self, size: Size) -> Size:
        """The size with solved symbols replaced and what the assumptions settle settled."""
        if not isinstance(size, Dim) or size.names.isdisjoint(self._known.inner):
            return size
        try:
            plain = substitute(size, self.bindings)
            deep = self._known.shown(substitute(size, self._known.inner))
        except ZeroDivisionError:
            return size  # it has no value under the assumptions
        return plain if len(str(plain)) <= len(str(deep)) else deep

    @property
    def bindings(self) -> Mapping[str, Size]:
        """The solved symbols by name, each in terms of symbols that are not solved."""
        found = self._bindings
        if found is None:
            found = {}
            known = self._known
            for name in known.limits:
                size = known.inner[name]
                if known.live(name) is not None:
                    continue  # the usual case: not solved
                if name not in {known.roots.get(live, live) for live in free_symbols(size)}:
                    shown = known.shown(size)
                    # 3*n = 2*k gives n = 2*(k//3), which is true and helps nobody: it stays an equation.
                    if not known.shows_quotient(size, shown):
                        found[name] = shown
            self._bindings = found
        return found

    @property
    def residual(self) -> tuple[Claim, ...]:
        """What remains to be required of the symbols that are not solved, in the order it was assumed."""
        found = self._residual
        if found is None:
            found = self._residual = tuple(self._requirements())
        return found

    def _requirements(self) -> list[Claim]:
        bindings = self.bindings
        found: list[Claim] = []
        pending = [*self.assumed]
        for name, size in bindings.items():
            low, high = self._known.limits[name]
            pending += [] if low is None else [AtLeast(size, low)]
            pending += [] if high is None else [AtLeast(high, size)]
        while pending:
            claim = pending.pop(0)
            with suppress(ZeroDivisionError):  # a claim without a value stays as it was written
                claim = claim.substitute(bindings)
            if isinstance(claim, AllOf):
                pending[:0] = claim.claims
            elif claim.proof() is not YES and (tidy := tidied(claim)) not in found:
                found.append(tidy)
        return found

    @property
    def conflict(self) -> tuple[Claim, ...]:
        """Assumed claims that contradict, none of which could be left out; () without contradiction."""
        found = self._conflict
        if found is None:
            found = self._conflict = _smallest(self.assumed) if self.contradiction else ()
        return found

    def range(self, name: str) -> tuple[int | None, int | None]:
        """Inclusive bounds of the symbol under the assumptions; (None, None) for one never spoken of."""
        from .interval import bounds

        size = self._known.inner.get(name)
        return (None, None) if size is None else bounds(size)

    def __len__(self) -> int:
        return len(self.assumed)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        if self.contradiction:
            return "contradiction: " + ", ".join(map(str, self.conflict))
        parts = [f"{name} = {size}" for name, size in self.bindings.items()]
        return ", ".join([*parts, *map(str, self.residual)])

    def __repr__(self) -> str:
        return f"System({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.assumed,)


def _rebuilt(claims: tuple[Claim, ...]) -> System:
    system = System()
    for claim in claims:
        system = system.assume(claim)
    return system


def _smallest(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """A contradicting subset from which nothing can be left out without losing the proof."""
    kept = [*claims]
    for claim in claims:
        others = [other for other in kept if other is not claim]
        if _rebuilt(tuple(others)).contradiction:
            kept = others
    return tuple(kept)
