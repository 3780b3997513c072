"""Shapes, and the names and numbers in sizes."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

import shapecheck.algebra as algebra
from shapecheck.algebra import (
    MissingSymbolError,
    Shape,
    ceildiv,
    evaluate,
    floordiv,
    free_symbols,
    is_unknown,
    maximum,
    minimum,
    mod,
    product,
    substitute,
    symbol,
    symbols,
    total,
    unknown,
)

n, h, w = symbols("n h w")


@pytest.mark.parametrize(
    ("shape", "text"),
    [(Shape(n, 3, h, w), "(n, 3, h, w)"), (Shape(n), "(n,)"), (Shape(), "()"), (Shape(h // 2), "(h//2,)")],
)
def test_text(shape, text):
    assert str(shape) == text
    assert eval(repr(Shape(2, 3)), {"Shape": Shape}) == Shape(2, 3)


def test_a_shape_is_a_tuple_that_stays_a_shape():
    shape = Shape(n, 3, h, w)
    assert shape == (n, 3, h, w)
    assert shape.rank == 4
    assert shape.size == 3 * n * h * w
    assert Shape().size == 1
    assert type(shape[1:]) is Shape
    assert type(shape + Shape(2)) is Shape
    assert type(shape.evaluate({"n": 1, "h": 2, "w": 5}) + shape) is Shape
    assert type(shape * 2) is Shape
    assert shape[-1] is w
    assert shape.substitute({"h": 4}) == (n, 3, 4, w)
    assert shape.evaluate({"n": 1, "h": 2, "w": 5}) == (1, 3, 2, 5)
    assert pickle.loads(pickle.dumps(shape)) == shape
    assert Shape.of(iter(shape)) == shape


def test_numbers_stay_plain_ints():
    found = (
        floordiv(7, 2),
        ceildiv(7, 2),
        mod(-7, 2),
        maximum(3, 4),
        minimum(3, 4),
        product([2, 3]),
        total([]),
        h - h,
        0 * h,
        h // h,
        product([0, h]),
        substitute(h * w, {"h": 3, "w": 4}),
        True + (h - h),
    )
    assert found == (3, 4, 1, 4, 3, 6, 0, 0, 0, 1, 0, 12, 1)
    assert {type(value) for value in found} == {int}


def test_names():
    assert free_symbols(h * (w // 2) + 3) == {"h", "w"}
    assert free_symbols(3) == set()
    assert is_unknown(unknown("x") * 2 + h)
    assert not is_unknown(h)
    assert str(unknown("x")) == "?"


def test_a_missing_symbol_is_named():
    with pytest.raises(MissingSymbolError, match="no value for the symbol 'w'"):
        evaluate(h * w, {"h": 3})
    assert issubclass(MissingSymbolError, KeyError)


@pytest.mark.parametrize("name", ["", "2h", "h w", "h-w", "{}", "{a.}"])
def test_a_name_that_cannot_be_read_back_is_refused(name):
    with pytest.raises(ValueError, match="is no name"):
        symbol(name)


def test_an_empty_range_is_refused():
    with pytest.raises(ValueError, match="no value"):
        symbol("h", low=3, high=2)


def test_emptied_tables_change_no_equality(monkeypatch):
    from shapecheck.algebra import dim

    before = (h + w) // 3 * n + maximum(h, 2 * w)
    monkeypatch.setattr(dim, "_ATOMS", {})
    monkeypatch.setattr(dim, "_FAMILIES", {})
    again_h, again_w, again_n = symbols("h w n")
    after = (again_h + again_w) // 3 * again_n + maximum(again_h, 2 * again_w)
    assert after is not before
    assert after == before
    assert hash(after) == hash(before)
    assert after - before == 0


def test_deep_sizes_are_no_trouble():
    size = h
    for index in range(60):
        size = maximum(size * 3 // 7 + index, w)
    assert evaluate(size, {"h": 5, "w": 2}) >= 2
    assert substitute(size, {"h": 5, "w": 2}) == evaluate(size, {"h": 5, "w": 2})
    assert str(size)


def test_every_public_name_is_there():
    for name in algebra.__all__:
        assert getattr(algebra, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(algebra, "nothing")  # noqa: B009


def test_importing_loads_nothing_heavy():
    """Only what sizes and proofs need: no pattern language, no dataclasses, inspect or re."""
    code = "import sys, shapecheck.algebra; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    names = set(loaded.stdout.split())
    assert "shapecheck.algebra.system" in names
    heavy = {"dataclasses", "inspect", "re", "typing", "fractions", "random", "shapecheck.algebra.pattern"}
    assert not names & heavy
