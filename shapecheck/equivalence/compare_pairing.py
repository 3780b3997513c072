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
    mine_all, yours_all = [e for e in left if e.weighty], [e for e in right if e.weighty]
    weighty = _namesakes(mine_all, yours_all)
    taken = {id(entry) for pair in weighty for entry in pair}
    weighty += _aligned(
        [e for e in mine_all if id(e) not in taken], [e for e in yours_all if id(e) not in taken]
    )
    weighty += _crossing(mine_all, yours_all, weighty)
    weighty.sort(key=lambda pair: left.index(pair[0]))
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
    paired_already = {id(entry) for pair in found for entry in pair}
    return Pairing(
        tuple(found),
        tuple(entry for entry in left if entry.weighty and id(entry) not in paired_already),
        tuple(entry for entry in right if entry.weighty and id(entry) not in paired_already),
    )


def _namesakes(left: Sequence[Entry], right: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """Layers of one kind, with weights of the same shapes, that both models call the same."""
    keys = [[(e.name, e.layer, e.stack, e.kind, e.shapes) for e in side] for side in (left, right)]
    return [
        (mine, right[keys[1].index(key)])
        for mine, key in zip(left, keys[0], strict=True)
        if keys[0].count(key) == keys[1].count(key) == 1
    ]


def _crossing(
    left: Sequence[Entry], right: Sequence[Entry], pairs: Sequence[tuple[Entry, Entry]]
) -> list[tuple[Entry, Entry]]:
    """Layers left over, in another order in each model, as branches may be: paired where only one fits."""
    taken = {id(entry) for pair in pairs for entry in pair}
    rest = [entry for entry in left if id(entry) not in taken]
    others = [entry for entry in right if id(entry) not in taken]
    found = []
    for mine in rest:
        fitting = [e for e in others if (e.kind, e.shapes) == (mine.kind, mine.shapes)]
        alike = [e for e in rest if (e.kind, e.shapes) == (mine.kind, mine.shapes)]
        named = [e for e in fitting if e.name == mine.name]
        chosen = named if len(named) == 1 else fitting if len(fitting) == len(alike) == 1 else []
        if chosen:
            found.append((mine, chosen[0]))
    return found


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
