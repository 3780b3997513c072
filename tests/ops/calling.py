"""Calling one spelled function twice, by its framework and by us, and holding the answers against each other.

A case is (positional, named) with `T` for each tensor. Beside the numbers, every case is also asked with
symbols for the tensors' sizes: numbers put into that answer must give the answer on numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis.strategies import SearchStrategy

from shapecheck.algebra import NEVER, Dim, Proof, Shape, evaluate, free_symbols, is_unknown, symbol, unknown
from shapecheck.dialects.base import UNKNOWN, Apply, Arguments, BindError, NotUnderstood, bind
from shapecheck.dialects.registry import spelling
from shapecheck.ops.apply import apply
from shapecheck.ops.base import Need
from shapecheck.ops.layout import ChannelsLast
from shapecheck.ops.tensor import Tensor

REFUSED = "refused"
_numbers = count()


class T(NamedTuple):
    """A tensor argument: its sizes and its dtype.

    Integers and truth values are all zero unless `fill` is another number.
    """

    sizes: tuple[int, ...]
    dtype: str = "float32"
    fill: int = 0


class Answer:
    """What we say of a call: the outputs, the need that fails, the needs left open,
    or why it is not understood.
    """

    def __init__(self) -> None:
        self.out: Any = None
        self.failed: Need | None = None
        self.open: list[Need] = []
        self.missed = ""


def fresh(tag: str) -> Any:
    """A new unknown size."""
    return unknown(f"{tag}{next(_numbers)}")


def lifted(value: Any, lift: Callable[[T], Shape]) -> Any:
    """An argument as the dialects receive it."""
    if isinstance(value, T):
        return Tensor(lift(value), value.dtype)
    if isinstance(value, list | tuple):
        return type(value)(lifted(entry, lift) for entry in value)
    if isinstance(value, dict):
        return {name: lifted(entry, lift) for name, entry in value.items()}
    return value


def as_numbers(tensor: T) -> Shape:
    return Shape(*tensor.sizes)


def ask_us(
    name: str,
    positional: Any,
    named: dict[str, Any],
    lift: Callable[[T], Shape] = as_numbers,
    run: Callable[..., Any] | None = None,
) -> Answer:
    """What shapecheck says of calling `name`, or of the function `run` on lifted values."""
    answer = Answer()
    values = [lifted(value, lift) for value in positional]
    keywords = {key: lifted(value, lift) for key, value in named.items()}
    try:
        if run is not None:
            result = run(*values, **keywords)
        else:
            row = spelling(name)
            assert row is not None and row.call is not None, f"{name} is not spelled"
            bound, given_names = bind(row.signature, values, keywords)
            result = row.call(None, Arguments(row, bound, given_names, fresh))
        answer.out = realised(result, answer)
    except NotUnderstood as reason:
        answer.missed = str(reason) or "not understood"
    except BindError as reason:
        answer.failed = Need(NEVER, "SHP121", "{reason}", reason=str(reason))
    return answer


class _Stop(Exception):
    """A need failed: nothing comes out."""


def realised(result: Any, answer: Answer) -> Any:
    """Nested outputs: shapes in tuples, numbers as they are."""
    try:
        return _realised(result, answer)
    except _Stop:
        return None


def _realised(result: Any, answer: Answer) -> Any:
    if isinstance(result, Apply):
        return _applied(result, answer)
    if isinstance(result, Tensor):
        return result.shape
    if isinstance(result, tuple | list) and not isinstance(result, Shape):
        return tuple(_realised(entry, answer) for entry in result)
    return result


def _applied(result: Apply, answer: Answer) -> Any:
    shapes = [_realised(entry, answer) for entry in result.inputs]
    if any(shape is None for shape in shapes):
        answer.missed = answer.missed or "the rank of an input is unknown"
        raise _Stop
    for need in result.needs:
        if need.claim.proof() is Proof.NO:
            answer.failed = need
            raise _Stop
        answer.open.append(need)
    outcome = apply(ChannelsLast(inner=result.op) if result.channels_last else result.op, *shapes)
    answer.open.extend(outcome.open)
    if outcome.failed is not None:
        declared = {*result.op.codes, "SHP120"}  # SHP120 is also the bound of an attribute
        assert outcome.failed.code in declared, (
            f"{type(result.op).__name__} declares {declared}: {outcome.failed}"
        )
        answer.failed = outcome.failed
        raise _Stop
    return outcome.out


def plain(value: Any) -> Any:
    """Nested outputs as nested tuples in which a shape differs from a tuple of numbers."""
    if isinstance(value, Shape):
        return ("shape", *value)
    if isinstance(value, tuple | list):
        return tuple(plain(entry) for entry in value)
    return value


class Symbols:
    """Puts symbols in the place of the sizes of tensors, a new one for each axis,
    or with `shared` for each number.
    """

    def __init__(self, shared: bool) -> None:
        self.shared = shared
        self.values: dict[str, int] = {}

    def __call__(self, tensor: T) -> Shape:
        return Shape(*(self._symbol(size) for size in tensor.sizes))

    def _symbol(self, size: int) -> Any:
        if size == 1 and self.shared:
            return 1
        name = f"v{size}" if self.shared else f"s{len(self.values)}"
        self.values[name] = size
        return symbol(name, low=min(size, 1))


def with_numbers(value: Any, values: dict[str, int]) -> Any:
    """Nested outputs with numbers for the symbols; sizes that are unknown stay as None."""
    if isinstance(value, Shape):
        return ("shape", *(with_numbers(size, values) for size in value))
    if isinstance(value, tuple | list):
        return tuple(with_numbers(entry, values) for entry in value)
    if isinstance(value, dict):
        return {name: with_numbers(entry, values) for name, entry in value.items()}
    if hasattr(value, "terms"):
        return (
            None if is_unknown(value) or not free_symbols(value) <= set(values) else evaluate(value, values)
        )
    return value


def agree(left: Any, right: Any) -> bool:
    """Equal, where None stands for anything."""
    if left is None or right is None:
        return True
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(agree(a, b) for a, b in zip(left, right, strict=True))
    return bool(left == right)


def hold_law(label: str, numbers: Answer, symbols: Answer, values: dict[str, int]) -> None:
    """Numbers put into the answer on symbols give the answer on numbers."""
    if symbols.missed or numbers.missed:
        return
    if symbols.failed is not None:
        assert numbers.failed is not None, f"{label}: never, say the symbols: {symbols.failed}"
        return
    decided = [need for need in symbols.open if need.claim.symbols <= set(values)]
    wrong = [need for need in decided if not need.claim.holds(values)]
    if numbers.failed is not None:
        undecided = len(decided) < len(symbols.open)
        assert wrong or undecided or symbols.out is None, (
            f"{label}: the symbols lost {numbers.failed} of {values}"
        )
        return
    assert not wrong, f"{label}: {wrong} do not hold for {values}"
    if symbols.out is not None:
        got = with_numbers(symbols.out, values)
        assert agree(got, plain(numbers.out)), (
            f"{label}: {symbols.out} with {values} is {got}, not {numbers.out}"
        )


class Share:
    """How many cases were accepted and refused by the framework, and how many we did not understand."""

    def __init__(self, label: str, least: float) -> None:
        self.label = label
        self.least = least
        self.accepted = 0
        self.refused = 0
        self.missed = 0

    def compare(self, theirs: Any, ours: Answer) -> None:
        """Hold one answer against the framework's."""
        if ours.missed:
            return
        if theirs is REFUSED:
            if not any(
                is_unknown(size) for need in ours.open for size in need.values.values() if is_size(size)
            ):
                assert ours.failed is not None, f"{self.label}: refused, we say {ours.out}"
        else:
            assert ours.failed is None, f"{self.label}: gives {theirs}, we say {ours.failed}"
            assert agree(known(ours.out), theirs), f"{self.label}: gives {theirs}, we say {ours.out}"

    def count(self, theirs: Any, ours: Answer) -> bool:
        """Count one case, unless there are enough of its side already."""
        if ours.missed:
            self.missed += 1
            return True
        this, other = (self.refused, self.accepted) if theirs is REFUSED else (self.accepted, self.refused)
        if self.least and this > 10 and this > 2 * other:
            return False
        if theirs is REFUSED:
            self.refused += 1
        else:
            self.accepted += 1
        return True

    def check(self, missed: float) -> None:
        """Print the shares and hold that both are fair."""
        total = max(self.accepted + self.refused + self.missed, 1)
        print(
            f"{self.label}: {total} cases, {self.accepted / total:.0%} accepted, "
            f"{self.refused / total:.0%} refused, "
            f"{self.missed / total:.0%} not understood"
        )
        assert min(self.accepted, self.refused) >= self.least * (total - self.missed), (
            f"{self.label}: unbalanced draws"
        )
        assert self.missed <= missed * total, f"{self.label}: too much is not understood"


