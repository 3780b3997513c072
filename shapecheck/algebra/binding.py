"""Patterns against shapes: which sizes the names stand for, and where they cannot agree."""

from __future__ import annotations

from .claims import AnyOf, AtLeast, Claim, Equal
from .dim import Dim, Size
from .evaluation import substitute
from .linear import linear_solution
from .naming import free_symbols, symbol
from .proof import NO, UNKNOWN, YES, Proof, at_least
from .shape import Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .pattern import Axis, Pattern


class Failure:
    """One place where a shape contradicts its pattern.

    `axis` is the index in the shape (None: the rank itself, or a constraint), `expected` and `actual` are
    sizes (or ranks, or the claim), `pattern` is the text of the place, `label` the tensor, `bound_by` says
    for each name in the place who bound it.
    """

    __slots__ = ("actual", "axis", "bound_by", "expected", "label", "pattern")

    def __init__(
        self, label: str, axis: int | None, pattern: str, expected: Any, actual: Any, bound_by: dict[str, str]
    ) -> None:
        self.label = label
        self.axis = axis
        self.pattern = pattern
        self.expected = expected
        self.actual = actual
        self.bound_by = bound_by

    def __str__(self) -> str:
        where = f"{self.label}: " if self.label else ""
        place = f"axis {self.axis} ({self.pattern})" if self.axis is not None else self.pattern
        known = "".join(f"; {name} was bound by {who}" for name, who in self.bound_by.items())
        if isinstance(self.expected, Claim):
            return f"{where}{self.expected} does not hold{known}"
        return f"{where}{place} is {self.actual}, expected {self.expected}{known}"

    def __repr__(self) -> str:
        return f"Failure({str(self)!r})"


class _Open:
    """An equation that waits for more names: the written size, the size found, and where.

    `group` names the group whose earlier sizes `written` is one of: then it is a size of a shape, and its
    symbols are not names of the pattern, however they are spelled.
    """

    __slots__ = ("actual", "axis", "broadcast", "group", "label", "text", "written")

    def __init__(self, label: str, axis: int, text: str, written: Size, actual: Size) -> None:
        self.label = label
        self.axis = axis
        self.text = text
        self.written = written
        self.actual = actual
        self.broadcast = False
        self.group = ""


class Binding:
    """What names stand for after shapes were compared with patterns.

    `bindings` maps names to sizes and groups ("..." or the group's name) to Shapes; `failures` are proven
    contradictions; `deferred` are the claims that could be neither proved nor refuted (open names, symbolic
    sizes); `bound_by` says which place bound a name. `proof` is NO with a failure, YES with nothing deferred.
    """

    __slots__ = ("bindings", "bound_by", "constraints", "deferred", "failures", "implied", "waiting")

    def __init__(self) -> None:
        self.bindings: dict[str, Any] = {}
        self.bound_by: dict[str, str] = {}
        self.failures: tuple[Failure, ...] = ()
        self.deferred: tuple[Claim, ...] = ()
        self.waiting: tuple[_Open, ...] = ()
        self.implied: tuple[Claim, ...] = ()  # what solutions need of the shapes' own symbols
        self.constraints: tuple[tuple[str, Claim], ...] = ()

    @classmethod
    def start(cls, bindings: Mapping[str, Any] | Binding | None) -> Binding:
        """A binding to add to, from none, a mapping of names, or another tensor's Binding."""
        fresh = cls()
        if isinstance(bindings, Binding):
            fresh.bindings = dict(bindings.bindings)
            fresh.bound_by = dict(bindings.bound_by)
            fresh.failures = bindings.failures
            fresh.waiting = bindings.waiting
            fresh.implied = bindings.implied
            fresh.constraints = bindings.constraints
        elif bindings is not None:
            fresh.bindings = {
                name: Shape.of(value) if isinstance(value, tuple | list) else value
                for name, value in bindings.items()
            }
        return fresh

    @property
    def proof(self) -> Proof:
        """NO: proven not to fit; YES: proven to fit; UNKNOWN: it depends on what is deferred."""
        if self.failures:
            return NO
        return UNKNOWN if self.deferred else YES

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts (deferred claims may remain)."""
        return not self.failures

    def pending(self) -> list[tuple[Claim, Failure | None]]:
        """The deferred claims that speak of the shapes' own symbols only, each with the failure that it would be."""
        found: list[tuple[Claim, Failure | None]] = []
        for place in self.waiting:
            side, marked = _pattern_side(place, self)
            if not marked:
                found.append((_place_claim(place, side), _failure(place, side, self)))
        known = self.sizes()
        for label, claim in self.constraints:
            if claim.symbols <= known.keys():
                plain = claim.substitute(known)
                found.append((plain, Failure(label, None, "", claim, plain, _binders(claim, self))))
        return found + [(claim, None) for claim in self.implied if claim.proof() is UNKNOWN]

    def sizes(self) -> dict[str, Size]:
        """The bound names that are sizes, without the groups."""
        return {name: value for name, value in self.bindings.items() if not isinstance(value, tuple)}

    def __repr__(self) -> str:
        return (
            f"Binding({self.bindings!r}, failures={list(self.failures)!r}, deferred={list(self.deferred)!r})"
        )


