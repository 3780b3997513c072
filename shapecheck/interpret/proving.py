"""What explorations prove: which failures, for which reason, and whether no rank of the inputs escapes them.

A reason is a condition with its answer: whatever gives that answer fails. CERTAIN is the reason of what always fails.
An input of open rank is explored once for each rank that it may have, and code works when it works at one of them: its
author passes that rank. So a failure at one rank is reported only if at every other rank the code fails for the same
reason, be it at another place. What fails at one rank whatever happens, and at another only under a condition, is
reported there, under that condition, or not at all.

A condition is known by its key where the key means the same on every path (an argument, a claim about its size), else
by the place where it is asked and the call that leads there: values made on the way are numbered as the path goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from shapecheck.interpret.paths import Exploration, Path

CERTAIN = "certain"
_NUMBERED = ("new", "truth")


def is_failure(record: Any) -> bool:
    """True for what cannot work."""
    return getattr(record, "failed", None) is not None or hasattr(record, "code")


def places_of(exploration: Exploration, *, failures: bool = False) -> dict[Hashable, set[int]]:
    """On which paths each record (or, with `failures`, each failure) was made, by its key."""
    places: dict[Hashable, set[int]] = {}
    for index, path in enumerate(exploration.paths):
        for record, *_ in path.records:
            if not failures or is_failure(record):
                places.setdefault(record.key, set()).add(index)
    return places


def reasons(
    exploration: Exploration,
    path: Path,
    record: Any,
    answers: int,
    doubt: int,
    places: dict[Hashable, set[int]],
) -> Iterator[tuple[Hashable, int]]:
    """Each reason for which what happened on `path` after that many answers happens, with the number of answers up to
    it; none where it is not proven."""
    if doubt == 0:
        yield CERTAIN, 0
    elif doubt == 1:
        # What happened in a branch that nobody chose has a reason of its own.
        yield (condition(path, 0), 1) if answers else (("joined", record.key), 0)
    elif _is_inevitable(exploration, record.key):
        yield CERTAIN, 0
    elif exploration.complete:
        where = places[record.key]
        for index in range(answers):
            reason = condition(path, index)
            if path.is_own(path.order[index][2]) and all(
                other in where for other in _given(exploration, reason)
            ):
                yield reason, index + 1


def _is_inevitable(exploration: Exploration, key: Hashable) -> bool:
    """Whether something happens whatever is answered: the answers before it, on all paths together, leave none out.

    After so many answers as there are paths, others would be left out.
    """
    return _covers(
        [
            [answer for _, answer, _ in path.order[:answers]]
            for path in exploration.paths
            for record, answers, doubt in path.records
            if record.key == key and answers < len(exploration.paths) and doubt == path.doubt_of(answers)
        ]
    )


def _covers(answers: list[list[bool]], depth: int = 0) -> bool:
    if any(len(given) == depth for given in answers):
        return True
    ways = [[given for given in answers if given[depth] is way] for way in (True, False)]
    return all(way and _covers(way, depth + 1) for way in ways)


def condition(path: Path, index: int) -> Hashable:
    """An answered condition of a path, with its answer."""
    key, answer, _ = path.order[index]
    return (("site", path.sites[index]) if _is_numbered(key) else key, answer)


def _is_numbered(key: Hashable) -> bool:
    return isinstance(key, tuple) and (
        (bool(key) and key[0] in _NUMBERED) or any(_is_numbered(part) for part in key)
    )


def is_absence(reason: Hashable) -> bool:
    """True for the reason that an argument is None."""
    return (
        isinstance(reason, tuple)
        and reason[1] is True
        and isinstance(reason[0], tuple)
        and reason[0][0] == "equals"
        and reason[0][2] == ("NoneType", None)
    )


def _given(exploration: Exploration, reason: Hashable) -> list[int]:
    """The paths that gave an answer."""
    return [
        index
        for index, path in enumerate(exploration.paths)
        if any(condition(path, position) == reason for position in range(len(path.order)))
    ]


def failing(exploration: Exploration) -> dict[Hashable, set[Hashable]]:
    """The failures that are proven by an exploration, each with its reasons."""
    places = places_of(exploration, failures=True)
    found: dict[Hashable, set[Hashable]] = {}
    if not places:
        return found
    for path in exploration.paths:
        for record, answers, doubt in path.records:
            if is_failure(record):
                given = [reason for reason, _ in reasons(exploration, path, record, answers, doubt, places)]
                if given:
                    found.setdefault(record.key, set()).update(given)
    return found


def doubtful(exploration: Exploration) -> bool:
    """True when a failure was seen that only all paths together can prove."""
    proven = failing(exploration)
    return any(key not in proven for key in places_of(exploration, failures=True))


def certain(exploration: Exploration) -> set[Hashable]:
    """The failures before which nothing was chosen."""
    return {
        record.key
        for path in exploration.paths
        for record, _, doubt in path.records
        if is_failure(record) and doubt == 0
    }


def fails_for(exploration: Exploration, reason: Hashable) -> bool:
    """Whether everything fails for which the reason holds."""
    proven = failing(exploration)
    if any(CERTAIN in given or reason in given for given in proven.values()):
        return True
    if not exploration.complete:
        return False
    fails = {index for where in places_of(exploration, failures=True).values() for index in where}
    if len(fails) == len(exploration.paths):
        return True
    concerned = [] if reason == CERTAIN else _given(exploration, reason)
    return bool(concerned) and fails.issuperset(concerned)


def meant(explorations: Sequence[Exploration]) -> int:
    """Which of the explorations, one for each rank, is about the rank that the code is made for: the first at which
    not everything fails, else the first."""
    for index, exploration in enumerate(explorations):
        if not fails_for(exploration, CERTAIN):
            return index
    return 0


def failing_everywhere(explorations: Sequence[Exploration], *, absent: bool = True) -> set[Hashable]:
    """The failures at the rank that is meant for whose reason the code fails at every other rank too; where nothing may
    be `absent`, that an argument is None is no reason."""
    chosen = explorations[meant(explorations)]
    return {
        key
        for key, given in failing(chosen).items()
        if any(
            all(fails_for(other, reason) for other in explorations if other is not chosen)
            for reason in given
            if absent or not is_absence(reason)
        )
    }
