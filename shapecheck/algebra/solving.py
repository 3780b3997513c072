"""Which values of one symbol make claims hold, as a set of intervals and progressions."""

from __future__ import annotations

from itertools import islice

from .claims import AllOf, AtLeast, Claim, Divides, Equal
from .dim import Dim, Size
from .narrowing import between, excluded, period
from .proof import NO, YES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEFAULT_HIGH = 2**16
# Proofs spent on one range, and the longest period whose residues are tried one by one.
RANGE_STEPS = 300
LONGEST_PERIOD = 48
# How many values, and how many separate runs, are written out.
SHOWN_VALUES = 4
SHOWN_RUNS = 3


class Intervals:
    """A set of integers a symbol may be: disjoint ranges, sorted; equal sets are equal values.

    `str` writes it as "h ∈ {14, 15}", "h ∈ {4, 8, 12, …}", "h ∈ 3…17", "h ≥ 3" (up to the end of the search)
    or "no h". `name`, `low` and `high` are what was searched.
    """

    __slots__ = ("high", "low", "name", "ranges")

    def __init__(self, name: str, ranges: Iterable[range], low: int, high: int) -> None:
        self.name = name
        self.low = low
        self.high = high
        self.ranges = _tidy([part for part in ranges if part])

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        return not self.ranges

    def __len__(self) -> int:
        return sum(map(len, self.ranges))

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __iter__(self) -> Iterator[int]:
        for part in self.ranges:
            yield from part

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int) and any(value in part for part in self.ranges)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Intervals) and (self.name, self.ranges) == (other.name, other.ranges)

    def __hash__(self) -> int:
        return hash((self.name, self.ranges))

    def __str__(self) -> str:
        if not self.ranges:
            return f"no {self.name}"
        if len(self.ranges) == 1 and self.ranges[0].step == 1 and self.ranges[0].stop > self.high:
            return f"{self.name} ≥ {self.ranges[0].start}"
        few = list(islice(self, SHOWN_VALUES + 1))
        if len(few) <= SHOWN_VALUES:
            return f"{self.name} ∈ {_braces(few)}"
        parts = [self._run(part) for part in self.ranges[:SHOWN_RUNS]]
        if len(self.ranges) > SHOWN_RUNS:
            if all(len(part) < SHOWN_VALUES for part in self.ranges[:SHOWN_RUNS]):
                return f"{self.name} ∈ {_braces(few, '…')}"
            parts.append("…")
        return f"{self.name} ∈ {' ∪ '.join(parts)}"

    def _run(self, part: range) -> str:
        if len(part) < SHOWN_VALUES:
            return _braces(part)
        if part.step == 1:
            return f"{part[0]}…" if part.stop > self.high else f"{part[0]}…{part[-1]}"
        endless = part[-1] + part.step > self.high
        return _braces(part[:3], "…") if endless else _braces(part[:2], "…", part[-1])

    def __repr__(self) -> str:
        return f"Intervals({str(self)!r})"


def _braces(*parts: Iterable[int] | str | int) -> str:
    texts = [str(value) for part in parts for value in (part if not isinstance(part, str | int) else (part,))]
    return f"{{{', '.join(texts)}}}"


def _tidy(ranges: list[range]) -> tuple[range, ...]:
    """The same values as the fewest runs in a fixed way, so that equal sets look equal.

    Neighbouring values first join to runs; lone values between them then join to progressions.
    """
    runs: list[tuple[int, int]] = []
    if all(part.step == 1 for part in ranges):
        for part in sorted(ranges, key=lambda part: part.start):
            _add_run(runs, part.start, part.stop)
    elif len(ranges) == 1:
        return (ranges[0],) if len(ranges[0]) > 2 else tuple(range(value, value + 1) for value in ranges[0])
    else:
        for value in sorted({value for part in ranges for value in part}):
            _add_run(runs, value, value + 1)
    found: list[range] = []
    alone: list[int] = []
    for start, stop in runs:
        if stop - start == 1:
            alone.append(start)
            continue
        found += _progressions(alone)
        alone = []
        found.append(range(start, stop))
    return (*found, *_progressions(alone))


def _add_run(runs: list[tuple[int, int]], start: int, stop: int) -> None:
    if runs and start <= runs[-1][1]:
        runs[-1] = (runs[-1][0], max(stop, runs[-1][1]))
    else:
        runs.append((start, stop))


