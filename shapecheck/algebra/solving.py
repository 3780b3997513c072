"""Which values of one symbol make claims hold."""

from __future__ import annotations

from .claims import AllOf, Claim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Intervals:
    """A set of integers that a symbol may be."""

    __slots__ = ("high", "low", "name", "ranges")

    def __init__(self, name: str, ranges: Iterable[range], low: int, high: int) -> None:
        self.name = name
        self.low = low
        self.high = high
        self.ranges = tuple(ranges)

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        return not self.ranges

    def __iter__(self) -> Iterator[int]:
        for part in self.ranges:
            yield from part

    def __contains__(self, value: int) -> bool:
        return any(value in part for part in self.ranges)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Intervals) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(self.ranges)

    def __str__(self) -> str:
        return f"{self.name} ∈ {{{', '.join(map(str, self))}}}" if self.ranges else f"no {self.name}"


def solve(claims: Claim | Iterable[Claim], name: str, *, low: int = 1, high: int = 2**16) -> Intervals:
    """Every value of the symbol in low…high for which the claims hold."""
    claim: Claim = claims if isinstance(claims, Claim) else AllOf(*claims)
    values = [value for value in range(low, high + 1) if claim.holds({name: value})]
    return Intervals(name, [range(value, value + 1) for value in values], low, high)
