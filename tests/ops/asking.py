"""Asking the real frameworks and ourselves the same: what comes out of this layer for these inputs?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

from shapecheck.algebra import Proof, Shape, unknown
from shapecheck.dialects.base import Apply, Arguments, apply_to_input, bind
from shapecheck.dialects.registry import spelling
from shapecheck.ops.apply import apply
from shapecheck.ops.base import Need, Op
from shapecheck.ops.layout import ChannelsLast
from shapecheck.ops.tensor import Tensor

REFUSED = "refused"
_numbers = count()


class Spec:
    """A tensor argument of a call, by its shape; integers when `whole`."""

    def __init__(self, *sizes: Any, whole: int | None = None) -> None:
        self.sizes = sizes
        self.whole = whole

    def __repr__(self) -> str:
        return f"tensor{self.sizes}"


def fresh(tag: str) -> Any:
    """A new unknown size."""
    return unknown(f"{tag}{next(_numbers)}")


def lowered(value: Any) -> Any:
    """An argument as the dialects receive it."""
    if isinstance(value, Spec):
        return Tensor(Shape(*value.sizes), "int64" if value.whole else "float32")
    if isinstance(value, list | tuple):
        return type(value)(lowered(entry) for entry in value)
    return value


def arguments_of(row: Any, signature: str, positional: Iterable[Any], named: dict[str, Any]) -> Arguments:
    """The arguments of a call, bound as the interpreter binds them."""
    values, given = bind(signature, [lowered(value) for value in positional], lowered_map(named))
    return Arguments(row, values, given, fresh)


def lowered_map(named: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments as the dialects receive them."""
    return {name: lowered(value) for name, value in named.items()}


def failing(needs: Iterable[Need]) -> Need | None:
    """The first need that is proven not to hold."""
    return next((need for need in needs if need.claim.proof() is Proof.NO), None)


def made(name: str, *positional: Any, **named: Any) -> tuple[Any, Op, Need | None]:
    """The row of a layer, its operator, and what fails where it is made."""
    row = spelling(name)
    assert row is not None, name
    op = row.build(arguments_of(row, row.signature, positional, named))  # type: ignore[misc]
    needs = [*op.construction_needs(), *(row.limits(op) if row.limits else ())]
    return row, op, failing(needs)


def applied(result: Apply) -> Any:
    """The shape or nested shapes of an application, or the need that fails."""
    shapes = [
        applied(entry) if isinstance(entry, Apply) else entry and entry.shape for entry in result.inputs
    ]
    wrong = failing(result.needs)
    if wrong is not None:
        return wrong
    op = ChannelsLast(inner=result.op) if result.channels_last else result.op
    outcome = apply(op, *shapes)
    return outcome.failed if outcome.failed is not None else outcome.out


def ours(
    name: str, construct: tuple[list[Any], dict[str, Any]], call: tuple[list[Any], dict[str, Any]]
) -> Any:
    """What shapecheck says comes out of a layer: nested shapes, or the need that fails."""
    row, op, wrong = made(name, *construct[0], **construct[1])
    if wrong is not None:
        return wrong
    result = (row.call or apply_to_input)(op, arguments_of(row, row.call_signature, *call))
    return nested(result)


def ours_of_function(name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """What shapecheck says comes out of a function."""
    row = spelling(name)
    assert row is not None, name
    return nested(row.call(None, arguments_of(row, row.signature, positional, named)))  # type: ignore[misc]


def nested(result: Any) -> Any:
    """Applications inside tuples, realised."""
    if isinstance(result, Apply):
        return applied(result)
    if isinstance(result, tuple | list) and not isinstance(result, Shape):
        entries = [nested(entry) for entry in result]
        return next((entry for entry in entries if isinstance(entry, Need)), tuple(entries))
    return result.shape if isinstance(result, Tensor) else result


def plain(shapes: Any) -> Any:
    """Nested shapes as nested tuples of ints, so that both sides compare equal."""
    if isinstance(shapes, Shape):
        return ("shape", *shapes)
    if isinstance(shapes, tuple | list):
        return tuple(plain(shape) for shape in shapes)
    return shapes


class Tally:
    """How many drawn cases the framework accepted and refused; both must be a fair share."""

    def __init__(self, name: str, undecided: Callable[[Any], bool] | None = None) -> None:
        self.name = name
        self.undecided = undecided  # answers of ours that the framework may also refuse, for a stated reason
        self.accepted = 0
        self.refused = 0

    def compare(self, case: Any, theirs: Any, our: Any) -> None:
        """Count one case and hold the two answers against each other."""
        if theirs is REFUSED:
            self.refused += 1
            if self.undecided is not None and self.undecided(our):
                return
            assert isinstance(our, Need), f"{self.name} {case}: the framework refuses, we say {our}"
        else:
            self.accepted += 1
            assert not isinstance(our, Need), f"{self.name} {case}: gives {theirs}, we say {our.sentence}"
            assert plain(our) == theirs, f"{self.name} {case}: gives {theirs}, we say {our}"

    def check(self, share: float = 0.2) -> None:
        """Print the shares, and hold that neither is too small."""
        total = self.accepted + self.refused
        shares = f"{self.accepted / total:.0%} accepted, {self.refused / total:.0%} refused"
        print(f"{self.name}: {total} cases, {shares}")
        assert min(self.accepted, self.refused) >= share * total, f"{self.name}: unbalanced draws"


def hold(
    name: str,
    cases: SearchStrategy[Any],
    ask: Callable[[Any], Any],
    answer: Callable[[Any], Any],
    *,
    factor: float = 1,
    undecided: Callable[[Any], bool] | None = None,
    appeal: Callable[[Any], Any] | None = None,
    share: float = 0.2,
) -> None:
    """For every drawn case, `answer` (ours) equals `ask` (the framework's); the shares are balanced.

    `appeal` is asked where we refuse what `ask` accepted: a symbolic call does not look at everything.
    """
    tally = Tally(name, undecided)
    examples = max(60, int(settings().max_examples * factor))

    # The same draws every time, so that the shares do not hang on luck; the thorough profile draws anew.
    @settings(max_examples=examples, derandomize=settings().max_examples < 1000)
    @given(cases)
    def run(case: Any) -> None:
        theirs, our = ask(case), answer(case)
        if appeal is not None and isinstance(our, Need) and theirs is not REFUSED:
            theirs = appeal(case)
        tally.compare(case, theirs, our)

    run()
    tally.check(share)
