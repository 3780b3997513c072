"""Joining tensors and taking them apart says what PyTorch does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from tests.ops import in_torch
from tests.ops.calling import T, hold
from tests.ops.drawing import SIZE, axis_for, case, nudged, sizes


@st.composite
def concatenations(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    axis = draw(axis_for(len(drawn)))
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        part = list(drawn)
        if -len(drawn) <= axis < len(drawn):
            part[axis] = draw(SIZE)
        parts.append(T(tuple(part)))
    how = draw(st.integers(0, 4))
    if how == 0:
        parts[-1] = T(draw(nudged(parts[-1].sizes)))
    elif how == 1:
        parts.insert(draw(st.integers(0, len(parts))), T((0,)))
    return case(parts, axis)


@st.composite
def stackings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    parts = [T(drawn)] * draw(st.integers(1, 3))
    if draw(st.integers(0, 3)) == 0:
        parts = [*parts, T(draw(nudged(drawn)))]
    return case(parts, draw(axis_for(len(drawn), extra=1)))


@st.composite
def gluings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4, zero=False))
    place = draw(st.integers(0, max(len(drawn) - 1, 0)))
    other = (*drawn[:place], draw(SIZE), *drawn[place + 1 :]) if drawn else drawn
    return case([T(drawn), T(draw(nudged(other)))])


@st.composite
def splittings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    axis = draw(axis_for(len(drawn)))
    if draw(st.booleans()):
        return case(T(drawn), draw(st.integers(-1, 4)), axis)
    size = drawn[axis] if -len(drawn) <= axis < len(drawn) else 3
    pieces: list[int] = []
    while sum(pieces) < size:
        pieces.append(draw(st.integers(0, size - sum(pieces))) or 1)
    if draw(st.integers(0, 2)) == 0:
        pieces.append(draw(st.integers(-1, 2)))
    return case(T(drawn), pieces, axis)


@st.composite
def chunkings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    return case(T(drawn), draw(st.integers(0, 5)), draw(axis_for(len(drawn))))


@st.composite
def unbindings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    return case(T(drawn), draw(axis_for(len(drawn))))


@st.composite
def uneven(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    where = st.one_of(st.integers(0, 5), st.lists(st.integers(-3, 5), max_size=3))
    return case(T(drawn), draw(where), draw(axis_for(len(drawn))))


@st.composite
def grids(draw: st.DrawFn) -> Any:
    vectors = [T((draw(SIZE),)) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.integers(0, 2)) == 0:
        vectors[-1] = T(draw(sizes(0, 2)))
    if draw(st.integers(0, 3)) == 0:
        vectors[0] = T((2, 2))
    return case(*vectors, indexing=draw(st.sampled_from(["ij", "xy"])))


@st.composite
def products(draw: st.DrawFn) -> Any:
    vectors = [T((draw(SIZE),)) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.integers(0, 2)) == 0:
        vectors[-1] = T(draw(sizes(0, 2)))
    return case(*vectors)


CASES = {
    "torch.cat": concatenations(),
    "torch.stack": stackings(),
    "torch.vstack": gluings(),
    "torch.hstack": gluings(),
    "torch.dstack": gluings(),
    "torch.split": splittings(),
    "torch.Tensor.split": splittings(),
    "torch.chunk": chunkings(),
    "torch.unbind": unbindings(),
    "torch.tensor_split": uneven(),
    "torch.meshgrid": grids(),
    "torch.cartesian_prod": products(),
}


@pytest.mark.parametrize("name", CASES)
def test_says_what_pytorch_does(name: str) -> None:
    hold(name, CASES[name], in_torch.ask)
