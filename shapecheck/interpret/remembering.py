"""What is assumed on a path, with every answer remembered: paths of one root share most of their assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Dim, Proof, System

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.algebra import Claim, Size


class Remembered(System):
    """A System whose successors and decisions are computed once, whoever asks."""

    __slots__ = ("_answers", "_next", "_plain", "inner")

    def __init__(self, inner: System | None = None) -> None:
        self.inner = inner if inner is not None else System()
        self._next: dict[Claim, Remembered] = {}
        self._answers: dict[Claim, Proof] = {}
        self._plain: dict[Size, Size] = {}

    def assume(self, claim: Claim) -> Remembered:
        """The system that assumes this claim too."""
        found = self._next.get(claim)
        if found is None:
            inner = self.inner.assume(claim)
            found = self._next[claim] = self if inner is self.inner else Remembered(inner)
        return found

    def decide(self, claim: Claim) -> Proof:
        """YES, NO or UNKNOWN under what is assumed."""
        found = self._answers.get(claim)
        if found is None:
            found = self._answers[claim] = self.inner.decide(claim)
        return found

    def decide_briefly(self, claim: Claim) -> Proof:
        """As `decide`, UNKNOWN where that would take a search."""
        found = self._answers.get(claim)
        return self.inner.decide_briefly(claim) if found is None else found

    def simplify(self, size: Size) -> Size:
        """The size with solved symbols replaced."""
        if not isinstance(size, Dim):
            return size
        found = self._plain.get(size)
        if found is None:
            found = self._plain[size] = self.inner.simplify(size)
        return found

    @property
    def contradiction(self) -> bool:
        """Whether it is proven that no assignment satisfies all that is assumed."""
        return self.inner.contradiction

    @property
    def bindings(self) -> Mapping[str, Size]:
        """The solved symbols."""
        return self.inner.bindings

    @property
    def residual(self) -> tuple[Claim, ...]:
        """What remains to be required."""
        return self.inner.residual

    @property
    def conflict(self) -> tuple[Claim, ...]:
        """Assumed claims that contradict."""
        return self.inner.conflict
