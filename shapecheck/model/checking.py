"""Whether a layer can work where it stands: its attributes, its inputs, and what others ask of the sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Claim, Dim, Equal, Proof, Shape, System
from shapecheck.model.errors import ModelError
from shapecheck.model.helping import help_for
from shapecheck.model.substituting import plain
from shapecheck.model.vocabulary import NAMES, VOCABULARY, arity
from shapecheck.ops.apply import apply
from shapecheck.ops.base import REQUIRED, Need, Op
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.wrappers import TimeDistributed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecheck.algebra import Pattern
    from shapecheck.ops.apply import Outcome

CONFLICT = "SHP130"


class Assumed:
    """What layers and inputs ask of the symbols so far, together, and who asks. Immutable."""

    __slots__ = ("askers", "system")

    def __init__(self) -> None:
        self.system = System()
        self.askers: dict[Claim, str] = {}

    def _with(self, claim: Claim, asker: str) -> Assumed:
        fresh = Assumed()
        fresh.system = self.system.assume(claim)
        fresh.askers = {claim: asker, **self.askers}
        return fresh

    def with_constraints(self, name: str, pattern: Pattern) -> Assumed:
        """With the constraints of an input's pattern; ModelError where they cannot hold."""
        assumed = self
        for claim in pattern.constraints:
            if claim.proof() is Proof.NO:
                raise ModelError(f"the input {name!r} demands {claim}, which does not hold")
            assumed = assumed._with(claim, f"the input {name!r}")
            if assumed.system.contradiction:
                raise ModelError(assumed.conflict(), code=CONFLICT)
        return assumed

    def with_needs(self, needs: Sequence[Need], name: str) -> Assumed:
        """With the needs of a layer; whether they can hold is the caller's to ask."""
        assumed = self
        for need in needs:
            assumed = assumed._with(need.claim, repr(name))
        return assumed

    def conflict(self) -> str:
        """Who asks for what cannot hold together."""
        parts = [f"{claim} ({self.askers.get(claim, 'the model')})" for claim in self.system.conflict]
        return f"no sizes meet all requirements: {' and '.join(parts)}"


def checked_operator(op: object, place: str) -> Op:
    """The operator, with tuples for lists; ModelError where it is none, or an attribute has no such value."""
    if not isinstance(op, Op):
        raise ModelError(f"{_described(op)} is no operator", place=place)
    op = plain(op)
    for part in _parts(op):
        problem = _attribute_problem(part)
        if problem:
            raise ModelError(problem, place=place)
    return op


def _described(value: object) -> str:
    if isinstance(value, type) or callable(value):
        name = getattr(value, "__name__", repr(value))
        return f"{name}, which is not called ({name}()),"
    return repr(value)


def _parts(op: Op) -> Iterator[Op]:
    yield op
    inner = op.__dict__.get("inner")
    for part in inner if isinstance(inner, tuple) else (inner,):
        if isinstance(part, Op):
            yield from _parts(part)


def _attribute_problem(op: Op) -> str:
    kind = type(op).__name__
    try:
        hash(op)
    except TypeError:
        return f"{kind}'s attributes are numbers, texts and tuples of them, got {op!r}"
    if isinstance(op, TimeDistributed) and not isinstance(op.inner, Op):
        return f"TimeDistributed applies one operator to each step of one tensor, got {op.inner!r}"
    names = {name: known for (kind, name), known in NAMES.items() if isinstance(op, kind)}
    for attribute in op.attributes:
        value = op.__dict__[attribute.name]
        known = attribute.choices or names.get(attribute.name)
        if known and value not in known:
            shown = ", ".join(map(str, known))
            return f"{kind} does not know the {attribute.name} {value!r}; it knows {shown}"
        if isinstance(attribute.default, bool) and not isinstance(value, bool):
            return f"{kind}'s {attribute.name} is True or False, got {value!r}"
        if attribute.low is not None and not _is_size(value, attribute.default, attribute.name):
            return f"{kind}'s {attribute.name} is a whole number, got {value!r}"
        if attribute.name == "axes" and value != attribute.default and not _is_numbers(value):
            return f"{kind}'s axes are a tuple of whole numbers, as in (1,), got {value!r}"
        if isinstance(attribute.default, float) and not _is_number(value):
            return f"{kind}'s {attribute.name} is a number of at least 0, got {value!r}"
        if attribute.name == "padding" and not isinstance(value, str) and not _is_size(value, 0, "padding"):
            return f"{kind}'s padding is a rule or whole numbers, got {value!r}"
    return ""