def is_size(value: Any) -> bool:
    return isinstance(value, int | Dim) and not isinstance(value, bool)


def known(value: Any) -> Any:
    """Outputs with None for sizes that only the data decides."""
    if isinstance(value, Shape):
        return ("shape", *(size if isinstance(size, int) else None for size in value))
    if isinstance(value, tuple | list):
        return tuple(known(entry) for entry in value)
    return None if value is UNKNOWN or hasattr(value, "terms") else value


def hold(
    name: str,
    cases: SearchStrategy[Any],
    ask: Callable[..., Any],
    *,
    run: Callable[..., Any] | None = None,
    least: float = 0.2,
    missed: float = 0.2,
    factor: float = 1,
) -> None:
    """For every case our answer equals the framework's (`ask(name, positional, named)`),
    and the law of symbols holds.
    """
    share = Share(name, least)
    counted: dict[str, bool] = {}

    quiet = [*settings().suppress_health_check, HealthCheck.filter_too_much]

    # What any tensor will do for needs fewer draws.
    examples = int(
        factor * (max(60, settings().max_examples) if least else max(15, settings().max_examples // 5))
    )

    @settings(max_examples=examples, print_blob=True, suppress_health_check=quiet)
    @given(cases)
    def check(case: Any) -> None:
        positional, named = case
        label = f"{name}{tuple(positional)}{named or ''}"
        share.label = label
        theirs = ask(name, positional, named)
        numbers = ask_us(name, positional, named, run=run)
        share.compare(theirs, numbers)
        for shared in (False, True):
            lift = Symbols(shared)
            symbols = ask_us(name, positional, named, lift, run)
            hold_law(label, numbers, symbols, lift.values)
        # A case beyond its side's share has been checked like all others, but does not count as one of the
        # draws.
        if label not in counted:  # a case that is tried again must be decided as before
            counted[label] = share.count(theirs, numbers)
        assume(counted[label])

    check()
    share.label = name
    share.check(missed)
