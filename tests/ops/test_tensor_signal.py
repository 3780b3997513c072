"""Fourier transforms and sampling by a grid say what PyTorch does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from tests.ops import in_torch
from tests.ops.calling import T, hold
from tests.ops.drawing import SIZE, axis_for, case, nudged, sizes


@st.composite
def along(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), dim=draw(axis_for(len(drawn))))


@st.composite
def two_axes(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(2, 4, zero=False))
    axes = draw(st.permutations(range(len(drawn))))[:2]
    if draw(st.booleans()):
        axes[0] = draw(axis_for(len(drawn)))
    return case(T(drawn), dim=tuple(axes))


TRANSFORMS = {
    "torch.fft.fft": along(),
    "torch.fft.rfft": along(),
    "torch.fft.irfft": along(),
    "torch.fft.fft2": two_axes(),
    "torch.fft.fftshift": along(),
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name: str) -> None:
    hold(name, TRANSFORMS[name], in_torch.ask)


@st.composite
def samples(draw: st.DrawFn) -> Any:
    space = draw(st.integers(2, 3))
    batch, channels = draw(SIZE), draw(SIZE)
    image = (batch, channels, *(draw(SIZE) for _ in range(space)))
    grid = (batch, *(draw(SIZE) for _ in range(space)), space)
    if draw(st.integers(0, 1)):
        grid = draw(nudged(grid))
    return case(T(image), T(grid))


def test_sampling_by_a_grid() -> None:
    hold("torch.nn.functional.grid_sample", samples(), in_torch.ask)


@st.composite
def maps(draw: st.DrawFn) -> Any:
    space = draw(st.integers(2, 3))
    size = [draw(SIZE) for _ in range(space + 2)]
    theta = (size[0], space, space + 1)
    if draw(st.integers(0, 1)):
        theta = draw(nudged(theta))
    return case(T(theta), size)


def test_affine_grids() -> None:
    hold("torch.nn.functional.affine_grid", maps(), in_torch.ask)
