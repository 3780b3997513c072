"""What a System concludes is true of every assignment that satisfies what it assumes."""

from __future__ import annotations

import pickle

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
    Proof,
    System,
    equal,
    evaluate,
    symbol,
    symbols,
)
from tests.algebra import trees

h, w, n, c, k, t = symbols("h w n c k t")


def assumed(*claims):
    system = System()
    for claim in claims:
        system = system.assume(claim)
    return system


@st.composite
def claims(draw, within, nested=True):
    kind = draw(st.sampled_from((Equal, Equal, AtLeast, Divides, Differs, AnyOf if nested else Equal)))
    if kind is AnyOf:
        return AnyOf(draw(claims(within, False)), draw(claims(within, False)))
    left = draw(trees.trees(max_leaves=5))
    right = draw(st.one_of(st.integers(-3, 12), trees.trees(max_leaves=3)))
    if kind is Divides:
        left, right = right, left
    try:
        return kind(trees.size(left, within), trees.size(right, within))
    except ZeroDivisionError:
        return Equal(0, 0)


def satisfying(within, claims):
    """Every assignment for which all claims have a value and hold."""
    found = []
    for values in trees.every(within):
        try:
            if all(claim.holds(values) for claim in claims):
                found.append(values)
        except ZeroDivisionError:
            continue
    return found


@given(st.data(), trees.small_bounds(width=6))
def test_conclusions_hold_wherever_the_assumptions_do(data, within):
    given_claims = data.draw(st.lists(claims(within), min_size=1, max_size=4))
    asked = data.draw(claims(within))
    system = assumed(*given_claims)
    left = satisfying(within, given_claims)
    if system.contradiction:
        assert not left, f"{system} but {left[0]} satisfies it"
        assert assumed(*system.conflict).contradiction
        return
    answer = system.decide(asked)
    size = trees.size("h", within) // 2 * 3 + trees.size("w", within)
    simplified = system.simplify(size)
    for values in left:
        try:
            truth = asked.holds(values)
        except ZeroDivisionError:
            continue
        assert answer is not Proof.YES or truth, f"{asked} under {system} at {values}"
        assert answer is not Proof.NO or not truth, f"{asked} under {system} at {values}"
    for values in left:
        for name, bound in system.bindings.items():
            assert evaluate(bound, values) == values[name]
        assert evaluate(simplified, values) == evaluate(size, values)
        for claim in system.residual:
            assert claim.holds(values)
        for name in within:
            low, high = system.range(name)
            assert low is None or low <= values[name]
            assert high is None or values[name] <= high


@given(st.data(), trees.small_bounds(width=4))
def test_bindings_and_residual_say_all_that_was_assumed(data, within):
    given_claims = data.draw(st.lists(claims(within), min_size=1, max_size=3))
    system = assumed(*given_claims)
    if system.contradiction:
        return
    for values in trees.every(within):
        try:
            stated = all(evaluate(size, values) == values[name] for name, size in system.bindings.items())
            stated = stated and all(claim.holds(values) for claim in system.residual)
            wanted = all(claim.holds(values) for claim in given_claims)
        except ZeroDivisionError:
            continue
        assert stated == wanted, f"{system} at {values}"


