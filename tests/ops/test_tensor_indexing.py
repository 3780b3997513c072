"""Square brackets, gathering and scattering say what PyTorch and numpy do."""

from __future__ import annotations

import operator
from typing import Any

import numpy
import pytest
import tensorflow
import torch
from hypothesis import strategies as st

from shapecheck.dialects import operators
from tests.ops import in_torch
from tests.ops.calling import REFUSED, T, fresh, hold
from tests.ops.drawing import SIZE, axis_for, case, nudged, sizes


@st.composite
def slices(draw: st.DrawFn, *, backwards: bool) -> slice:
    bound = st.one_of(st.none(), st.integers(-5, 5))
    steps = [None, 1, 2, 3, None, 1] + ([-1, -2, -3] if backwards else [-1])
    return slice(draw(bound), draw(bound), draw(st.sampled_from(steps)))


@st.composite
def keys(draw: st.DrawFn, drawn: tuple[int, ...], *, backwards: bool, tensors: bool = True) -> Any:
    """An index of these sizes, right more often than wrong."""
    left = list(drawn)
    key: list[Any] = []
    dots = False
    block = draw(sizes(0, 2, zero=False))
    while len(key) < 7 and (left or draw(st.integers(0, 3)) == 0):
        kind = draw(st.sampled_from(["int", "slice", "slice", "new", "dots", "pick", "mask", "stop"]))
        size = left[0] if left else 1
        if kind == "stop":
            break
        if kind == "new":
            key.append(None)
            continue
        if kind == "dots":
            if dots:
                continue
            dots = True
            key.append(Ellipsis)
            del left[: draw(st.integers(0, len(left)))]
            continue
        if kind == "mask" and tensors and left:
            count = draw(st.integers(1, min(len(left), 2)))
            shape = tuple(left[:count])
            key.append(T(shape if draw(st.integers(0, 5)) else draw(nudged(shape)), "bool"))
            del left[:count]
            continue
        if kind == "pick" and tensors:
            key.append(T(block if draw(st.integers(0, 4)) else draw(sizes(0, 2, zero=False)), "int64"))
        elif kind == "int":
            inside = st.integers(-size, size - 1) if size else st.just(0)
            key.append(draw(inside if draw(st.integers(0, 5)) else st.integers(-6, 6)))
        else:
            key.append(draw(slices(backwards=backwards)))
        del left[:1]
    return tuple(key) if len(key) != 1 or draw(st.booleans()) else key[0]


@st.composite
def indexings(draw: st.DrawFn, *, backwards: bool = True, tensors: bool = True) -> Any:
    drawn = draw(sizes(1, 4, zero=False))
    key = draw(keys(drawn, backwards=backwards, tensors=tensors))
    if draw(st.integers(0, 3)) == 0 and isinstance(key, tuple):
        key = (*key, *(0,) * draw(st.integers(2, 4)))
    return case(T(drawn), key)


def in_torch_brackets(name: str, positional: Any, named: Any) -> Any:
    tensor, key = (in_torch.real(value) for value in positional)
    try:
        return in_torch.shapes(tensor[key])
    except (IndexError, ValueError, RuntimeError, TypeError):
        return REFUSED


def as_array(value: Any) -> Any:
    if isinstance(value, T):
        return numpy.zeros(value.sizes, value.dtype)
    return tuple(as_array(entry) for entry in value) if isinstance(value, tuple) else value


def in_numpy_brackets(name: str, positional: Any, named: Any) -> Any:
    array, key = (as_array(value) for value in positional)
    try:
        return ("shape", *array[key].shape)
    except (IndexError, ValueError, TypeError):
        return REFUSED


def in_tensorflow_brackets(name: str, positional: Any, named: Any) -> Any:
    array, key = (as_array(value) for value in positional)
    try:
        return ("shape", *tensorflow.constant(array)[key].shape)
    except (IndexError, ValueError, TypeError, tensorflow.errors.InvalidArgumentError):
        return REFUSED


def brackets(style: str) -> Any:
    return lambda tensor, key: operators.index(tensor, key, style=style, fresh=fresh)


def test_brackets_of_pytorch() -> None:
    hold("torch[...]", indexings(backwards=False), in_torch_brackets, run=brackets("torch"))


