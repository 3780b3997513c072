"""The solver behind System: claims taken in one after the other, until nothing new follows.

Every symbol of the caller stands for a size over *live* symbols: itself at first, then itself within tighter
bounds, `modulus*quotient + residue` once its residue is known, or the solution of an equation. All claims
are kept in live symbols, so each fact that is learnt sharpens all the others. Only proven things are ever
concluded; when the budget is spent, what is left is simply not used.
"""

from __future__ import annotations

from math import gcd

from .claims import AllOf, AnyOf, AtLeast, Claim, Differs, Divides, Equal, Indivisible
from .dim import Atom, Dim, Monomial, Size, from_atom
from .evaluation import substitute
from .interval import bounds
from .linear import cancelling, linear_solution, primitive, symbol_terms
from .live import LiveSymbols
from .narrowing import FEW, between, congruence, implied, period, progression, remaining, tightened
from .proof import NO, UNKNOWN, YES
from .witnesses import symbol_atoms

# Claims looked at in one assumption; more means that bounds creep up on each other without end.
BUDGET = 150
LONGEST_PERIOD = 64
# Inequalities of several symbols that are added to each other in search of a contradiction.
MOST_INEQUALITIES = 8


class Assumptions(LiveSymbols):
    """What is known, in live symbols. Changed in place; `copied` first to keep the old one."""

    __slots__ = ("budget", "claims", "equations", "false", "pending")

    def __init__(self) -> None:
        super().__init__()
        self.equations: list[tuple[Monomial, int, Dim]] = []  # (leading product, its count, size that is 0)
        self.claims: list[Claim] = []
        self.pending: list[Claim] = []
        self.false = False
        self.budget = 0

    def copied(self) -> Assumptions:
        """An independent copy."""
        fresh = Assumptions()
        fresh.inner = dict(self.inner)
        fresh.limits = dict(self.limits)
        fresh.origins = dict(self.origins)
        fresh.roots = dict(self.roots)
        fresh.equations = list(self.equations)
        fresh.claims = list(self.claims)
        fresh.false = self.false
        return fresh

    def take(self, claim: Claim) -> None:
        """Assume the claim and everything that follows within the budget."""
        self._meet_symbols(claim)
        self.pending.append(claim)
        self.budget = BUDGET
        while self.pending and not self.false:
            now = self.pending.pop()
            self.budget -= 1
            try:
                now = now.substitute(self.inner)
                if self.budget < 0:
                    self.claims.append(now)
                else:
                    self._process(now)
            except ZeroDivisionError:
                continue  # without a value where it is assumed: nothing is concluded from it

    def _meet_symbols(self, claim: Claim) -> None:
        """One name is one quantity, so its bounds are the narrowest with which it has been seen."""
        for name, (low, high) in symbol_atoms(claim).items():
            if self.limits.get(name) == (low, high):
                continue
            known = self.limits.get(name)
            if known is None:
                self.limits[name] = (low, high)
                self.inner[name] = between(name, low, high)
                continue
            if low is not None and (known[0] is None or low > known[0]):
                self.pending.append(AtLeast(between(name, *known), low))
            if high is not None and (known[1] is None or high < known[1]):
                self.pending.append(AtLeast(high, between(name, *known)))

    def reduced(self, size: Size) -> Size:
        """The size times a nonzero number, less multiples of what is known to be 0."""
        for lead, count, zero in self.equations:
            if not isinstance(size, Dim):
                break
            have = dict(size.terms).get(lead)
            if have:
                shared = gcd(have, count)
                size = size * (count // shared) - zero * (have // shared)
        return size

    def _process(self, claim: Claim) -> None:
        answer = claim.proof()
        if answer is NO:
            self.false = True
        if answer is not UNKNOWN or claim in self.claims or self.divides_already(claim):
            return
        if isinstance(claim, AllOf):
            self.pending.extend(claim.claims)
        elif isinstance(claim, AnyOf):
            self._alternatives(claim)
        elif isinstance(claim, Equal):
            self._equation(claim)
        elif isinstance(claim, AtLeast):
            self._inequality(claim)
        elif isinstance(claim, Divides):
            self._divisibility(claim)
        elif self._denies(claim):
            self.false = True
        else:
            self._keep(claim)

    def _denies(self, claim: Claim) -> bool:
        """Whether the claim says the opposite of a stored equation or divisibility."""
        if isinstance(claim, Differs):
            return Equal(self.reduced(claim.a - claim.b), 0).proof() is YES
        return isinstance(claim, Indivisible) and self.divides_already(claim.negated())

    def _alternatives(self, claim: AnyOf) -> None:
        possible = [part for part in claim.claims if part.proof() is not NO and not self._refutes(part)]
        if not possible:
            self.false = True
        elif len(possible) == 1:
            self.pending.append(possible[0])
        else:
            self._keep(AnyOf(*possible))

    def _refutes(self, claim: Claim) -> bool:
        trial = self.copied()
        trial.budget = 0
        trial.claims = [kept for kept in self.claims if not isinstance(kept, AnyOf)]
        trial.take(claim)
        return trial.false

    def _keep(self, claim: Claim) -> None:
        """Store a claim that says no more by itself, and look at all claims on its one symbol together."""
        self.claims.append(claim)
        names = claim.symbols
        if len(names) == 1:
            self._together(next(iter(names)))

    def _together(self, name: str) -> None:
        claims = [claim for claim in self.claims if claim.symbols == {name}]
        value = self.live(name)
        if value is None:
            return
        ends = tightened(claims, value)
        if ends is None:
            self.false = True
            return
        low, high = ends
        if low is not None and high is not None and high - low < FEW:
            self._few(remaining(claims, name, low, high), value)
        elif (low, high) != (value.low, value.high):
            self._narrow(value, low, high)
        else:
            self._residues(claims, value)

    def _few(self, values: list[int], symbol: Atom) -> None:
        if not values:
            self.false = True
            return
        modulus, residue = progression(values)
        if (values[0], values[-1]) != (symbol.low, symbol.high):
            self._narrow(symbol, values[0], values[-1])
        elif modulus > 1:
            self._split(symbol, modulus, residue)

    def _residues(self, claims: list[Claim], symbol: Atom) -> None:
        modulus = period(claims, LONGEST_PERIOD)
        if modulus < 2:
            return
        quotient = between("!any", None, None)
        left = [
            residue
            for residue in range(modulus)
            if not _refuted(claims, {symbol.name: quotient * modulus + residue})
        ]
        if not left:
            self.false = True
            return
        step, residue = progression([*left, left[0] + modulus])
        if step > 1:
            self._split(symbol, step, residue)

    def _refine(self, name: str, value: Size) -> None:
        """From now on the live symbol is this size; everything known is looked at again."""
        change = {name: value}
        self.inner = {other: substitute(size, change) for other, size in self.inner.items()}
        self.inner[name] = value
        touched = [claim for claim in self.claims if name in claim.symbols]
        self.claims = [claim for claim in self.claims if name not in claim.symbols]
        self.pending.extend(touched)
        if any(name in zero.names for _, _, zero in self.equations):
            self.pending.extend(Equal(zero, 0) for _, _, zero in self.equations)
            self.equations = []

    def _narrow(self, symbol: Atom, low: int | None, high: int | None) -> None:
        if low is not None and high is not None and low > high:
            self.false = True
            return
        self._refine(symbol.name, between(symbol.name, low, high))

    def _split(self, symbol: Atom, modulus: int, residue: int) -> None:
        """symbol = modulus*quotient + residue."""
        low = None if symbol.low is None else -((residue - symbol.low) // modulus)
        high = None if symbol.high is None else (symbol.high - residue) // modulus
        if low is not None and high is not None and low > high:
            self.false = True
            return
        name = f"!{symbol.name} by {modulus} from {residue}"
        self.origins[name] = (from_atom(symbol), modulus, residue)
        self.roots[name] = self.roots.get(symbol.name, symbol.name)
        quotient = between(name, low, high)
        if isinstance(quotient, Dim):
            self.inner[name] = quotient
        self._refine(symbol.name, quotient * modulus + residue)

    def _equation(self, claim: Equal) -> None:
        size = self.reduced(primitive(claim.a - claim.b))
        answer = Equal(size, 0).proof()
        if answer is NO:
            self.false = True
        if answer is not UNKNOWN or not isinstance(size, Dim):
            return
        size = primitive(size)
        if not isinstance(size, Dim):
            return
        if self._solve(size):
            return
        for symbol, modulus, residue in congruence(size):
            if self.live(symbol.name) is not None:
                self.pending.append(Equal(size, 0))
                self._split(symbol, modulus, residue)
                return
        lead, count = size.terms[0]
        self.equations.append((lead, count, size))
        self._propagate(size)
        self._propagate(-size)
        if len(size.names) == 1:
            self._keep(Equal(size, 0))

    def _solve(self, size: Dim) -> bool:
        """Bind a symbol of the equation size = 0, where its solution is certain to be an integer."""
        solutions = []
        for symbol, _ in symbol_terms(size):
            solution = linear_solution(size, symbol.name)
            if solution is not None and self.live(symbol.name) is not None:
                solutions.append((symbol.name[0] in "?!", symbol.name, symbol, solution))
        if not solutions:
            return False
        _, name, symbol, solution = max(solutions, key=lambda found: found[:2])
        if symbol.low is not None:
            self.pending.append(AtLeast(solution, symbol.low))
        if symbol.high is not None:
            self.pending.append(AtLeast(symbol.high, solution))
        self._refine(name, solution)
        return True

    def _inequality(self, claim: AtLeast) -> None:
        size = claim.a - claim.b
        assert isinstance(size, Dim)
        if len(size.terms) == 1 and len(size.terms[0][0]) == 1:
            (symbol,), count = size.terms[0]
            if symbol.kind == "symbol" and self.live(symbol.name) is symbol:
                # count*s + constant >= 0.
                if count > 0:
                    self._narrow(symbol, -(size.constant // count), symbol.high)
                else:
                    self._narrow(symbol, symbol.low, size.constant // -count)
                return
        if self._sums_to_less_than_zero(size):
            self.false = True
            return
        if _same_sign(self.equations) and _impossible(self.reduced(size)):
            self.false = True
            return
        self._propagate(size)
        self._keep(claim)

    def _sums_to_less_than_zero(self, size: Size) -> bool:
        """Whether size >= 0 and up to two inequalities, weighted to cancel products, sum to less than 0."""
        others = [kept.a - kept.b for kept in self.claims if isinstance(kept, AtLeast)][-MOST_INEQUALITIES:]
        reached = [size]
        for _ in range(2):
            sums = [added for first in reached for other in others for added in cancelling(first, other)]
            if any(_impossible(added) for added in sums):
                return True
            reached = sums[: 2 * MOST_INEQUALITIES]
        return False

    def _propagate(self, size: Dim) -> None:
        """Push the tighter bounds that follow from size >= 0."""
        for claim in implied(size):
            if claim.proof() is not YES and claim not in self.claims and claim not in self.pending:
                self.pending.append(claim)

    def divides_already(self, claim: Claim) -> bool:
        """Whether a stored divisibility implies this one: 16 divides h+w, so 8 divides 3*(h+w)+8."""
        if not isinstance(claim, Divides) or isinstance(claim.a, Dim) or not isinstance(claim.b, Dim):
            return False
        if claim.a == 0:
            return False
        for kept in self.claims:
            if isinstance(kept, Divides) and isinstance(kept.b, Dim) and not isinstance(kept.a, Dim):
                times = dict(claim.b.terms).get(kept.b.terms[0][0], 0) // kept.b.terms[0][1]
                rest = claim.b - kept.b * times
                if kept.a % claim.a == 0 and Divides(claim.a, rest).proof() is YES:
                    return True
        return False

    def _divisibility(self, claim: Divides) -> None:
        a, b = claim.a, claim.b
        if a == 0:
            self.pending.append(Equal(b, 0))  # 0 divides only 0
            return
        if isinstance(b, Dim) and len(b.terms) == 1:
            monomial, count = b.terms[0]
            symbol = monomial[0]
            alone = len(monomial) == 1 and symbol.kind == "symbol" and self.live(symbol.name) is not None
            if alone and not isinstance(a, Dim):
                # a | count*s + constant.
                shared = gcd(count, a)
                if b.constant % shared:
                    self.false = True
                    return
                modulus = abs(a) // shared
                residue = -(b.constant // shared) * pow(count // shared, -1, modulus) % modulus
                self._split(symbol, modulus, residue)
                return
            if alone and isinstance(a, Dim) and count == 1 and not b.constant:
                self._multiple(symbol, a)
                return
        self._keep(claim)

    def _multiple(self, symbol: Atom, divisor: Dim) -> None:
        """symbol = divisor*quotient, for a divisor that is at least 1 and does not contain the symbol."""
        low = bounds(divisor)[0]
        if low is None or low < 1 or symbol.low is None or symbol.low < 0 or symbol.name in divisor.names:
            self._keep(Divides(divisor, from_atom(symbol)))
            return
        name = f"!{symbol.name} by {divisor}"
        self.origins[name] = (from_atom(symbol), divisor, 0)
        self.roots[name] = self.roots.get(symbol.name, symbol.name)
        quotient = between(name, min(symbol.low, 1), symbol.high)
        self.inner[name] = quotient
        value = quotient * divisor
        if symbol.low > 1:
            self.pending.append(AtLeast(value, symbol.low))
        if symbol.high is not None:
            self.pending.append(AtLeast(symbol.high, value))
        self._refine(symbol.name, value)


def _refuted(claims: list[Claim], values: dict[str, Size]) -> bool:
    try:
        return any(claim.substitute(values).proof() is NO for claim in claims)
    except ZeroDivisionError:
        return False


def _impossible(size: Size) -> bool:
    high = bounds(size)[1]
    return high is not None and high < 0


def _same_sign(equations: list[tuple[Monomial, int, Dim]]) -> bool:
    # `reduced` multiplies by these counts; only positive ones keep the direction of an inequality.
    return all(count > 0 for _, count, _ in equations)
