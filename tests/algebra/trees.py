"""Random arithmetic as plain trees, computed twice: by Python on numbers, and by the algebra on symbols."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

from shapecheck.algebra import Dim, ceildiv, floordiv, maximum, minimum, mod, symbol

NAMES = ("h", "w", "n")
DIVISORS = (1, 2, 3, 4, 6, 7, -2, -3)

BINARY = ("+", "-", "*", "//", "%", "max", "min", "ceil")


def leaves():
    return st.one_of(st.sampled_from(NAMES), st.integers(-9, 9))


def _branch(children):
    general = st.tuples(st.sampled_from(BINARY), children, children)
    # Divisions by numbers are what shapes are made of, so they are drawn most often.
    divided = st.tuples(st.sampled_from(("//", "%", "ceil")), children, st.sampled_from(DIVISORS))
    shifted = st.tuples(st.sampled_from(("+", "-", "*")), children, st.integers(-7, 7))
    return st.one_of(divided, shifted, divided, general)


def trees(max_leaves=10):
    return st.recursive(leaves(), _branch, max_leaves=max_leaves)


def number(tree, values):
    """What Python makes of the tree; None where it divides by zero."""
    if isinstance(tree, int):
        return tree
    if isinstance(tree, str):
        return values[tree]
    sign, left, right = tree
    a, b = number(left, values), number(right, values)
    if a is None or b is None or (b == 0 and sign in ("//", "%", "ceil")):
        return None
    return {
        "+": lambda: a + b,
        "-": lambda: a - b,
        "*": lambda: a * b,
        "//": lambda: a // b,
        "%": lambda: a % b,
        "ceil": lambda: -(-a // b),
        "max": lambda: max(a, b),
        "min": lambda: min(a, b),
    }[sign]()


def size(tree, bounds):
    """What the algebra makes of the tree; raises ZeroDivisionError for a literal 0."""
    if isinstance(tree, int):
        return tree
    if isinstance(tree, str):
        low, high = bounds[tree]
        return symbol(tree, low=low, high=high)
    sign, left, right = tree
    a, b = size(left, bounds), size(right, bounds)
    return {
        "+": lambda: a + b,
        "-": lambda: a - b,
        "*": lambda: a * b,
        "//": lambda: floordiv(a, b),
        "%": lambda: mod(a, b),
        "ceil": lambda: ceildiv(a, b),
        "max": lambda: maximum(a, b),
        "min": lambda: minimum(a, b),
    }[sign]()


@st.composite
def small_bounds(draw, width=5):
    """Bounds for every name, few enough values to try them all."""
    found = {}
    for name in NAMES:
        low = draw(st.sampled_from((1, 1, 1, 0, -3, 4)))
        found[name] = (low, low + draw(st.integers(0, width)))
    return found


def every(bounds):
    """Every assignment within bounds."""
    spans = [range(low, high + 1) for low, high in bounds.values()]
    return [dict(zip(bounds, values, strict=True)) for values in product(*spans)]


def is_canonical(value):
    """Whether a size keeps the promise that constants are plain ints."""
    return type(value) is int or (isinstance(value, Dim) and len(value.terms) > 0)
