"""Reductions, scans, sorts and selections say what PyTorch does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from tests.ops import in_torch
from tests.ops.calling import T, hold
from tests.ops.drawing import axis_for, bare, case, sizes, tensors


@st.composite
def over_axes(draw: st.DrawFn, *, zero: bool = True, dtype: str = "float32", several: bool = True) -> Any:
    drawn = draw(sizes(0, 4, zero=zero))
    axis: Any = draw(axis_for(len(drawn)))
    if several and draw(st.booleans()):
        count = draw(st.integers(0, min(len(drawn), 3)))
        axes = draw(st.permutations(range(max(len(drawn), 1))))[:count]
        if axes and draw(st.integers(0, 2)):
            axes[0] = draw(st.integers(-len(drawn) - 1, len(drawn)))
        axis = tuple(axes)
    return case(T(drawn, dtype), axis, draw(st.booleans()))


@st.composite
def along(draw: st.DrawFn, *, dtype: str = "float32", zero: bool = True) -> Any:
    drawn = draw(sizes(0, 4, zero=zero))
    return case(T(drawn, dtype), draw(axis_for(len(drawn))))


@st.composite
def selected(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3, zero=False))
    return case(T(drawn), draw(st.sampled_from([1, 2, 0, 1, 3, 1, -1])), draw(axis_for(len(drawn))))


@st.composite
def diagonals(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4))
    axes = draw(st.permutations(range(max(len(drawn), 2))))[:2]
    if draw(st.integers(0, 3)) == 0:
        axes[0] = draw(axis_for(len(drawn)))
    return case(T(drawn), draw(st.integers(-3, 3)), *axes)


REDUCED = ("sum", "mean", "amax", "amin", "std", "var", "logsumexp", "any", "all", "norm", "nansum")


@pytest.mark.parametrize("name", REDUCED)
def test_reductions(name: str) -> None:
    cases = over_axes(zero=name != "norm", several=name != "logsumexp")
    if name == "norm":
        cases = cases.map(lambda drawn: case(drawn[0][0], 2, *drawn[0][1:]))
    hold(f"torch.{name}", cases, in_torch.ask)
    hold(f"torch.Tensor.{name}", cases, in_torch.ask)


ONE_AXIS = ("prod", "max", "min", "argmax", "argmin", "median", "mode")


@pytest.mark.parametrize("name", ONE_AXIS)
def test_reductions_of_one_axis(name: str) -> None:
    hold(f"torch.{name}", over_axes(several=False), in_torch.ask)
    hold(f"torch.Tensor.{name}", over_axes(several=False), in_torch.ask)


WHOLE = ("sum", "mean", "max", "min", "argmax", "std", "prod", "any", "all", "median", "norm", "numel")


@pytest.mark.parametrize("name", WHOLE)
def test_reductions_of_everything(name: str) -> None:
    hold(f"torch.{name}", bare(st.tuples(tensors(0, 4))), in_torch.ask, least=0)


SCANS = ("cumsum", "cumprod", "cummax", "softmax", "log_softmax", "sort", "argsort", "logcumsumexp")


@pytest.mark.parametrize("name", SCANS)
def test_along_one_axis(name: str) -> None:
    hold(f"torch.{name}", along(zero=name != "cummax"), in_torch.ask)
    hold(f"torch.Tensor.{name}", along(zero=name != "cummax"), in_torch.ask)


MORE = {
    "torch.topk": selected(),
    "torch.kthvalue": selected(),
    "torch.diagonal": diagonals(),
    "torch.trace": bare(st.tuples(tensors(0, 3))),
    "torch.nn.functional.normalize": along().map(lambda drawn: case(drawn[0][0], dim=drawn[0][1])),
    "torch.std_mean": over_axes(),
    "torch.aminmax": over_axes(several=False, zero=False).map(
        lambda drawn: case(drawn[0][0], dim=drawn[0][1], keepdim=drawn[0][2])
    ),
}


@pytest.mark.parametrize("name", MORE)
def test_more(name: str) -> None:
    hold(name, MORE[name], in_torch.ask)


READERS = {
    "torch.Tensor.size": along(),
    "torch.Tensor.dim": bare(st.tuples(tensors(0, 4))),
    "torch.Tensor.numel": bare(st.tuples(tensors(0, 4))),
    "torch.is_tensor": bare(st.tuples(tensors(0, 2))),
    "torch.is_floating_point": bare(st.tuples(tensors(0, 2))),
}


@pytest.mark.parametrize("name", READERS)
def test_readers(name: str) -> None:
    hold(name, READERS[name], in_torch.ask, least=0)