def bind_axes(pattern: Pattern, shape: Shape, binding: Binding, label: str) -> Binding:
    """`Pattern.bind`, with the binding to add to."""
    places = _align(pattern, shape, binding, label)
    for index, axis in places or ():
        _bind_axis(axis, index, shape[index], binding, label)
    binding.constraints += tuple((label, claim) for claim in pattern.constraints)
    _settle(binding)
    return binding


def _who(label: str, axis: int, text: str) -> str:
    return f"{label} axis {axis} ({text})" if label else f"axis {axis} ({text})"


def _align(pattern: Pattern, shape: Shape, binding: Binding, label: str) -> list[tuple[int, Axis]] | None:
    """Which axis of the pattern describes which axis of the shape; groups are bound here. None: no fit."""
    from .pattern import GroupAxis, OptionalAxis

    widths: list[int | None] = []
    for axis in pattern.axes:
        bound = binding.bindings.get(axis.name) if isinstance(axis, GroupAxis) else None
        optional = isinstance(axis, OptionalAxis)
        widths.append(None if optional else 1 if not isinstance(axis, GroupAxis) else _length(bound))
    spare = len(shape) - sum(width or 0 for width in widths)
    groups = [i for i, axis in enumerate(pattern.axes) if isinstance(axis, GroupAxis) and widths[i] is None]
    optional_axes = [i for i, axis in enumerate(pattern.axes) if isinstance(axis, OptionalAxis)]
    for position, index in enumerate(optional_axes):
        # Written first, present first; an unbound group takes what the optional axes leave.
        widths[index] = 1 if position < spare else 0
    spare -= min(max(spare, 0), len(optional_axes))
    if len(groups) == 1 and spare >= 0:
        widths[groups[0]] = spare
        spare = 0
    if spare != 0 or len(groups) > 1:
        reason = str(pattern.rank) if pattern.rank is not None else f"the axes {pattern}"
        binding.failures += (Failure(label, None, "the rank", reason, len(shape), {}),)
        return None
    places: list[tuple[int, Axis]] = []
    start = 0
    for axis, width in zip(pattern.axes, widths, strict=True):
        if isinstance(axis, GroupAxis):
            _bind_group(axis, start, shape[start : start + (width or 0)], binding, label)
        elif width:
            places.append((start, axis))
        start += width or 0
    return places


def _length(bound: Any) -> int | None:
    return len(bound) if isinstance(bound, tuple) else None


def _bind_group(axis: Axis, start: int, found: Shape, binding: Binding, label: str) -> None:
    name = str(axis).removeprefix("*")
    bound = binding.bindings.get(name)
    if bound is None:
        binding.bindings[name] = found
        binding.bound_by[name] = _who(label, start, str(axis))
        return
    for offset, (expected, actual) in enumerate(zip(bound, found, strict=True)):
        place = _Open(label, start + offset, str(axis), expected, actual)
        place.group = name
        binding.waiting += (place,)


def _bind_axis(axis: Axis, index: int, actual: Size, binding: Binding, label: str) -> None:
    from .pattern import BoundAxis, BroadcastAxis, SizeAxis

    text = str(axis)
    if isinstance(axis, BoundAxis):
        binding.waiting += (
            _Open(label, index, text, axis.size, actual),
            _Open(label, index, text, axis.symbol, actual),
        )
    elif isinstance(axis, SizeAxis):
        place = _Open(label, index, text, axis.size, actual)
        place.broadcast = isinstance(axis, BroadcastAxis)
        binding.waiting += (place,)