def test_brackets_of_numpy() -> None:
    hold("numpy[...]", indexings(), in_numpy_brackets, run=brackets("numpy"))


def test_brackets_of_tensorflow() -> None:
    hold("tensorflow[...]", indexings(tensors=False), in_tensorflow_brackets, run=brackets("tf"))


@st.composite
def assignments(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    key = draw(keys(drawn, backwards=False, tensors=False))
    room = torch.zeros(drawn)
    try:
        into = tuple(room[key].shape)
    except (IndexError, ValueError, RuntimeError, TypeError):
        into = draw(sizes(0, 2))
    how = draw(st.integers(0, 3))
    value = into if how == 0 else tuple(1 if draw(st.booleans()) else size for size in into)
    if how == 2:
        value = draw(nudged(into))
    elif how == 3:
        value = (*draw(st.lists(st.sampled_from([1, 1, 2]), max_size=2)), *into)
    return case(T(drawn), key, T(value))


def assign_in_torch(name: str, positional: Any, named: Any) -> Any:
    tensor, key, value = (in_torch.real(entry) for entry in positional)
    try:
        operator.setitem(tensor, key, value)
    except (IndexError, ValueError, RuntimeError, TypeError):
        return REFUSED
    return in_torch.shapes(tensor)


def test_writing_into_brackets() -> None:
    def run(tensor: Any, key: Any, value: Any) -> Any:
        return operators.assign(tensor, key, value, fresh=fresh)

    hold("torch[...] = value", assignments(), assign_in_torch, run=run)


@st.composite
def gatherings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3, zero=False))
    index = tuple(draw(st.integers(1, size)) if draw(st.integers(0, 5)) else draw(SIZE) for size in drawn)
    if draw(st.integers(0, 4)) == 0:
        index = draw(nudged(index))
    return case(T(drawn), draw(axis_for(len(drawn))), T(index, "int64"))


@st.composite
def scatterings(draw: st.DrawFn) -> Any:
    (tensor, dim, index), _ = draw(gatherings())
    source = tuple(size + draw(st.sampled_from([0, 0, 0, 0, 1, -1])) for size in index.sizes)
    return case(tensor, dim, index, T(tuple(max(size, 0) for size in source)))


@st.composite
def selections(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3, zero=False))
    return case(T(drawn), draw(axis_for(len(drawn))), T(draw(sizes(0, 2, zero=False)), "int64"))


@st.composite
def index_writes(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    dim = draw(axis_for(len(drawn)))
    count = draw(st.integers(1, 4))
    source = list(drawn)
    if -len(drawn) <= dim < len(drawn):
        source[dim] = count
    index = (count,) if draw(st.integers(0, 5)) else draw(sizes(0, 2, zero=False))
    if draw(st.integers(0, 2)) == 0:
        source = list(draw(nudged(tuple(source))))
    return case(T(drawn), dim, T(index, "int64"), T(tuple(source)))


@st.composite
def narrowings(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(0, 3, zero=False))
    return case(
        T(drawn),
        draw(axis_for(len(drawn))),
        draw(st.integers(-2, 1)),
        draw(st.sampled_from([1, 0, 2, 1, -1])),
    )


@st.composite
def picks(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), draw(st.integers(-len(drawn), len(drawn) - 1)), draw(st.integers(-4, 4)))


@st.composite
def masked(draw: st.DrawFn) -> Any:
    from tests.ops.drawing import stretchable

    drawn = draw(sizes(1, 3, zero=False))
    return case(T(drawn), T(draw(stretchable(drawn)), "bool"))


CASES = {
    "torch.gather": gatherings(),
    "torch.scatter": scatterings(),
    "torch.Tensor.scatter_add_": scatterings(),
    "torch.index_select": selections(),
    "torch.index_add": index_writes(),
    "torch.Tensor.index_copy_": index_writes(),
    "torch.narrow": narrowings(),
    "torch.select": picks(),
    "torch.masked_select": masked(),
}


@pytest.mark.parametrize("name", CASES)
def test_picking_elements(name: str) -> None:
    hold(name, CASES[name], in_torch.ask)
