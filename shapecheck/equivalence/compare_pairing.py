"""Which layer of one model is which of the other: by order and kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.equivalence.compare_entries import Entry


class Pairing(NamedTuple):
    """Pairs in order, and the layers with weights that have no partner."""

    pairs: tuple[tuple[Entry, Entry], ...]
    left: tuple[Entry, ...]
    right: tuple[Entry, ...]


def paired(left: Sequence[Entry], right: Sequence[Entry]) -> Pairing:
    """Layers with weights first, in order; then the others between two pairs of those."""
    weighty = _aligned([e for e in left if e.weighty], [e for e in right if e.weighty])
    found: list[tuple[Entry, Entry]] = []
    one = other = 0
    for mine, yours in [*weighty, (None, None)]:
        end = len(left) if mine is None else left.index(mine)
        stop = len(right) if yours is None else right.index(yours)
        found += _aligned(
            [e for e in left[one:end] if not e.weighty], [e for e in right[other:stop] if not e.weighty]
        )
        if mine is not None and yours is not None:
            found.append((mine, yours))
        one, other = end, stop
    taken = {id(entry) for pair in found for entry in pair}
    return Pairing(
        tuple(found),
        tuple(entry for entry in left if entry.weighty and id(entry) not in taken),
        tuple(entry for entry in right if entry.weighty and id(entry) not in taken),
    )


def _likeness(one: Entry, other: Entry) -> int:
    """0 for layers that cannot be the same; more where their weights have the same shapes, and their names agree."""
    if one.kind != other.kind:
        return 0
    return 2 + 4 * (one.shapes == other.shapes) + (one.name == other.name)


def _aligned(left: Sequence[Entry], right: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """The pairs of the most alike common subsequence."""
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            likeness = _likeness(left[i], right[j])
            together = likeness + best[i + 1][j + 1] if likeness else 0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    found = []
    i = j = 0
    while i < len(left) and j < len(right):
        likeness = _likeness(left[i], right[j])
        if likeness and best[i][j] == likeness + best[i + 1][j + 1]:
            found.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found
