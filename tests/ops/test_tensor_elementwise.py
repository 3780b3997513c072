"""Arithmetic, comparison, masks and in-place writes broadcast as PyTorch has it."""

from __future__ import annotations

import operator
from typing import Any

import pytest
import torch
from hypothesis import strategies as st

from shapecheck.dialects import operators
from tests.ops import in_torch
from tests.ops.calling import REFUSED, T, hold
from tests.ops.drawing import bare, case, sizes, stretchable, tensors


@st.composite
def two(draw: st.DrawFn, left: str = "float32", right: str = "float32") -> Any:
    drawn = draw(sizes(1, 4))
    other = draw(stretchable(drawn))
    if draw(st.booleans()):
        return case(T(drawn, left), T(other, right))
    return case(T(other, left), T(drawn, right))


@st.composite
def three(draw: st.DrawFn, first: str = "float32") -> Any:
    drawn = draw(sizes(1, 3))
    found = [drawn, draw(stretchable(drawn)), tuple(1 if draw(st.booleans()) else size for size in drawn)]
    order = draw(st.permutations(range(3)))
    return case(T(found[order[0]], first), T(found[order[1]]), T(found[order[2]]))


@st.composite
def swapped(draw: st.DrawFn) -> Any:
    (condition, x, y), _ = draw(three("bool"))
    return case(x, condition, y)


CASES = {
    "torch.add": two(),
    "torch.Tensor.mul": two(),
    "torch.div": two(),
    "torch.pow": two(),
    "torch.maximum": two(),
    "torch.Tensor.eq": two(),
    "torch.logical_and": two(),
    "torch.atan2": two(),
    "torch.Tensor.add_": two(),
    "torch.Tensor.copy_": two(),
    "torch.Tensor.mul_": two(),
    "torch.Tensor.masked_fill_": two(right="bool").map(lambda drawn: case(*drawn[0], 1.0)),
    "torch.masked_fill": two(right="bool").map(lambda drawn: case(*drawn[0], 1.0)),
    "torch.where": three("bool"),
    "torch.Tensor.where": swapped(),
    "torch.lerp": three(),
    "torch.addcmul": three(),
    "torch.clamp": three(),
    "torch.Tensor.addcdiv_": three(),
    "torch.dist": two(),
    "torch.broadcast_tensors": two(),
    "torch.nn.functional.cosine_similarity": two(),
    "torch.nn.functional.pairwise_distance": two(),
}


@pytest.mark.parametrize("name", CASES)
def test_says_what_pytorch_does(name: str) -> None:
    hold(name, CASES[name], in_torch.ask)


SIGNS = ("add", "sub", "mul", "truediv", "pow", "eq", "lt", "ge", "ne")


@pytest.mark.parametrize("sign", SIGNS)
def test_pythons_operators(sign: str) -> None:
    def ask(name: str, positional: Any, named: Any) -> Any:
        left, right = (in_torch.real(value) for value in positional)
        try:
            return in_torch.shapes(getattr(operator, sign)(left, right))
        except RuntimeError:
            return REFUSED

    hold(f"operator.{sign}", two(), ask, run=lambda left, right: operators.binary(sign, left, right))


def test_pythons_operators_in_place() -> None:
    def ask(name: str, positional: Any, named: Any) -> Any:
        left, right = (in_torch.real(value) for value in positional)
        try:
            left += right
        except RuntimeError:
            return REFUSED
        return in_torch.shapes(left)

    hold(
        "operator.iadd",
        two(),
        ask,
        run=lambda left, right: operators.binary("add", left, right, in_place=True),
    )


NEUTRAL = (
    "exp log sqrt relu sigmoid tanh abs neg sin cos floor ceil round sign square rsqrt reciprocal erf "
    "isnan isfinite "
    "logical_not clone detach nan_to_num real trunc frac log1p expm1 positive"
)


@pytest.mark.parametrize("name", NEUTRAL.split())
def test_functions_of_each_element_keep_the_shape(name: str) -> None:
    for prefix in ("torch.", "torch.Tensor.") if name != "real" else ("torch.",):
        hold(prefix + name, bare(st.tuples(tensors(0, 4))), in_torch.ask, least=0)


METHODS = (
    "float double half long int bool contiguous cpu requires_grad_ exp_ zero_ "
    "normal_ uniform_ sigmoid_ neg_ byte"
)


@pytest.mark.parametrize("name", METHODS.split())
def test_methods_that_keep_the_shape(name: str) -> None:
    hold(f"torch.Tensor.{name}", bare(st.tuples(tensors(0, 4))), in_torch.ask, least=0)


def test_dtypes_that_come_out() -> None:
    """A mask must be known as a mask: comparisons, casts and functions say their dtype."""
    from shapecheck.algebra import Shape
    from shapecheck.dialects.base import Apply, Arguments, bind
    from shapecheck.dialects.registry import spelling
    from shapecheck.ops.tensor import Tensor
    from tests.ops.calling import fresh

    wrong = []
    for name in [
        "eq",
        "gt",
        "isnan",
        "logical_not",
        "exp",
        "add",
        "abs",
        "float",
        "long",
        "bool",
        "div",
        "mul",
        "sum",
        "mean",
        "argmax",
        "cumsum",
        "any",
        "all",
        "floor",
    ]:
        for dtype in ("float32", "int64", "bool", "float64"):
            row = spelling(f"torch.Tensor.{name}")
            assert row is not None and row.call is not None
            two_sided = name in ("eq", "gt", "add", "div", "mul")
            count = 2 if two_sided else 1
            positional = [Tensor(Shape(2, 3), dtype)] * count + ([0] if name == "cumsum" else [])
            values, given = bind(row.signature, positional, {})
            result = row.call(None, Arguments(row, values, given, fresh))
            assert isinstance(result, Apply)
            real = torch.zeros((2, 3), dtype=getattr(torch, dtype))
            try:
                theirs = getattr(real, name)(*([real] if two_sided else [0] if name == "cumsum" else []))
            except RuntimeError:
                continue
            said = result.dtype or dtype
            if f"torch.{said}" != str(theirs.dtype):
                wrong.append((name, dtype, said, theirs.dtype))
    assert not wrong
