"""Requirements as they are written down: the same assignments satisfy them, and nothing in them is too much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import AllOf, AtLeast, Divides, Equal, Proof, needed, symbols
from shapecheck.algebra.tidying import tidied
from tests.algebra import trees
from tests.algebra.test_system import claims

h, w, a, b, c, f = symbols("h w a b c f")


def truth(claim, values):
    """Whether the claim holds, None where it has no value."""
    try:
        return claim.holds(values)
    except ZeroDivisionError:
        return None


@given(st.data(), trees.small_bounds())
def test_a_tidied_claim_is_the_same_claim(data, within):
    claim = data.draw(claims(within))
    tidy = tidied(claim)
    for values in trees.every(within):
        before = truth(claim, values)
        assert before is None or truth(tidy, values) is before, f"{claim} became {tidy} at {values}"


@given(st.data(), trees.small_bounds())
def test_what_is_needed_says_the_same(data, within):
    given_claims = data.draw(st.lists(claims(within), max_size=4))
    kept = needed(given_claims)
    for values in trees.every(within):
        before = [truth(claim, values) for claim in given_claims]
        if None not in before:
            after = [truth(claim, values) for claim in kept]
            assert all(after) is all(before), f"{given_claims} became {kept} at {values}"


@pytest.mark.parametrize(
    ("given_claims", "expected"),
    [
        ((AtLeast(h, 2), AtLeast(w, 2), AtLeast(h // 2, 2), AtLeast(w // 2, 2)), "h >= 4, w >= 4"),
        ((Equal(f * h * w, 4096 * f),), "h*w = 4096"),
        (
            (Equal(32 * (h // 4) * (w // 4), 32 * (a // 4) * (b // 4)),),
            "(h//4)*(w//4) = (a//4)*(b//4)",
        ),
        ((AtLeast(3 * (h // 4) + 1, 8),), "h >= 12"),
        ((AtLeast(7, h // 4),), "h <= 31"),
        ((AtLeast(c * h, 3 * c),), "h >= 3"),
        ((Divides(4, c), Divides(2, c)), "4 divides c"),
        ((AtLeast(h, 1),), ""),
        ((AtLeast((h // 2 - 1) // 2, 1), Equal(h, w)), "h >= 6, h = w"),
    ],
)
def test_how_requirements_read(given_claims, expected):
    assert ", ".join(map(str, needed(given_claims))) == expected


def test_a_factor_that_may_be_zero_stays():
    assert tidied(Equal((c // 2) * h, (c // 2) * w)) == Equal((c // 2) * h, (c // 2) * w)
    assert AllOf(*needed([Equal((c // 2) * h, (c // 2) * w)])).proof() is Proof.UNKNOWN
