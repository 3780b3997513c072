"""The solver's answers are what trying every value gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import (
    AllOf,
    AnyOf,
    AtLeast,
    Differs,
    Divides,
    Equal,
    maximum,
    solve,
    symbol,
    symbols,
)
from tests.algebra import trees

h, w = symbols("h w")
KINDS = (Equal, AtLeast, Differs, Divides)


def alone(tree):
    """The tree with every name made h."""
    if isinstance(tree, str):
        return "h"
    return tree if isinstance(tree, int) else (tree[0], alone(tree[1]), alone(tree[2]))


@st.composite
def claims(draw, low, high):
    within = {"h": (low, high)}
    kind = draw(st.sampled_from(KINDS))
    sides = [alone(draw(trees.trees(max_leaves=5))), draw(st.integers(-5, 40))]
    if draw(st.booleans()):
        sides[1] = alone(draw(trees.trees(max_leaves=3)))
    if kind is Divides:
        sides.reverse()
    try:
        claim = kind(trees.size(sides[0], within), trees.size(sides[1], within))
    except ZeroDivisionError:
        claim = Equal(symbol("h", low=low, high=high), 3)
    return claim


@given(st.data(), st.integers(-4, 6), st.integers(0, 150))
def test_answers_equal_enumeration(data, low, width):
    high = low + width
    parts = data.draw(st.lists(claims(low, high), min_size=1, max_size=3))
    join = data.draw(st.sampled_from((AllOf, AnyOf)))
    claim = join(*parts)

    def holds(value):
        try:
            return claim.holds({"h": value})
        except ZeroDivisionError:
            return False

    expected = [value for value in range(low, high + 1) if holds(value)]
    found = solve(claim, "h", low=low, high=high)
    assert list(found) == expected
    assert found.empty == (not expected)
    assert len(found) == len(expected)
    assert all((value in found) == (value in expected) for value in range(low - 2, high + 3))


@given(st.sets(st.integers(0, 40)))
def test_equal_sets_are_equal_values_and_hash_alike(values):
    one = solve(AnyOf(*(Equal(h, value) for value in sorted(values))), "h", low=0, high=40)
    two = solve([AnyOf(*(Equal(h, value) for value in sorted(values, reverse=True)))], "h", low=0, high=99)
    assert one == two
    assert hash(one) == hash(two)


TEXTS = {
    "h ∈ {28, 29}": Equal(h // 2, 14),
    "h ∈ {4, 8, 12, …}": Divides(4, h),
    "h ∈ 3…17": AllOf(AtLeast(h, 3), AtLeast(17, h)),
    "h ≥ 3": AtLeast(h, 3),
    "no h": Equal(2 * h, 7),
    "h ∈ {4, 8, …, 40}": AllOf(Divides(4, h), AtLeast(40, h)),
    "h ∈ {1, 2} ∪ 6…": AnyOf(AtLeast(2, h), AtLeast(h, 6)),
    "h ∈ {14, 15}": Equal(h // 2, 7),
    "h ∈ {1, 2, 5, 6, 9, …}": AnyOf(Equal(h % 4, 1), Equal(h % 4, 2)),
    "h ∈ {8, 24, 40, …}": Equal(h % 16, 8),
    "h ∈ {6, 7}": Equal(maximum(h, 4) // 2, 3),
}


@pytest.mark.parametrize("text", TEXTS)
def test_text(text):
    assert str(solve(TEXTS[text], "h")) == text


def test_large_searches_are_quick_enough_to_be_whole():
    found = solve(Equal(h // 1024, 3), "h")
    assert list(found) == list(range(3072, 4096))
    assert len(solve(Equal(h % 7 * (h % 5), 12), "h")) == sum(
        1 for value in range(1, 2**16 + 1) if value % 7 * (value % 5) == 12
    )


def test_other_symbols_are_refused_by_name():
    with pytest.raises(ValueError, match="depends on w"):
        solve(Equal(h, w), "h")
