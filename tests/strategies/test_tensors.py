"""Sizes, shapes and arrays: all that is drawn fits the pattern it was drawn for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from shapecheck import Model, bridge, ops
from shapecheck.algebra import parse_contract
from shapecheck.strategies import Case, arrays, cases, dims, shapes

PATTERNS = [
    "n t c",
    "n c h w | h%4==0, w<=6",
    "n (c h w)",
    "n 2*k",
    "n t d, n d, k",
    "... d",
    "*batch c, *batch k",
    "n #c",
    "n c?",
    "n _ c=3",
    "",
    "n | n>=20",
    "a b | a*b==12",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(st.data())
def test_shapes_fit_their_pattern(pattern: str, data: st.DataObject) -> None:
    drawn = data.draw(shapes(pattern))
    contract = parse_contract(pattern)
    several = drawn if len(contract.inputs) > 1 else (drawn,)
    binding: Any = None
    for each, shape in zip(contract.inputs, several, strict=True):
        binding = each.bind(shape, binding)
    assert not binding.failures, binding.failures
    known = {name: size for name, size in binding.sizes().items() if isinstance(size, int)}
    assert all(claim.holds(known) for claim in contract.constraints)


@given(dims("n c h w | h%4==0, h<=w"))
def test_dims_meet_their_constraints(sizes: dict[str, int]) -> None:
    assert sizes.keys() == {"n", "c", "h", "w"}
    assert sizes["h"] % 4 == 0
    assert sizes["h"] <= sizes["w"]
    assert all(1 <= size <= 8 for size in sizes.values())


def test_dims_of_a_model_meet_what_it_requires() -> None:
    model = Model("n c h w", [ops.Conv2d(4, 3, channels=3), bridge.columns(), ops.LSTM(2, input_size=40)])

    @given(dims(model))
    def check(sizes: dict[str, int]) -> None:
        assert (sizes["c"], sizes["h"]) == (3, 12)
        assert sizes["w"] >= 3
        model.graph.bind(sizes)

    check()


@given(st.data(), cases())
def test_dims_of_a_drawn_model_can_be_bound(data: st.DataObject, case: Case) -> None:
    sizes = data.draw(dims(case.model))
    assert not case.model.graph.bind(sizes).symbols


@pytest.mark.parametrize("framework", ["numpy", "torch"])
def test_arrays_are_of_the_framework(framework: str) -> None:
    @given(arrays("n t c, n:int64", framework))
    def check(drawn: tuple[Any, Any]) -> None:
        values, numbers = drawn
        assert type(values).__module__.split(".")[0] == framework
        assert values.shape[0] == numbers.shape[0]
        assert "float32" in str(values.dtype)
        assert "int64" in str(numbers.dtype)
        assert float(abs(values).max()) <= 2

    check()


def test_arrays_of_keras_are_its_engines() -> None:
    made = find(arrays("n t c", "keras"), lambda array: True)
    assert type(made).__module__.split(".")[0] == "tensorflow"
    assert tuple(made.shape) == (1, 1, 1)


def test_an_unknown_framework_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no framework 'mxnet'; there are numpy, torch"):
        find(arrays("n", "mxnet"), lambda array: True)


def test_shapes_shrink_to_ones() -> None:
    assert find(shapes("n t c"), lambda shape: True) == (1, 1, 1)
    assert find(shapes("n c h w | h%4==0"), lambda shape: shape[3] > 2) == (1, 1, 4, 3)
