"""Where operators say an axis goes, the numbers along it go."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings

from shapecheck.algebra import Shape
from shapecheck.ops.apply import apply
from tests.ops import in_torch
from tests.ops import test_tensor_elementwise as elementwise
from tests.ops import test_tensor_indexing as indexing
from tests.ops import test_tensor_joining as joining
from tests.ops import test_tensor_moves as moves
from tests.ops.calling import REFUSED, T, as_numbers, fresh, lifted

# Functions that move elements without changing them, so that a number can be followed through them.
MOVING = {
    **{
        name: cases
        for name, cases in moves.CASES.items()
        if name not in ("torch.flip", "torch.roll", "torch.rot90")
    },
    "torch.narrow": indexing.CASES["torch.narrow"],
    "torch.index_select": indexing.CASES["torch.index_select"],
    "torch.select": indexing.CASES["torch.select"],
    "torch.split": joining.CASES["torch.split"],
    "torch.chunk": joining.CASES["torch.chunk"],
    "torch.unbind": joining.CASES["torch.unbind"],
    "torch.tensor_split": joining.CASES["torch.tensor_split"],
    "torch.stack": joining.CASES["torch.stack"],
    "torch.maximum": elementwise.CASES["torch.maximum"],
}


def applied(name: str, positional: Any, named: Any) -> Any:
    """The operator and the shapes that a call applies it to, if it is one application that works."""
    from shapecheck.dialects.base import Apply, Arguments, NotUnderstood, bind
    from shapecheck.dialects.registry import spelling
    from shapecheck.ops.tensor import Tensor

    row = spelling(name)
    assert row is not None and row.call is not None
    values, given_names = bind(
        row.signature,
        [lifted(value, as_numbers) for value in positional],
        {key: lifted(value, as_numbers) for key, value in named.items()},
    )
    try:
        result = row.call(None, Arguments(row, values, given_names, fresh))
    except NotUnderstood:
        return None
    if not isinstance(result, Apply) or not all(isinstance(entry, Tensor) for entry in result.inputs):
        return None
    shapes = [entry.shape for entry in result.inputs]
    outcome = apply(result.op, *shapes)
    return None if outcome.failed is not None or outcome.out is None else (result.op, shapes, outcome.out)


def counted(shape: Shape, axis: int) -> torch.Tensor:
    """A tensor whose elements are their place along an axis."""
    along = torch.arange(shape[axis], dtype=torch.float32)
    return (
        along.reshape([-1 if place == axis else 1 for place in range(len(shape))]).expand(*shape).contiguous()
    )


def follow(name: str, positional: Any, named: Any, number: int, axis: int) -> Any:
    """The outputs when the elements of one input tensor are their place along one axis, and all else is lower."""
    seen = -1

    def put(value: Any) -> Any:
        nonlocal seen
        if isinstance(value, T):
            seen += 1
            if value.dtype != "float32":
                return in_torch.tensor(value)
            if seen == number:
                return counted(Shape(*value.sizes), axis)
            return torch.full(value.sizes, -1.0)
        if isinstance(value, list | tuple):
            return type(value)(put(entry) for entry in value)
        return value

    values = [put(value) for value in positional]
    function: Any = torch
    if name.startswith("torch.Tensor."):
        function = getattr(values.pop(0), name.removeprefix("torch.Tensor."))
    else:
        function = getattr(torch, name.removeprefix("torch."))
    result = function(*values, **named)
    return list(result) if isinstance(result, tuple | list) else [result]


@pytest.mark.parametrize("name", MOVING)
def test_axes_go_where_the_operator_says(name: str) -> None:
    followed = 0

    @settings(max_examples=max(60, settings().max_examples))
    @given(MOVING[name])
    def check(case: Any) -> None:
        nonlocal followed
        positional, named = case
        found = applied(name, positional, named)
        if found is None or in_torch.ask(name, positional, named) is REFUSED:
            return
        op, shapes, out = found
        table = op.moves(*shapes)
        if table is None:
            return
        outputs = [out] if isinstance(out, Shape) else list(out)
        for place, sources in enumerate(table):
            assert all(len(table) == len(shape) for shape in outputs), f"{op}: {table} for {outputs}"
            if len(sources) != 1:
                continue
            number, axis = sources[0]
            for shape, result in zip(outputs, follow(name, positional, named, number, axis), strict=True):
                seen = result == counted(shape, place) if 0 not in shape else torch.tensor(True)
                if name == "torch.stack":  # the other tensors of the stack are all lower
                    seen = seen | (result < 0)
                assert bool(seen.all()), (
                    f"{op} on {shapes}: axis {place} is not axis {axis} of input {number}"
                )
                followed += 1

    check()
    assert followed, f"{name}: no axis was followed"


def test_merged_axes_are_merged_in_order() -> None:
    """A reshape that merges axes says which, in the order in which they are merged."""
    from shapecheck.algebra import symbols
    from shapecheck.ops.reshaping import Flatten, Reshape

    n, c, h, w = symbols("n c h w")
    x = Shape(n, c, h, w)
    assert Reshape((n, c, -1)).moves(x) == (((0, 0),), ((0, 1),), ((0, 2), (0, 3)))
    assert Flatten(1).moves(x) == (((0, 0),), ((0, 1), (0, 2), (0, 3)))
    assert Reshape((n, h * w, c)).moves(x) == (((0, 0),), (), ())
    assert Reshape((n * c, h, w)).moves(x) == (((0, 0), (0, 1)), ((0, 2),), ((0, 3),))
