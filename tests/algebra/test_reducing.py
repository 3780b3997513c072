"""Sizes by equations: under the equation the value stays, and products of a known value are gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import Equal, evaluate, parse_claim, parse_size, reduced
from shapecheck.algebra.reducing import rectangle

SMALL = st.integers(-4, 4)
SIZE = st.integers(1, 9)


@pytest.mark.parametrize(
    ("size", "equation", "expected"),
    [
        ("64*(h//2)*(w//2)", "(h//2)*(w//2) = 49", "3136"),
        ("n*h*w+n", "h*w = 49", "50*n"),
        ("16*(h-1)*(w-1)+5", "h*w-h-w = 960", "15381"),
        ("h+w", "h*w = 49", "h+w"),
        ("3*h*w", "2*h*w = 98", "3*h*w"),
        ("n", "n = 4", "n"),
    ],
)
def test_a_product_is_replaced_by_its_value(size: str, equation: str, expected: str) -> None:
    assert str(reduced(parse_size(size), [parse_claim(equation)])) == expected


@given(left=SMALL, right=SMALL, times=st.integers(1, 3), more=SMALL, x=SIZE, y=SIZE, n=SIZE)
def test_under_the_equation_the_value_stays(
    left: int, right: int, times: int, more: int, x: int, y: int, n: int
) -> None:
    side = parse_size(f"{times}*x*y") + left * parse_size("x") + right * parse_size("y") + more
    values = {"x": x, "y": y, "n": n}
    size = parse_size("6*n*x*y+x*y-n*x+2")
    shorter = reduced(size, [Equal(side, evaluate(side, values))])
    assert evaluate(shorter, values) == evaluate(size, values)


@given(
    left=SMALL, right=SMALL, times=st.integers(1, 3), more=SMALL, value=st.integers(-40, 40), x=SIZE, y=SIZE
)
def test_a_rectangle_says_the_same(
    left: int, right: int, times: int, more: int, value: int, x: int, y: int
) -> None:
    side = (
        parse_size(f"{times}*x*y") + times * left * parse_size("x") + times * right * parse_size("y") + more
    )
    found = rectangle(side, value)
    assert (found is None) == (left == 0 or right == 0)
    if found is not None:
        count, a, b, area = found
        values = {"x": x, "y": y}
        corner = count * evaluate(a, values) * evaluate(b, values)
        assert (corner == area) == (evaluate(side, values) == value)
        assert parse_claim(str(Equal(side, value))).proof() is Equal(side, value).proof()