def _pattern_side(place: _Open, binding: Binding) -> tuple[Size, dict[str, str]]:
    """The written size with known names replaced and unknown ones marked as the pattern's own."""
    if place.group:
        return place.written, {}
    names = free_symbols(place.written)
    values: dict[str, Size] = {}
    marked: dict[str, str] = {}
    for name in names:
        bound = binding.bindings.get(name)
        if bound is None:
            own = f"{{pattern.attribute.{name[1:-1]}}}" if name[0] == "{" else f"{{pattern.name.{name}}}"
            marked[own] = name
            bound = symbol(own, low=0)
        values[name] = bound
    return substitute(place.written, values), marked


def _settle(binding: Binding) -> None:
    """Solve the waiting equations for names until nothing new is learnt."""
    progress = True
    while progress and binding.waiting:
        progress = False
        for place in binding.waiting:
            if _solve_place(place, binding):
                binding.waiting = tuple(other for other in binding.waiting if other is not place)
                progress = True
    deferred: list[Claim] = [claim for claim in binding.implied if claim.proof() is UNKNOWN]
    for place in binding.waiting:
        side, marked = _pattern_side(place, binding)
        deferred.append(_place_claim(place, place.written if marked else side))
    known = binding.sizes()
    kept: list[tuple[str, Claim]] = []
    for label, claim in binding.constraints:
        try:
            found = claim.substitute(known)
            answer = found.proof() if claim.symbols <= known.keys() else UNKNOWN
        except ZeroDivisionError:
            found, answer = claim, NO
        if answer is NO:
            binding.failures += (Failure(label, None, "", claim, found, _binders(claim, binding)),)
            continue
        if answer is UNKNOWN:
            deferred.append(found)
            kept.append((label, claim))
    binding.constraints = tuple(kept)
    binding.deferred = tuple(dict.fromkeys(deferred))


def _binders(claim: Claim, binding: Binding) -> dict[str, str]:
    return {name: binding.bound_by[name] for name in sorted(claim.symbols) if name in binding.bound_by}


def _place_claim(place: _Open, written: Size) -> Claim:
    claim: Claim = Equal(written, place.actual)
    if place.broadcast:
        claim = AnyOf(Equal(place.actual, 1), claim)
    return claim


def _solve_place(place: _Open, binding: Binding) -> bool:
    """Try one equation; True when it is done with: a name bound, proven, or failed."""
    if place.broadcast and not isinstance(place.actual, Dim) and place.actual == 1:
        return True
    try:
        side, marked = _pattern_side(place, binding)
    except ZeroDivisionError:
        binding.failures += (_failure(place, place.written, binding),)
        return True
    if len(marked) == 1 and not (place.broadcast and isinstance(place.actual, Dim)):
        ((own, name),) = marked.items()
        solution = linear_solution(side - place.actual, own)
        if solution is not None and at_least(solution, 0) is not NO:
            binding.bindings[name] = solution
            binding.implied += (AtLeast(solution, 0),)
            binding.bound_by[name] = _who(place.label, place.axis, place.text)
            return True
    claim = _place_claim(place, side)
    answer = claim.proof()
    if answer is NO:
        binding.failures += (_failure(place, place.written if marked else side, binding),)
    return answer is not UNKNOWN


def _failure(place: _Open, expected: Size, binding: Binding) -> Failure:
    names = [place.group] if place.group else sorted(free_symbols(place.written))
    who = {name: binding.bound_by[name] for name in names if name in binding.bound_by}
    return Failure(place.label, place.axis, place.text, expected, place.actual, who)


def known_shape(pattern: Pattern, bindings: Mapping[str, Any] | Binding) -> Shape:
    """`Pattern.shape`."""
    from .pattern import AnyAxis, BoundAxis, GroupAxis, OptionalAxis, SizeAxis

    values = bindings.bindings if isinstance(bindings, Binding) else dict(bindings)
    sizes = {name: value for name, value in values.items() if not isinstance(value, tuple)}
    found: list[Size] = []
    for axis in pattern.axes:
        if isinstance(axis, GroupAxis):
            group = values.get(axis.name)
            if group is None:
                raise ValueError(f"the group {axis} of {pattern} is not bound")
            found.extend(group)
        elif isinstance(axis, AnyAxis):
            raise ValueError(f"the anonymous axis {axis} of {pattern} has no size")
        elif isinstance(axis, OptionalAxis):
            if free_symbols(axis.size) <= sizes.keys():
                found.append(substitute(axis.size, sizes))
        elif isinstance(axis, BoundAxis | SizeAxis):
            found.append(substitute(axis.size, sizes))
    return Shape.of(found)
