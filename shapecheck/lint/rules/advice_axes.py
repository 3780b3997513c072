"""What to change in a product whose factors do not fit, and in a permutation that does not name each axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Shape
from shapecheck.ops.apply import apply
from shapecheck.ops.axes import normals
from shapecheck.ops.matmul import MatMul, StrictProduct
from shapecheck.ops.shape_moves import Permute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.interpret.events import Applied
    from shapecheck.ops.tensor import Tensor

_SWAPPED = {
    "torch": "transpose(-2, -1)",
    "numpy": "swapaxes(-2, -1)",
    "tf": "tf.linalg.matrix_transpose",
    "keras": "keras.ops.swapaxes(…, -2, -1)",
}


def transposed(event: Applied) -> Iterator[str]:
    """The factor whose last two axes, exchanged, make the product fit; the second, as keys are, where both do."""
    if not isinstance(event.op, MatMul | StrictProduct) or len(event.inputs) != 2:
        return
    left, right = event.inputs
    if left is None or right is None or None in event.input_spans:
        return  # not what the user wrote: `transpose_b=True`, say, has transposed it already
    how = _SWAPPED.get(_family(event, right))
    x, y = left.shape, right.shape
    if how is None or x is None or y is None:
        return
    if len(y) > 1 and _fits(event, x, _turned(y)):
        yield f"the second has {y[-1]} columns: {how} makes them its rows"
    elif len(x) > 1 and _fits(event, _turned(x), y):
        yield f"the first has {x[-2]} rows: {how} makes them its columns"


def _family(event: Applied, tensor: Tensor) -> str:
    """The library that the call, or the operator's operand, belongs to."""
    name = event.name.partition(".")[0]
    family: str = getattr(tensor, "family", "") if name == "operator" else name
    return family.partition(".")[0]


def _turned(shape: Shape) -> Shape:
    return Shape(*shape[:-2], shape[-1], shape[-2])


def _fits(event: Applied, *shapes: Shape) -> bool:
    outcome = apply(event.op, *shapes)
    return outcome.failed is None and not outcome.open


def permuted(event: Applied, shape: Shape, family: str) -> Iterator[str]:
    """The axes that a permutation leaves out or that the tensor does not have."""
    op = event.op
    if not isinstance(op, Permute):
        return
    rank = len(shape)
    if event.name == "keras.layers.Permute":
        if len(op.axes) != rank > 1:
            numbers = _list(range(1, rank))
            yield f"dims name each axis but the batch, counted from 1: those of {shape} are {numbers}"
        return
    named = set(normals(op.axes, rank))
    missing = [axis for axis in range(rank) if axis not in named]
    if missing:
        some = f"axis {missing[0]} is" if len(missing) == 1 else f"axes {_list(missing)} are"
        yield f"{some} missing: a permutation names each axis once"
    elif len(op.axes) > rank > 1:
        yield f"the axes of {shape} are {_list(range(rank))}"
    if family == "torch" and len(op.axes) == len(named) == 2 < rank and named <= set(range(rank)):
        yield f"transpose({op.axes[0]}, {op.axes[1]}) exchanges these two and leaves the others"


def _list(axes: range | list[int]) -> str:
    words = [str(axis) for axis in axes]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