CONTRADICTIONS = {
    "floors of one size": [Equal(h // 2, 14), Equal(h // 4, 3)],
    "two sizes for one product": [
        Equal(c * (h // 4) * (w // 4), 3136),
        Equal(c * (h // 4) * (w // 4), 12544),
    ],
    "a product once its parts are known": [Equal(c * (h // 4) ** 2, 3136), Equal(c, 64), Equal(h, 56)],
    "residues": [Equal(h % 4, 1), Equal(h % 6, 2)],
    "a circle of inequalities": [AtLeast(h, w + 1), AtLeast(w, n), AtLeast(n, h)],
    "a factor too large": [Equal(n * c, 6), AtLeast(n, 7)],
    "no alternative left": [AnyOf(Equal(h, 3), Equal(h, 5)), AtLeast(h, 6)],
    "divisibility": [Divides(4, h), Equal(h // 2, 7)],
    "a bound from a binding": [Equal(w, h - 3), AtLeast(3, h)],
    "numbers": [Equal(3, 4)],
    "through other names": [Equal(n, 2 * k), Equal(k, 3), Differs(n, 6)],
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_contradiction_is_found_and_explained(name):
    claims = CONTRADICTIONS[name]
    system = assumed(*claims)
    assert system.contradiction
    assert set(system.conflict) <= set(claims)
    for claim in system.conflict:
        assert not assumed(*(other for other in system.conflict if other is not claim)).contradiction


FOLLOWS = {
    "U-Net halves and doubles": ([Divides(16, h)], Equal(h // 2 // 2 // 2 // 2 * 16, h)),
    "no remainder": ([Divides(16, h)], Equal(h % 4, 0)),
    "halves of a multiple": ([Divides(16, h)], Equal((h + 1) // 2, h // 2)),
    "a stride-2 convolution": ([Divides(16, h)], Equal((h - 1) // 2 + 1, h // 2)),
    "split into heads": ([Divides(n, c)], Equal(c // n * n, c)),
    "split and merge": ([Divides(n, c)], Equal(t * c // n * n, t * c)),
    "multiples of equations": ([Equal(c * (h // 4), 12)], Equal(3 * c * (h // 4), 36)),
    "order is transitive": ([AtLeast(h, w), AtLeast(w, n)], AtLeast(h, n)),
    "divisors of a sum": ([Divides(16, h + w)], Divides(8, h + w)),
    "an equation halves": ([Equal(2 * n, 2 * k)], Equal(n, k)),
    "a common factor cancels": ([Equal(n * c, 3 * n)], Equal(c, 3)),
    "a residue": ([Divides(4, 3 * h + 1)], Equal(h % 4, 1)),
    "a residue from an equation": ([Equal(3 * h + 1, 4 * w)], Equal(h % 4, 1)),
    "a range": ([Equal(h // 2, 14)], AtLeast(h, 28)),
}


@pytest.mark.parametrize("name", FOLLOWS)
def test_conclusion(name):
    claims, conclusion = FOLLOWS[name]
    assert conclusion.proof() is Proof.UNKNOWN
    system = assumed(*claims)
    assert system.decide(conclusion) is Proof.YES
    assert system.decide(conclusion.negated()) is Proof.NO
    assert not system.contradiction


def test_bindings_are_what_was_solved():
    system = assumed(Equal(n, 2 * k), Equal(7 * 7 * c, 3136), Equal(h // 2, 14))
    assert dict(system.bindings) == {"n": 2 * k, "c": 64}
    assert system.simplify(n * c) == 128 * k
    assert system.simplify(h // 4) == 7
    assert system.range("h") == (28, 29)
    assert [str(claim) for claim in system.residual] == ["h//2 = 14"]


def test_residual_is_written_with_what_is_known():
    system = assumed(Equal(c * (h // 4) * (w // 4), 3136), Equal(c, 64))
    assert [str(claim) for claim in system.residual] == ["(h//4)*(w//4) = 49"]


def test_a_binding_keeps_the_bounds_of_what_it_replaces():
    system = assumed(Equal(w, h - 3))
    assert dict(system.bindings) == {"w": h - 3}
    assert [str(claim) for claim in system.residual] == ["h >= 4"]


def test_factors_of_either_sign_bound_nothing():
    z = symbol("z", low=-3, high=3)
    system = assumed(AtLeast(6, z * h))
    assert not system.contradiction
    assert system.range("h") == (1, None)


def test_simplified_sizes_are_the_same_sizes():
    system = assumed(Divides(16, h))
    for size in (3 * (h // 8), h // 8 * (w // 2), h // 32 + h // 2, n * (h % 32)):
        for tall in (16, 32, 48, 160):
            values = {"h": tall, "w": 5, "n": 3}
            assert evaluate(system.simplify(size), values) == evaluate(size, values)


def test_assuming_leaves_the_old_system_alone():
    first = assumed(AtLeast(h, 3))
    second = first.assume(Equal(h, 2))
    assert second.contradiction
    assert not first.contradiction
    assert first.decide(Equal(h, 2)) is Proof.NO
    assert second.decide(Equal(w, 2)) is Proof.UNKNOWN


def test_numbers_never_reach_the_solver():
    system = System()
    assert system.assume(Equal(3, 3)) is system
    assert equal(3, 4, system=system) is Proof.NO


def test_one_name_with_two_bounds_is_one_quantity():
    system = assumed(AtLeast(symbol("h", low=0), 0), Equal(symbol("h", low=4, high=9), 2 * k))
    assert system.range("h") == (4, 8)
    assert assumed(Equal(symbol("h", low=0), 0), AtLeast(h, 1)).contradiction


def test_bounds_that_creep_up_forever_end():
    system = assumed(Equal(h * w, n * n + 1), AtLeast(2 * h, 3 * w), AtLeast(5 * w, 3 * h + n))
    assert system.decide(Equal(h, w)) in set(Proof)


def test_conjunctions_are_taken_apart():
    assert dict(assumed(AllOf(Equal(h, 3), Equal(w, h + 1))).bindings) == {"h": 3, "w": 4}


def test_pickled_systems_are_the_same():
    system = assumed(Equal(h // 2, 14))
    again = pickle.loads(pickle.dumps(system))
    assert str(again) == str(system)
