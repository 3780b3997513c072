"""A YES or NO is true for every assignment; identities are proved, and what is false has a witness."""

from __future__ import annotations

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.algebra import FALSE, NAMES, TRUE
from shapecheck.algebra import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    Differs,
    Divides,
    Equal,
    Proof,
    System,
    at_least,
    divides,
    equal,
    maximum,
    minimum,
    positive,
    symbol,
    symbols,
    unknown,
    witness,
)
from shapecheck.algebra.cases import in_every_case, is_natural_here
from tests.algebra import trees

YES, NO, UNKNOWN = Proof.YES, Proof.NO, Proof.UNKNOWN
h, w, n, c, t = symbols("h w n c t")
COMPARISONS = (Equal, AtLeast, Divides, Differs)


@st.composite
def claims(draw, within):
    kind = draw(st.sampled_from(COMPARISONS))
    left, right = draw(trees.trees(max_leaves=8)), draw(trees.trees(max_leaves=4))
    try:
        return kind(trees.size(left, within), trees.size(right, within))
    except ZeroDivisionError:
        return kind(2, 3)


@given(st.data(), trees.small_bounds())
def test_proofs_agree_with_every_assignment(data, within):
    claim = data.draw(claims(within))
    answer = claim.proof()
    opposite = claim.negated().proof()
    for values in trees.every(within):
        try:
            truth = claim.holds(values)
        except ZeroDivisionError:
            continue
        assert answer is not YES or truth, f"{claim} at {values}"
        assert answer is not NO or not truth, f"{claim} at {values}"
        assert opposite is not YES or not truth, f"not {claim} at {values}"
        assert opposite is not NO or truth, f"not {claim} at {values}"
        assert claim.negated().holds(values) is not truth


@given(st.data(), trees.small_bounds())
def test_a_witness_is_one(data, within):
    claim = data.draw(claims(within))
    found = witness(claim)
    if found is None:
        assert all(_holds(claim, values) for values in trees.every(within))
        return
    assert not claim.holds(found)
    assert all(within[name][0] <= value <= within[name][1] for name, value in found.items())


def _holds(claim, values):
    try:
        return claim.holds(values)
    except ZeroDivisionError:
        return True


def in_z3(tree, names):
    """The tree in z3, whose division by a positive number rounds down as Python's does."""
    if isinstance(tree, int):
        return z3.IntVal(tree)
    if isinstance(tree, str):
        return names[tree]
    sign, left, right = tree
    a, b = in_z3(left, names), in_z3(right, names)
    return {
        "+": lambda: a + b,
        "-": lambda: a - b,
        "*": lambda: a * b,
        "//": lambda: a / b,
        "%": lambda: a % b,
        "ceil": lambda: -(-a / b),
        "max": lambda: z3.If(a >= b, a, b),
        "min": lambda: z3.If(a <= b, a, b),
    }[sign]()


def _positive_divisors(tree):
    if not isinstance(tree, tuple):
        return True
    sign, left, right = tree
    plain = sign not in ("//", "%", "ceil") or (isinstance(right, int) and right > 0)
    return plain and _positive_divisors(left) and _positive_divisors(right)


def size_in_z3(size, names):
    """A canonical size in z3, term by term."""
    if isinstance(size, int):
        return z3.IntVal(size)
    result = z3.IntVal(size.constant)
    for monomial, count in size.terms:
        part = z3.IntVal(count)
        for atom in monomial:
            part = part * atom_in_z3(atom, names)
        result = result + part
    return result


def atom_in_z3(atom, names):
    if atom.kind == "symbol":
        return names[atom.name]
    args = [size_in_z3(arg, names) for arg in atom.args]
    if atom.kind == "//":
        return args[0] / args[1]
    found = args[0]
    for arg in args[1:]:
        found = z3.If(found >= arg, found, arg) if atom.kind == "max" else z3.If(found <= arg, found, arg)
    return found


@settings(max_examples=25)
@given(trees.trees(max_leaves=7).filter(_positive_divisors))
def test_canonical_form_is_the_same_function_for_z3(tree):
    within = dict.fromkeys(trees.NAMES, (1, None))
    names = {name: z3.Int(name) for name in trees.NAMES}
    size = trees.size(tree, within)
    solver = z3.Solver()
    solver.set("timeout", 1000)
    solver.add([value >= 1 for value in names.values()])
    solver.add(in_z3(tree, names) != size_in_z3(size, names))
    assert solver.check() != z3.sat, f"{tree} became {size}: {solver.model()}"


@settings(max_examples=25)
@given(
    trees.trees(max_leaves=7).filter(_positive_divisors), trees.trees(max_leaves=5).filter(_positive_divisors)
)
def test_proofs_over_unbounded_sizes_agree_with_z3(left, right):
    within = dict.fromkeys(trees.NAMES, (1, None))
    a, b = trees.size(left, within), trees.size(right, within)
    names = {name: z3.Int(name) for name in trees.NAMES}
    x, y = in_z3(left, names), in_z3(right, names)
    for answer, statement in ((equal(a, b), x == y), (at_least(a, b), x >= y)):
        if answer is UNKNOWN:
            continue
        solver = z3.Solver()
        solver.set("timeout", 1000)
        solver.add([value >= 1 for value in names.values()])
        solver.add(z3.Not(statement) if answer is YES else statement)
        assert solver.check() != z3.sat, f"{a} against {b}: {answer} but {solver.model()}"


