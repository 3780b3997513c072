"""Strategies of shapes and arguments for calls on tensors."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.ops.calling import T

SIZE = st.sampled_from([2, 3, 1, 4, 6, 2, 3, 1])
RARE_ZERO = st.sampled_from([2, 3, 1, 4, 2, 3, 6, 2, 3, 1, 5, 0])


def sizes(low: int = 0, high: int = 4, *, zero: bool = True) -> st.SearchStrategy[tuple[int, ...]]:
    """The sizes of a small tensor; now and then an axis is empty."""
    entry = RARE_ZERO if zero else SIZE
    return st.integers(low, high).flatmap(lambda rank: st.tuples(*[entry] * rank))


def tensors(
    low: int = 0, high: int = 4, *, zero: bool = True, dtype: str = "float32"
) -> st.SearchStrategy[T]:
    """A small tensor."""
    return sizes(low, high, zero=zero).map(lambda drawn: T(drawn, dtype))


@st.composite
def axis_for(draw: st.DrawFn, rank: int, *, extra: int = 0) -> int:
    """An axis number: within the rank more often than not."""
    count = rank + extra
    if count and draw(st.sampled_from([True, False, True, True, False, True, True, False])):
        return draw(st.integers(-count, count - 1))
    return draw(st.sampled_from([-count - 1, count, count + 1, -count - 2]))


@st.composite
def nudged(draw: st.DrawFn, drawn: tuple[int, ...]) -> tuple[int, ...]:
    """The same sizes, with one of them changed half of the time, and now and then an axis more or less."""
    how = draw(st.integers(0, 5))
    if how < 3 or not drawn:
        return drawn if how else (*drawn, 2)
    place = draw(st.integers(0, len(drawn) - 1))
    if how == 5:
        return drawn[:place] + drawn[place + 1 :]
    return (*drawn[:place], draw(SIZE), *drawn[place + 1 :])


@st.composite
def stretchable(draw: st.DrawFn, drawn: tuple[int, ...]) -> tuple[int, ...]:
    """Sizes that broadcast with these: some are 1, leading ones are gone; half of the time one is changed."""
    other = tuple(1 if draw(st.integers(0, 3)) == 0 else size for size in drawn)
    if other and draw(st.integers(0, 4)) < 2:
        place = draw(st.integers(0, len(other) - 1))
        other = (*other[:place], drawn[place] + 2, *other[place + 1 :])
    elif draw(st.booleans()):
        other = other[draw(st.integers(0, len(other))) :]
    return other


@st.composite
def regrouped(draw: st.DrawFn, total: int) -> tuple[int, ...]:
    """Sizes with this product."""
    found = []
    rest = total
    divisor = 2
    while rest > 1:
        while rest % divisor == 0:
            found.append(divisor)
            rest //= divisor
        divisor += 1
    count = draw(st.integers(1, 4))
    groups = [1] * count
    for factor in found:
        groups[draw(st.integers(0, count - 1))] *= factor
    return tuple(groups)


@st.composite
def new_sizes(draw: st.DrawFn, drawn: tuple[int, ...], *, wildcard: bool = True) -> tuple[int, ...]:
    """Target sizes of a reshape: right, with one size left open, or wrong."""
    total = 1
    for size in drawn:
        total *= size
    target = draw(regrouped(total)) if total else draw(st.sampled_from([(0,), (0, 3), (2, 0), (1, 0, 4)]))
    how = draw(st.integers(0, 5))
    place = draw(st.integers(0, len(target) - 1))
    if how == 0 and wildcard:
        target = (*target[:place], -1, *target[place + 1 :])
    elif how in (2, 3, 5):
        target = (*target[:place], draw(st.integers(0, 5)), *target[place + 1 :])
        if draw(st.integers(0, 2)) == 0 and wildcard:
            target = (*target, -1)
    elif how == 4:
        target = (*target, draw(st.sampled_from([2, -1, -2, 3])))
    return target


@st.composite
def spoiled(draw: st.DrawFn, cases: st.SearchStrategy[Any]) -> Any:
    """These cases, where in nearly every second one of the tensors has another rank."""
    positional, named = draw(cases)
    places = [place for place, value in enumerate(positional) if isinstance(value, T)]
    if draw(st.sampled_from([True, False, True, False, False])):
        place = draw(st.sampled_from(places))
        old = positional[place]
        sizes = (*old.sizes, 2) if draw(st.booleans()) or not old.sizes else old.sizes[1:]
        positional = [*positional[:place], T(sizes, old.dtype, old.fill), *positional[place + 1 :]]
    return positional, named


def case(*positional: Any, **named: Any) -> tuple[list[Any], dict[str, Any]]:
    """One call."""
    return list(positional), named


def bare(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Cases with positional arguments only, from a strategy of tuples."""
    return strategy.map(lambda drawn: (list(drawn), {}))