def _progressions(values: list[int]) -> list[range]:
    """Runs of at least three equally spaced values, the rest alone, from the left."""
    found: list[range] = []
    index = 0
    while index < len(values):
        end = index + 1
        step = values[end] - values[index] if end < len(values) else 1
        while end + 1 < len(values) and values[end + 1] - values[end] == step:
            end += 1
        if end - index >= 2 and end < len(values):
            found.append(range(values[index], values[end] + 1, step))
            index = end + 1
        else:
            found.append(range(values[index], values[index] + 1))
            index += 1
    return found


def solve(claims: Claim | Iterable[Claim], name: str, *, low: int = 1, high: int = DEFAULT_HIGH) -> Intervals:
    """Every value of the symbol in low…high for which all the claims hold, whatever its own bounds.

    A value for which a claim divides by zero is none. Raises ValueError where a claim speaks of another
    symbol too: substitute or assume what is known of that one first.
    """
    claim: Claim = claims if isinstance(claims, Claim) else AllOf(*claims)
    others = sorted(claim.symbols - {name})
    if others:
        raise ValueError(f"{claim} depends on {', '.join(others)} too: only {name} can be solved for")
    if high < low:
        return Intervals(name, [], low, high)
    found: list[range] | None = None
    if not _may_divide_by_zero(claim):
        found = _ranges(claim, name, low, high)
        if found is None:
            found = _by_residues(claim, name, low, high)
    if found is None:
        found = [range(value, value + 1) for value in range(low, high + 1) if _holds(claim, name, value)]
    return Intervals(name, found, low, high)


def _holds(claim: Claim, name: str, value: int) -> bool:
    try:
        return claim.holds({name: value})
    except ZeroDivisionError:
        return False


def _may_divide_by_zero(claim: Claim) -> bool:
    """Whether the claim holds a division whose divisor may be 0, so that no range can be taken as a whole."""
    stack: list[object] = [claim]
    while stack:
        part = stack.pop()
        if isinstance(part, Claim):
            stack.extend(part.parts())
        elif isinstance(part, Dim):
            for atom in (atom for monomial, _ in part.terms for atom in monomial):
                if atom.kind == "//" and isinstance(atom.args[1], Dim):
                    return True
                stack.extend(atom.args)
    return False


def _ranges(claim: Claim, name: str, low: int, high: int) -> list[range] | None:
    """The solutions, by halving ranges that are neither all good nor all bad; None: too many pieces."""
    found: list[range] = []
    pending = [(low, high)]
    for _ in range(RANGE_STEPS):
        if not pending:
            return found
        start, stop = pending.pop()
        here = claim.substitute({name: between(name, start, stop)})
        if excluded(here):
            continue
        if _certain(here):
            found.append(range(start, stop + 1))
        elif start < stop:
            middle = (start + stop) // 2
            pending += [(middle + 1, stop), (start, middle)]
    return None if pending else found


def _certain(claim: Claim) -> bool:
    """Whether the claim is quickly seen to hold everywhere."""
    if isinstance(claim, Equal | AtLeast):
        difference: Size = claim.a - claim.b
        if isinstance(claim, AtLeast):
            return not excluded(AtLeast(difference, 0)) and excluded(AtLeast(-1, difference))
        return not isinstance(difference, Dim) and difference == 0
    if isinstance(claim, AllOf):
        return all(map(_certain, claim.claims))
    if isinstance(claim, Divides) and isinstance(claim.b, Dim):
        return False
    return claim.proof() is YES


def _by_residues(claim: Claim, name: str, low: int, high: int) -> list[range] | None:
    """The solutions residue by residue, where divisibility makes them periodic; None: no short period."""
    modulus = period([claim], LONGEST_PERIOD)
    if modulus < 2:
        return None
    found: list[range] = []
    for residue in range(modulus):
        first = -((residue - low) // modulus)
        last = (high - residue) // modulus
        if last < first:
            continue
        quotient = between(name, first, last)
        here = claim.substitute({name: quotient * modulus + residue})
        if not isinstance(quotient, Dim):
            parts = [range(first, last + 1)] if here.proof() is YES else []
        elif here.proof() is NO:
            continue
        else:
            ranges = _ranges(here, name, first, last) if here.symbols else [range(first, last + 1)]
            if ranges is None:
                return None
            parts = ranges
        found += [
            range(modulus * part.start + residue, modulus * part[-1] + residue + 1, modulus) for part in parts
        ]
    return found