class Symbols:
    """The benchmark's five symbols."""


def sides(make):
    given_symbols = Symbols()
    for name in NAMES:
        setattr(given_symbols, name, symbol(name))
    return make(given_symbols)


@pytest.mark.parametrize("name", TRUE)
def test_true_identity_is_proved(name):
    left, right = sides(TRUE[name])
    system = System().assume(Divides(16, h)) if name.startswith("16 |") else None
    assert equal(left, right, system=system) is YES


@pytest.mark.parametrize("name", FALSE)
def test_false_identity_is_refuted(name):
    left, right = sides(FALSE[name])
    claim = Equal(left, right)
    assert claim.proof() is not YES
    found = witness(claim)
    assert found is not None
    assert not claim.holds(found)


BY_CASES = {
    "h//2+(h+1)//2 = h": Equal(h // 2 + (h + 1) // 2, h),
    "seven parts": Equal(sum((h + index) // 7 for index in range(7)), h),
    "3*h//4-h = -h//4": Equal(3 * h // 4 - h, -h // 4),
    "digits": Equal(h % 2 + 2 * (h // 2 % 2), h % 4),
    "a large modulus": Equal(h // 1024 + (h + 512) // 1024, h // 512),
    "max and min": Equal(maximum(h, w) + minimum(h, w), h + w),
    "two neighbours": Divides(2, h * (h + 1)),
    "four neighbours": Divides(24, h * (h + 1) * (h + 2) * (h + 3)),
    "halves are more than thirds": AtLeast(h // 2, h // 3),
    "a remainder": AtLeast(3, h % 4),
    "products": AtLeast(n * c * t, n),
    "max": AtLeast(maximum(0, h - 3) + 3, h),
    "never odd": Differs(2 * h, 2 * (w // 3) + 1),
    "squares": Differs(h % 4 * (h % 4) % 4, 2),
}


@pytest.mark.parametrize("name", BY_CASES)
def test_proof_by_cases(name):
    assert BY_CASES[name].proof() is YES
    assert BY_CASES[name].negated().proof() is NO


def test_cases_leave_no_assignment_out():
    seven = symbol("h", high=7)
    assert not in_every_case(h // 4 - 1, is_natural_here)
    assert not in_every_case(3 - (seven + 1) // 2, is_natural_here)
    assert in_every_case(4 - (seven + 1) // 2, is_natural_here)


def test_what_depends_stays_unknown():
    assert equal(c * (h // 4) * (w // 4), 3136) is UNKNOWN
    assert at_least(h, w) is UNKNOWN
    assert divides(4, h) is UNKNOWN
    assert positive(h // 2) is UNKNOWN
    assert equal(unknown("a"), unknown("b")) is UNKNOWN


def test_bounds_decide():
    assert positive(h) is YES
    assert positive(symbol("h", low=0)) is UNKNOWN
    assert at_least(unknown("a"), 0) is YES
    assert equal(unknown("a"), unknown("a")) is YES
    assert positive(symbol("h", high=3) - 3) is NO
    assert divides(7, symbol("h", high=6)) is NO


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(equal(3, 3), YES), (equal(3, 4), NO), (at_least(3, 4), NO), (divides(3, 9), YES), (divides(0, 3), NO)],
)
def test_numbers_are_decided(answer, expected):
    assert answer is expected


def test_a_proof_is_no_truth_value():
    with pytest.raises(TypeError, match=r"is Proof\.YES"):
        bool(YES)
    with pytest.raises(TypeError, match="holds"):
        bool(Equal(h, 3))


def test_claims_are_values():
    assert Equal(h, 3) == Equal(symbol("h"), 3)
    assert len({Equal(h, 3), Equal(h, 3), AtLeast(h, 3)}) == 2
    assert AnyOf(Equal(h, 3)) == Equal(h, 3)
    assert AnyOf() == NEVER
    assert AllOf() == ALWAYS
    assert AllOf(Equal(h, 3), NEVER) == NEVER
    assert AnyOf(Equal(h, 3), AnyOf(Equal(w, 1), Equal(h, 3))) == AnyOf(Equal(h, 3), Equal(w, 1))


TEXTS = {
    "h//2 = 14": Equal(h // 2, 14),
    "h >= 3": AtLeast(h, 3),
    "h <= 3": AtLeast(3, h),
    "4 divides h": Divides(4, h),
    "4 does not divide h": Divides(4, h).negated(),
    "h ≠ 3": Differs(h, 3),
    "h = 3 or (h = 5 and w >= 2)": AnyOf(Equal(h, 3), AllOf(Equal(h, 5), AtLeast(w, 2))),
}


@pytest.mark.parametrize("text", TEXTS)
def test_claims_read_well(text):
    assert str(TEXTS[text]) == text


def test_substitution_reaches_every_part():
    claim = AnyOf(Equal(h, w), Divides(4, h))
    assert claim.substitute({"h": 8, "w": 3}) == AnyOf(Equal(8, 3), Divides(4, 8))
    assert claim.substitute({"h": 8, "w": 3}).proof() is YES
    assert claim.symbols == {"h", "w"}
