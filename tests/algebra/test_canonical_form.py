"""Simplification never changes a value, whatever the symbols are."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import bounds, evaluate, parse_size, substitute, symbol, symbols
from tests.algebra import trees

WIDE = dict.fromkeys(trees.NAMES, (1, None))


def built(tree, within):
    try:
        return trees.size(tree, within)
    except ZeroDivisionError:
        return None


@given(trees.trees(), trees.small_bounds())
def test_value_is_kept_under_every_assignment(tree, within):
    size = built(tree, within)
    if size is None:
        return
    assert trees.is_canonical(size)
    for values in trees.every(within):
        expected = trees.number(tree, values)
        if expected is not None:
            assert evaluate(size, values) == expected, f"{size} at {values}"


@st.composite
def layered(draw):
    """What windows and splits make: floors of sums that hold floors, by numbers and by names."""
    number = st.integers(-5, 5)
    divisor = st.sampled_from((2, 3, 4, 6, "n", ("-", "n", 3), ("*", 2, "n"), ("*", "n", "w")))

    def linear():
        first, second = (("*", draw(number), name) for name in ("h", "w"))
        return ("+", ("+", first, second), draw(number))

    tree = linear()
    for _ in range(draw(st.integers(1, 3))):
        tree = (draw(st.sampled_from(("//", "//", "ceil"))), tree, draw(divisor))
        times = draw(st.sampled_from((1, 1, 1, -1, 2, 3)))
        tree = ("+", ("*", times, tree), draw(st.one_of(number, st.builds(linear))))
    return (draw(st.sampled_from(("//", "%", "max"))), tree, draw(divisor))


@given(layered(), trees.small_bounds())
def test_value_of_layers_is_kept_under_every_assignment(tree, within):
    test_value_is_kept_under_every_assignment.hypothesis.inner_test(tree, within)


@given(trees.trees(), trees.small_bounds())
def test_bounds_hold_every_value(tree, within):
    size = built(tree, within)
    if size is None:
        return
    low, high = bounds(size)
    for values in trees.every(within):
        expected = trees.number(tree, values)
        if expected is not None:
            assert low is None or low <= expected, f"{size} at {values}"
            assert high is None or expected <= high, f"{size} at {values}"


@given(trees.trees(max_leaves=14), st.dictionaries(st.sampled_from(trees.NAMES), st.integers(1, 300)))
def test_substitution_is_evaluation_of_a_part(tree, values):
    size = built(tree, WIDE)
    if size is None:
        return
    everything = dict.fromkeys(trees.NAMES, 5) | values
    expected = trees.number(tree, everything)
    if expected is None:
        return
    part = substitute(size, values)
    assert evaluate(part, everything) == expected


@given(trees.trees(max_leaves=14))
def test_text_reads_back_to_the_same_value(tree):
    size = built(tree, WIDE)
    if size is None:
        return
    text = str(size)
    assert not any(character.isspace() for character in text)
    assert parse_size(text) == size, text


@given(trees.trees())
def test_a_pickled_size_is_the_same_size(tree):
    size = built(tree, WIDE)
    if size is not None:
        again = pickle.loads(pickle.dumps(size))
        assert again == size
        assert hash(again) == hash(size)
        assert str(again) == str(size)


def test_equal_sizes_built_in_different_orders_are_one_value():
    h, w, n = symbols("h w n")
    assert (h + w) * n is n * w + h * n
    assert h // 2 // 3 is h // 6
    assert symbol("h") is h


h, w, n, t, c = symbols("h w n t c")

SAME = {
    "nested floors": ((h // 2) // 2, h // 4),
    "shifted floor": ((h - 1) // 2 + 1, (h + 1) // 2),
    "two stride-2 convolutions": (((h - 1) // 2 + 1 - 1) // 2 + 1, (h - 1) // 4 + 1),
    "whole multiples leave": ((4 * h + 3) // 4, h),
    "ceiling": (-(-h // 2), (h + 1) // 2),
    "padding to a multiple": (((h + 6) // 7) * 7 - h, (-h) % 7),
    "flatten": (n * t * c * (h // 4) * (w // 4) // (n * t), c * (h // 4) * (w // 4)),
    "kernel of one": ((h + 2 - 3) // 1 + 1, h),
    "common factor": ((6 * h + 4) // 8, (3 * h + 2) // 4),
    "symbolic divisors nest": (h // n // t, h // (n * t)),
    "quotient and rest": (h // w * w + h % w, h),
    "sum by a sum": ((h * w + h + 3) // (w + 1), h + 3 // (w + 1)),
    "remainder of a remainder": (h % 12 % 4, h % 12 - 4 * (h % 12 // 4)),
    "a rest has no multiple": ((h % w) // w, 0),
}


@pytest.mark.parametrize("name", SAME)
def test_normal_form_is_shared(name):
    left, right = SAME[name]
    assert left == right


BOUNDS = {
    "an even power": (symbol("h", low=-2, high=1) ** 2, (0, 4)),
    "an odd power": (symbol("h", low=-2, high=1) ** 3, (-8, 4)),
    "a remainder": (h % 4, (0, 3)),
    "a difference of products": (n * c * t - n, (0, None)),
    "a floor": (symbol("h", low=3, high=9) // 2, (1, 4)),
    "what halving leaves": (h - h // 2, (1, None)),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds(name):
    size, expected = BOUNDS[name]
    low, high = bounds(size)
    assert (low, high) == expected


TEXTS = {
    "64*(h//4)*(w//4)": 64 * (h // 4) * (w // 4),
    "h//2+1": (h - 1) // 2 + 2 - (h + 1) // 2 + h // 2,
    "(h+1)//2": (h - 1) // 2 + 1,
    "h%4": h % 4,
    "3-h": 3 - h,
    "-(h//2)": -(h // 2),
    "n*(h%4)+3": n * (h % 4) + 3,
    "(h//2+1)*(w//2+1)": (h // 2 + 1) * (w // 2 + 1),
    "10*h*(w+1)": 10 * h * w + 10 * h,
    "2*h+2": 2 * (h + 1),
    "(2*h)//3": 2 * h // 3,
    "h//(n*t)": h // n // t,
}


@pytest.mark.parametrize("text", TEXTS)
def test_text_reads_well(text):
    factored = str(TEXTS[text])
    assert sorted(factored) == sorted(text)
    assert parse_size(factored) == TEXTS[text]


@pytest.mark.parametrize("compare", [lambda: h < w, lambda: h >= 3, lambda: bool(h), lambda: range(h)])
def test_what_may_depend_on_symbols_has_no_truth_value(compare):
    with pytest.raises(TypeError):
        compare()


@pytest.mark.parametrize("divide", [lambda: h // 0, lambda: h % 0, lambda: 7 % (h - h), lambda: divmod(h, 0)])
def test_division_by_a_literal_zero(divide):
    with pytest.raises(ZeroDivisionError):
        divide()


def test_products_of_many_sums_stay_small():
    size = 1
    for index in range(40):
        size = size * (symbol(f"a{index}") + symbol(f"b{index}"))
    assert len(size.terms) < 2048
    values = dict.fromkeys(size.names, 1)
    assert evaluate(size, values) == 2**40
