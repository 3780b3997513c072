"""Patterns against shapes: what names are bound to, in any order, and what a failure says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import (
    Divides,
    Equal,
    Proof,
    Shape,
    evaluate,
    parse_pattern,
    symbols,
    unknown,
)

h, w, b = symbols("h w b")


def bound(*pairs, given_names=None):
    """The binding of (pattern, shape) pairs, one tensor after the other."""
    binding = given_names
    for index, (text, shape) in enumerate(pairs):
        binding = parse_pattern(text, low=0).bind(shape, binding, label=f"x{index}")
    return binding


BOUND = {
    "names": ([("n c", (2, 3))], {"n": 2, "c": 3}),
    "arithmetic": ([("2*n n+1", (4, 3))], {"n": 2}),
    "a literal": ([("n 3", (2, 3))], {"n": 2}),
    "a scalar": ([("", ())], {}),
    "one": ([("() n", (1, 5))], {"n": 5}),
    "bound and demanded": ([("c=3 c", (3, 3))], {"c": 3}),
    "a product, once all but one is known": ([("(c h) c", (12, 4))], {"c": 4, "h": 3}),
    "another tensor says": ([("(h w)", (12,)), ("h", (3,))], {"h": 3, "w": 4}),
    "ellipsis": ([("... c", (2, 5, 3))], {"...": Shape(2, 5), "c": 3}),
    "an empty ellipsis": ([("... c", (3,))], {"...": Shape(), "c": 3}),
    "a shared group": (
        [("*batch c", (2, 5, 3)), ("*batch d", (2, 5, 7))],
        {"batch": Shape(2, 5), "c": 3, "d": 7},
    ),
    "a group known from elsewhere leaves one free": (
        [("*g c", (2, 3)), ("*g ... d", (2, 8, 9, 4))],
        {"g": Shape(2), "c": 3, "...": Shape(8, 9), "d": 4},
    ),
    "anonymous": ([("_ n _x", (9, 2, 8))], {"n": 2}),
    "broadcast one": ([("n", (5,)), ("#n", (1,))], {"n": 5}),
    "broadcast all": ([("n", (5,)), ("#n", (5,))], {"n": 5}),
    "broadcast binds": ([("#n", (5,))], {"n": 5}),
    "optional absent": ([("n? c", (3,))], {"c": 3}),
    "optional present": ([("n? c", (2, 3))], {"n": 2, "c": 3}),
    "an empty batch": ([("n c", (0, 3))], {"n": 0, "c": 3}),
    "nothing to divide": ([("n (n h)", (0, 0))], {"n": 0}),
    "symbolic": ([("n c", (b, 2 * h))], {"n": b, "c": 2 * h}),
    "solved symbolically": ([("2*n", (4 * h,))], {"n": 2 * h}),
}


@pytest.mark.parametrize("name", BOUND)
def test_bindings(name):
    pairs, expected = BOUND[name]
    binding = bound(*pairs)
    assert binding.bindings == expected
    assert not binding.failures


FAILED = {
    "two sizes": ([("n n", (2, 3))], 1, "x0: axis 1 (n) is 3, expected 2; n was bound by x0 axis 0 (n)"),
    "a literal": ([("n 3", (2, 4))], 1, "x0: axis 1 (3) is 4, expected 3"),
    "one is not three": ([("3", (1,))], 0, "x0: axis 0 (3) is 1, expected 3"),
    "odd": ([("2*n", (5,))], 0, "x0: axis 0 (2*n) is 5, expected 2*n"),
    "negative": ([("n+5", (3,))], 0, "x0: axis 0 (n+5) is 3, expected n+5"),
    "rank": ([("n c", (2, 3, 4))], None, "x0: the rank is 3, expected 2"),
    "rank of a group": ([("n c ...", (2,))], None, "x0: the rank is 1, expected the axes n c ..."),
    "demanded": ([("c=3", (4,))], 0, "x0: axis 0 (c=3) is 4, expected 3"),
    "broadcast": (
        [("n", (5,)), ("#n", (4,))],
        0,
        "x1: axis 0 (#n) is 4, expected 5; n was bound by x0 axis 0 (n)",
    ),
    "a group": (
        [("*g", (2, 5)), ("*g", (2, 6))],
        1,
        "x1: axis 1 (*g) is 6, expected 5; g was bound by x0 axis 0 (*g)",
    ),
    "another tensor": (
        [("n h", (2, 3)), ("(n h)", (7,))],
        0,
        "x1: axis 0 ((n h)) is 7, expected 6; h was bound by x0 axis 1 (h); n was bound by x0 axis 0 (n)",
    ),
    "a constraint": (
        [("h | h%4==0", (6,))],
        None,
        "x0: h%4 = 0 does not hold; h was bound by x0 axis 0 (h)",
    ),
    "no quotient": ([("n c//n", (0, 3))], 1, None),
}


@pytest.mark.parametrize("name", FAILED)
def test_failures(name):
    pairs, axis, text = FAILED[name]
    binding = bound(*pairs, given_names={"c": 4} if name == "no quotient" else None)
    assert binding.proof is Proof.NO
    (failure,) = binding.failures
    assert failure.axis == axis
    assert text is None or str(failure) == text


def test_what_is_not_known_is_deferred():
    binding = bound(("n c", (b, h)), ("c", (w,)))
    assert binding.proof is Proof.UNKNOWN
    assert binding.deferred == (Equal(h, w),)
    assert not binding.failures


def test_names_of_patterns_and_of_shapes_are_different_things():
    binding = bound(("h w", (w, 2 * h)))
    assert binding.bindings == {"h": w, "w": 2 * h}
    assert binding.proof is Proof.YES


def test_an_unknown_size_refutes_nothing():
    binding = bound(("3 n n", (unknown("a"), unknown("b"), 4)))
    assert not binding.failures
    assert len(binding.deferred) == 2


def test_constraints_wait_for_their_names():
    binding = bound(("n | k%2==0", (3,)))
    assert [str(claim) for claim in binding.deferred] == ["k%2 = 0"]
    assert parse_pattern("k").bind((3,), binding).proof is Proof.NO
    assert parse_pattern("k").bind((4,), binding).proof is Proof.YES


def test_symbolic_constraints():
    binding = bound(("h | h%4==0", (4 * w,)))
    assert binding.proof is Proof.YES
    assert bound(("h | 4 divides h", (w,))).deferred == (Divides(4, w),)


SHAPES = {
    "n (h w) c": Shape(2, 12, 5),
    "n h//2 #c": Shape(2, 1, 5),
    "n c=3": Shape(2, 3),
    "n z? c": Shape(2, 5),
    "n z": Shape(2, symbols("z")[0]),
}


@pytest.mark.parametrize("text", SHAPES)
def test_shape(text):
    assert parse_pattern(text).shape({"n": 2, "h": 3, "w": 4, "c": 5}) == SHAPES[text]


def test_shape_of_a_group():
    assert parse_pattern("... c").shape({"...": Shape(2, 5), "c": 3}) == Shape(2, 5, 3)
    with pytest.raises(ValueError, match="not bound"):
        parse_pattern("... c").shape({"c": 3})
    with pytest.raises(ValueError, match="anonymous"):
        parse_pattern("_").shape({})


AXES = st.sampled_from(("n", "c", "h", "2*n", "n+c", "(n h)", "h//2", "3", "c=3", "#h", "max(n,c)", "_"))


@given(st.lists(AXES, max_size=5), st.fixed_dictionaries({name: st.integers(0, 6) for name in "nch"}))
def test_a_shape_made_from_names_always_fits(axes, values):
    """Whatever shape some values of the names make is never a failure, and bound names get those values."""
    if "c=3" in axes:
        values = values | {"c": 3}
    pattern = parse_pattern(" ".join(axes), low=0)
    shape = []
    for axis in pattern.axes:
        size = 2 if str(axis) == "_" else getattr(axis, "size", 3)
        shape.append(evaluate(size, values))
    binding = pattern.bind(shape)
    assert not binding.failures
    for name, value in binding.bindings.items():
        # 1 on a broadcast axis does not say what the name is.
        if "#h" not in axes or name != "h":
            assert value == values[name]


@given(st.lists(AXES, max_size=4), st.lists(st.integers(0, 7), max_size=4))
def test_a_failure_means_that_no_values_fit(axes, shape):
    pattern = parse_pattern(" ".join(axes), low=0)
    binding = pattern.bind(shape)
    if not binding.failures:
        return
    for n in range(9):
        for c in range(9):
            for tall in range(17):
                values = {"n": n, "c": c, "h": tall}
                assert len(shape) != len(axes) or not all(
                    _fits(axis, size, values) for axis, size in zip(pattern.axes, shape, strict=True)
                )


def _fits(axis, size, values):
    text = str(axis)
    if text == "_" or (text.startswith("#") and size == 1):
        return True
    if text == "c=3" and values["c"] != 3:
        return False
    return evaluate(axis.size, values) == size
