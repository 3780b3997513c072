"""PyTorch's functions that move, merge, add and repeat axes say what PyTorch does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from tests.ops import in_torch
from tests.ops.calling import T, hold
from tests.ops.drawing import axis_for, bare, case, new_sizes, nudged, regrouped, sizes, tensors


@st.composite
def reshapes(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4))
    return case(T(drawn), draw(new_sizes(drawn)))


@st.composite
def spread_reshapes(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 4))
    return case(T(drawn), *draw(new_sizes(drawn)))


@st.composite
def flattenings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 5))
    return case(T(drawn), draw(axis_for(len(drawn))), draw(axis_for(len(drawn))))


@st.composite
def unflattenings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    axis = draw(axis_for(len(drawn)))
    inside = -len(drawn) <= axis < len(drawn)
    target = (2, 3)
    if inside and draw(st.integers(0, 3)):
        target = draw(regrouped(drawn[axis])) if draw(st.booleans()) else draw(new_sizes((drawn[axis],)))
    return case(T(drawn), axis, target)


@st.composite
def permutations(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 5))
    axes = draw(st.permutations(range(len(drawn))))
    axes = [axis - len(drawn) if draw(st.booleans()) else axis for axis in axes]
    how = draw(st.integers(0, 4))
    if how == 0:
        axes = axes[1:]
    elif how == 1 and axes:
        axes[0] = draw(st.integers(-6, 6))
    elif how == 2 and draw(st.booleans()):
        axes = [*axes, 0]
    return case(T(drawn), tuple(axes))


@st.composite
def pairs_of_axes(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4))
    return case(T(drawn), draw(axis_for(len(drawn))), draw(axis_for(len(drawn))))


@st.composite
def axis_moves(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4))
    if draw(st.booleans()):
        return case(T(drawn), draw(axis_for(len(drawn))), draw(axis_for(len(drawn))))
    count = draw(st.integers(0, len(drawn)))
    source = draw(st.permutations(range(len(drawn))))[:count]
    places = draw(st.permutations(range(len(drawn))))[:count]
    if draw(st.integers(0, 1)) == 0 and count:
        places[0] = draw(st.integers(-6, 5))
    return case(T(drawn), tuple(source), tuple(places))


@st.composite
def one_axis(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4))
    return case(T(drawn), draw(axis_for(len(drawn))))


@st.composite
def squeezings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4))
    if draw(st.booleans()):
        return case(T(drawn), draw(axis_for(len(drawn))))
    axes = draw(st.lists(st.integers(-len(drawn) - 1, len(drawn)), max_size=3))
    return case(T(drawn), tuple(axes))


@st.composite
def insertions(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4))
    return case(T(drawn), draw(axis_for(len(drawn), extra=1)))


@st.composite
def expansions(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    target = tuple(
        draw(st.sampled_from([2, 3, 5, -1])) if size == 1 else draw(st.sampled_from([size, -1]))
        for size in drawn
    )
    target = (*draw(st.lists(st.integers(0, 3), max_size=2)), *target)
    how = draw(st.integers(0, 3))
    if how == 0 and target:
        place = draw(st.integers(0, len(target) - 1))
        target = (*target[:place], draw(st.sampled_from([7, -1, -2])), *target[place + 1 :])
    elif how == 1:
        target = draw(nudged(target))
    if 0 in (*target, *drawn):  # PyTorch itself then makes a tensor with an axis of size -1 or -2
        new = len(target) - len(drawn)
        target = tuple(abs(size) if size < -1 or place < new else size for place, size in enumerate(target))
    return case(T(drawn), target)


@st.composite
def repetitions(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    times = draw(st.lists(st.integers(0, 3), min_size=max(len(drawn) - 1, 1), max_size=len(drawn) + 2))
    if draw(st.integers(0, 3)) == 0 and times:
        times[0] = -1
    return case(T(drawn), tuple(times))


@st.composite
def interleavings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    dim = draw(st.one_of(st.none(), axis_for(len(drawn))))
    return case(T(drawn), draw(st.sampled_from([0, 1, 2, 3, -1, -2])), dim=dim)


@st.composite
def rolls(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4))
    return case(T(drawn), 1, draw(axis_for(len(drawn))))


@st.composite
def flips(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 4))
    count = draw(st.integers(1, 2))
    axes = draw(st.permutations(range(max(len(drawn), 2))))[:count]
    if draw(st.integers(0, 2)) == 0:
        axes[0] = draw(axis_for(len(drawn)))
    return case(T(drawn), tuple(axes))


@st.composite
def windows(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    step = draw(st.sampled_from([1, 2, 3, 1, 2, 0, -1]))
    return case(T(drawn), draw(axis_for(len(drawn))), draw(st.sampled_from([1, 2, 0, 3, 1, 2, -1])), step)


@st.composite
def turns(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 4))
    axes = draw(st.permutations(range(max(len(drawn), 2))))[:2]
    if draw(st.integers(0, 2)) == 0:
        axes[0] = draw(axis_for(len(drawn)))
    return case(T(drawn), draw(st.integers(-1, 3)), axes)


CASES = {
    "torch.reshape": reshapes(),
    "torch.Tensor.reshape": spread_reshapes(),
    "torch.Tensor.view": spread_reshapes(),
    "torch.flatten": flattenings(),
    "torch.Tensor.flatten": flattenings(),
    "torch.unflatten": unflattenings(),
    "torch.permute": permutations(),
    "torch.Tensor.permute": permutations(),
    "torch.transpose": pairs_of_axes(),
    "torch.Tensor.swapaxes": pairs_of_axes(),
    "torch.movedim": axis_moves(),
    "torch.squeeze": squeezings(),
    "torch.Tensor.squeeze": one_axis(),
    "torch.Tensor.unsqueeze": insertions(),
    "torch.Tensor.expand": expansions(),
    "torch.broadcast_to": expansions(),
    "torch.Tensor.repeat": repetitions(),
    "torch.tile": repetitions(),
    "torch.repeat_interleave": interleavings(),
    "torch.roll": rolls(),
    "torch.flip": flips(),
    "torch.rot90": turns(),
    "torch.Tensor.unfold": windows(),
}


@pytest.mark.parametrize("name", CASES)
def test_says_what_pytorch_does(name: str) -> None:
    hold(name, CASES[name], in_torch.ask)


@st.composite
def pairs(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3))
    total = 1
    for size in drawn:
        total *= size
    other = draw(regrouped(total)) if total and draw(st.booleans()) else draw(sizes(0, 3))
    return case(T(drawn), T(other))


@pytest.mark.parametrize(
    "name", ["torch.Tensor.view_as", "torch.Tensor.reshape_as", "torch.Tensor.expand_as"]
)
def test_shapes_taken_from_another_tensor(name: str) -> None:
    hold(name, pairs(), in_torch.ask, least=0.1)


# What works on any tensor cannot be refused.
ANY = {
    "torch.ravel": bare(st.tuples(tensors(0, 4))),
    "torch.Tensor.t": bare(st.tuples(tensors(0, 4))),
    "torch.atleast_1d": bare(st.tuples(tensors(0, 4))),
    "torch.atleast_2d": bare(st.tuples(tensors(0, 4))),
    "torch.atleast_3d": bare(st.tuples(tensors(0, 4))),
    "torch.fliplr": bare(st.tuples(tensors(0, 4))),
    "torch.flipud": bare(st.tuples(tensors(0, 4))),
    "torch.adjoint": bare(st.tuples(tensors(0, 4))),
    "torch.Tensor.squeeze": bare(st.tuples(tensors(0, 4))),
}


@pytest.mark.parametrize("name", ANY)
def test_needs_no_arguments(name: str) -> None:
    hold(name, ANY[name], in_torch.ask, least=0)