def _is_numbers(value: Any) -> bool:
    return isinstance(value, tuple) and all(type(part) is int for part in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_size(value: Any, default: Any, name: str) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(_is_size(part, default, name) for part in value)
    if value is None:
        return default is None or (default is REQUIRED and name == "size")
    return isinstance(value, int | Dim) and not isinstance(value, bool)


def applied(
    op: Op, arguments: Sequence[tuple[str, Shape]], assumed: Assumed, name: str, place: str
) -> tuple[Any, Assumed]:
    """What comes out of a layer, and what is assumed from there on; ModelError where it cannot work."""
    shapes = [shape for _, shape in arguments]
    where = f"{place} {name!r} ({op.label})".strip()
    _refuse_count(op, shapes, where, name)
    if isinstance(op, Elementwise):
        assumed = assumed.with_needs(_meeting(op, shapes), name)
        if assumed.system.contradiction:
            raise ModelError(_unequal(op, arguments, assumed), place=where, node=name, code="SHP106")
    try:
        outcome = apply(op, *shapes, system=assumed.system)
        # Costs and weights read the attributes that the shape does not depend on.
        if outcome.failed is None and outcome.out is not None:
            op.weights(*shapes), op.states(*shapes), op.macs(*shapes)
    except (TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as error:
        # Attributes are free values: an odd one shows where the operator first computes with it.
        reason = f"it cannot work with these attributes on {', '.join(map(str, shapes))}: {error}"
        raise ModelError(reason, place=where, node=name) from error
    if outcome.failed is not None:
        raise _failure(op, arguments, outcome, assumed, (name, where))
    if outcome.out is None:
        raise ModelError(
            f"the shape of what comes out is not known for {', '.join(map(str, shapes))}",
            place=where,
            node=name,
        )
    if _is_empty(outcome.out):
        raise ModelError(f"nothing comes out: its shape is {outcome.out}", place=where, node=name)
    return outcome.out, assumed.with_needs(outcome.open, name)


def _is_empty(out: Any) -> bool:
    return any(_is_empty(part) if isinstance(part, tuple) else part == 0 for part in out)


def _failure(
    op: Op, arguments: Sequence[tuple[str, Shape]], outcome: Outcome, assumed: Assumed, spot: tuple[str, str]
) -> ModelError:
    """The error for a need that is not met, on its own or beside what others ask."""
    need = outcome.failed
    assert need is not None
    name, where = spot
    after = assumed.with_needs(outcome.open, name)
    if after.system.contradiction:
        return ModelError(after.conflict(), place=where, node=name, code=CONFLICT)
    reason = f"{need.sentence}{_given(arguments, need)}"
    if need.claim.proof() is Proof.UNKNOWN:  # refuted by what else is asked of the sizes
        after = assumed.with_needs([need], name)
        reason = f"{reason}; {after.conflict()}" if after.system.contradiction else reason
    help = help_for(op, [shape for _, shape in arguments], need)
    return ModelError(reason, place=where, help=help, node=name, code=need.code)


def _meeting(op: Elementwise, shapes: Sequence[Shape]) -> list[Need]:
    """Sizes that meet are equal, unless one is written as 1: no symbol is taken for a 1 that stretches."""
    found = []
    for index, other in enumerate(shapes[1:], 1):
        for axis in range(1, min(len(shapes[0]), len(other)) + 1):
            a, b = shapes[0][-axis], other[-axis]
            if a != b and 1 not in (a, b):
                found.append(Need(Equal(a, b), "SHP106", "cannot {verb}", subject=index, verb=op.name))
    return found


def _unequal(op: Op, arguments: Sequence[tuple[str, Shape]], assumed: Assumed) -> str:
    shown = " and ".join(f"{reference!r} of shape {shape}" for reference, shape in arguments)
    conflict = assumed.system.conflict
    # One claim that cannot hold needs no names of who else asks for what.
    why = f"{conflict[0]} never holds" if len(conflict) == 1 else assumed.conflict()
    return f"cannot {op.label} {shown}: {why}"


def _given(arguments: Sequence[tuple[str, Shape]], need: Need) -> str:
    if not need.subject < len(arguments):
        return ""
    reference, shape = arguments[need.subject]
    return f", from {reference!r} of shape {shape}"


def _refuse_count(op: Op, shapes: Sequence[Shape], where: str, name: str) -> None:
    allowed = arity(op) if isinstance(op, VOCABULARY) else None
    if not shapes or (allowed is not None and len(shapes) not in allowed):
        wanted = " or ".join(map(str, allowed)) if allowed else "one or more"
        raise ModelError(
            f"it takes {wanted} {'input' if allowed == (1,) else 'inputs'}, got {len(shapes)}",
            place=where,
            help="" if allowed == (1,) else "a list passes one tensor on: build the model with a Graph",
            node=name,
        )
