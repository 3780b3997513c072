"""Numbers for which a claim does not hold."""

from __future__ import annotations

from .dim import TABLE_LIMIT, Atom, Dim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .claims import Claim

# Tried for every symbol first: the sizes at which floors, strides and windows go wrong.
SMALL = (1, 2, 3, 5, 4, 7, 6, 8, 0, 9, 16, 13, 28, 32, 31, 64, 224, 100, 127)
DEFAULT_TRIES = 400


def witness(claim: Claim, *, tries: int = DEFAULT_TRIES) -> dict[str, int] | None:
    """An assignment within the symbols' bounds for which the claim does not hold, or None.

    Deterministic: small values first, then seeded ones, `tries` in all. None means that none was found, which
    proves nothing.
    """
    for values in assignments(symbol_atoms(claim), tries):
        try:
            if not claim.holds(values):
                return values
        except ZeroDivisionError:
            continue  # the claim has no value there
    return None


def symbol_atoms(thing: Claim | Dim | int) -> dict[str, tuple[int | None, int | None]]:
    """The bounds of every symbol in a claim or size, by name (the narrowest where spelled with several)."""
    found: dict[str, tuple[int | None, int | None]] = {}
    stack: list[object] = [thing]
    seen: set[object] = set()
    while stack:
        part = stack.pop()
        if isinstance(part, Dim):
            stack.extend(atom for monomial, _ in part.terms for atom in monomial)
        elif isinstance(part, Atom):
            if part in seen:
                continue
            seen.add(part)
            stack.extend(part.args)
            if part.kind == "symbol":
                found[part.name] = _narrower(found.get(part.name, (None, None)), (part.low, part.high))
        elif part is not None and not isinstance(part, int | bool):
            stack.extend(part.parts())  # type: ignore[attr-defined]
    return found


def _narrower(
    a: tuple[int | None, int | None], b: tuple[int | None, int | None]
) -> tuple[int | None, int | None]:
    low = max((end for end in (a[0], b[0]) if end is not None), default=None)
    high = min((end for end in (a[1], b[1]) if end is not None), default=None)
    return low, high


def assignments(bounds: dict[str, tuple[int | None, int | None]], tries: int) -> Iterator[dict[str, int]]:
    """Assignments within bounds, the telling ones first, always in the same order."""
    names = sorted(bounds)
    if not names:
        yield {}
        return
    pools = [_pool(*bounds[name]) for name in names]
    for index in range(min(tries, len(SMALL))):
        # Neighbouring symbols get neighbouring values, so that equal sizes do not hide a difference.
        yield {
            name: pool[(index + shift) % len(pool)]
            for shift, (name, pool) in enumerate(zip(names, pools, strict=True))
        }
    state = 0x9E3779B97F4A7C15
    for index in range(tries - len(SMALL)):
        values: dict[str, int] = {}
        for name, pool in zip(names, pools, strict=True):
            # Knuth's MMIX generator: seeded, without the cost of importing random.
            state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
            number = state >> 33
            low, high = bounds[name]
            if index % 2:
                values[name] = pool[number % len(pool)]
                continue
            start = low if low is not None else (high - 4096 if high is not None else -64)
            width = 4096 if high is None else min(high - start + 1, 1 << 30)
            values[name] = start + number % width
        yield values


_POOLS: dict[tuple[int | None, int | None], list[int]] = {}


def _pool(low: int | None, high: int | None) -> list[int]:
    """The telling values within bounds: small ones, and those at the ends."""
    known = _POOLS.get((low, high))
    if known is None:
        if len(_POOLS) > TABLE_LIMIT:
            _POOLS.clear()
        known = _POOLS[low, high] = _telling(low, high)
    return known


def _telling(low: int | None, high: int | None) -> list[int]:
    found = [value for value in SMALL if (low is None or value >= low) and (high is None or value <= high)]
    if low is None:
        found += [value for value in (-1, -2, -7) if high is None or value <= high]
    ends = [*([] if low is None else [low, low + 1]), *([] if high is None else [high, high - 1])]
    found += [
        end
        for end in ends
        if end not in found and (low is None or end >= low) and (high is None or end <= high)
    ]
    return found or [0]
