"""The words of a broken contract."""

from __future__ import annotations

import re
from itertools import combinations

from shapecheck.algebra import Claim, Shape, free_symbols, is_unknown, parse_size
from shapecheck.declarations.judging import shape_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from shapecheck.algebra import Failure, Pattern
    from shapecheck.declarations.judging import Judgement, Mismatch

SHOWN = 6


def message(function: str, judgement: Judgement, where: str) -> str:
    """The first mismatch of a judgement, the shapes seen, and a guess at the cause if one would make it fit.

    The first line reads `forward: x axis 2 (c) is 16, expected 3: c was bound by y axis 1 (models.py:12)`.
    """
    lines = [headline(function, judgement, where)]
    seen = judgement.shapes[:SHOWN]
    label_width = max((len(label) for label, _, _ in seen), default=0)
    pattern_width = max((len(_plain(pattern)) for _, _, pattern in seen), default=0)
    for label, sizes, pattern in seen:
        lines.append(f"  {label:{label_width}}  {_plain(pattern):{pattern_width}}  {shape_text(sizes)}")
    found = guess(judgement)
    return "\n".join(lines + ([f"help: {found}"] if found else []))


def headline(function: str, judgement: Judgement, where: str) -> str:
    """The first line: which place of which value is what, what was promised, and who bound it."""
    return f"{function}: {_verdict(judgement.mismatches[0], judgement)}{f' ({where})' if where else ''}"


def _plain(pattern: Pattern) -> str:
    # Groups that jaxtyping leaves nameless carry a number of ours.
    return re.sub(r"\*?\.\.\.\d+", "...", str(pattern)) or "(scalar)"


def _verdict(mismatch: Mismatch, judgement: Judgement) -> str:
    failure = mismatch.failure
    if failure is None:
        return f"{mismatch.label} {mismatch.words}"
    if isinstance(failure.expected, Claim):
        return _broken_constraint(failure, judgement)
    if failure.axis is None:
        return _wrong_rank(failure, judgement)
    place = f"{failure.label} axis {failure.axis}"
    if failure.pattern != str(failure.expected):
        place += f" ({failure.pattern})"
    free = free_symbols(failure.expected) & _unbound(failure, judgement)
    expected = str(failure.expected)
    if is_unknown(failure.expected):
        # An open size is part of it: the place as it was written says more.
        expected = failure.pattern.lstrip("#").rstrip("?").rpartition("=")[2]
        free = free_symbols(parse_size(expected)) if expected[0] not in "*." else frozenset()
    if free:
        expected += f" for some {_and(sorted(free))}"
    bound = re.fullmatch(r"(\w+)=(\{[^}]*\})", failure.pattern)
    if bound and not failure.bound_by:
        place, found = f"{failure.label} axis {failure.axis} ({bound[1]})", f"{bound[2]}={expected}"
        return f"{place} is {failure.actual}, expected {expected}: {bound[1]} was bound by {found}"
    if re.fullmatch(r"\{[^}]*\}", failure.pattern):
        place, expected = f"{failure.label} axis {failure.axis}", f"{failure.pattern}={expected}"
    return f"{place} is {failure.actual}, expected {expected}{_origins(failure, judgement)}"


def _unbound(failure: Failure, judgement: Judgement) -> frozenset[str]:
    """The names of the failing tensor's pattern that nothing has bound."""
    names = {
        name for label, _, pattern in judgement.shapes if label == failure.label for name in pattern.names
    }
    return frozenset(names - judgement.binding.bindings.keys())


def _broken_constraint(failure: Failure, judgement: Judgement) -> str:
    values = judgement.binding.bindings
    facts = []
    for name in sorted(failure.expected.symbols):
        who = failure.bound_by.get(name)
        facts.append(f"{name} is {values.get(name)}{f' by {_short(who, name)}' if who else ''}")
    return f"{failure.expected} does not hold{': ' * bool(facts)}{', '.join(facts)}"


def _wrong_rank(failure: Failure, judgement: Judgement) -> str:
    pattern = next(pattern for label, _, pattern in judgement.shapes if label == failure.label)
    count = f"{failure.actual} {'axis' if failure.actual == 1 else 'axes'}"
    if pattern.rank is None:
        return f"{failure.label} has {count}, which do not fit {_plain(pattern)!r}"
    if not pattern.axes:
        return f"{failure.label} has {count}, expected a scalar"
    return f"{failure.label} has {count}, expected {pattern.rank} ({_plain(pattern)})"


def _origins(failure: Failure, judgement: Judgement) -> str:
    """Who bound the names of a place, if that is not the place itself."""
    facts = []
    for name, who in failure.bound_by.items():
        if not who.startswith(f"{failure.label} axis {failure.axis} "):
            facts.append(f"{name} was bound by {_short(who, name)}")
    values = judgement.binding.bindings
    braces = re.findall(r"\{[^}]*\}", failure.pattern)
    facts += [f"{name} is {values.get(name)}" for name in braces if name != failure.pattern]
    return f": {', '.join(facts)}" if facts else ""


def _short(who: str, name: str) -> str:
    return who.removesuffix(f" ({name})").removesuffix(f" (*{name})")


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def guess(judgement: Judgement) -> str:
    """A small change of the first offending tensor that would satisfy its pattern, if there is just one."""
    mismatch = judgement.mismatches[0]
    if mismatch.failure is None or mismatch.before is None:
        return ""
    label = mismatch.failure.label
    found = [(sizes, pattern) for name, sizes, pattern in judgement.shapes if name == label]
    if not found or any(not isinstance(size, int) for size in found[0][0]) or len(found[0][0]) > SHOWN:
        return ""
    sizes, pattern = found[0]

    def fits(candidate: tuple[Any, ...]) -> bool:
        return not pattern.bind(Shape.of(candidate), mismatch.before).failures

    if mismatch.failure.axis is None:
        if pattern.rank is not None and len(sizes) == pattern.rank - 1 and fits((1, *sizes)):
            return f"is the first axis of {label} missing? {shape_text((1, *sizes))} would fit"
        return ""
    swapped = []
    for i, j in combinations(range(len(sizes)), 2):
        candidate = list(sizes)
        candidate[i], candidate[j] = sizes[j], sizes[i]
        if candidate != list(sizes) and fits(tuple(candidate)):
            swapped.append((i, j, candidate))
    if len(swapped) != 1:
        return ""
    ((i, j, candidate),) = swapped
    return f"are axes {i} and {j} of {label} swapped? {shape_text(candidate)} would fit"
