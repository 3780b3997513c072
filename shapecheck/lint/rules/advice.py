"""What to change, beyond the number: an axis in the wrong place, an axis too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import Shape
from shapecheck.lint.rules.trace import inner
from shapecheck.ops.apply import apply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.interpret.events import Applied
    from shapecheck.lint.rules.trace import Trace
    from shapecheck.ops.base import Need
    from shapecheck.ops.tensor import Tensor


def advice(event: Applied, trace: Trace, need: Need) -> Iterator[str]:
    """Help lines for a failed need, each true of the shape that arrived."""
    tensor = event.inputs[need.subject] if need.subject < len(event.inputs) else None
    if tensor is None or tensor.shape is None:
        return
    family = event.name.partition(".")[0]
    if need.code in ("SHP101", "SHP102") and "expected" in need.values:
        yield from _moved(need, tensor.shape, family)
    elif need.code == "SHP103":
        yield from _too_many(event, tensor.shape, family)
        yield from _too_few(event, trace, tensor, family)
    elif need.code == "SHP107":
        yield from _transposed(event, family)
    elif need.code == "SHP114" and event.inputs[0] is not None and event.inputs[0].shape is not None:
        yield from _one_sample(event, event.inputs[0].shape, family)
    elif need.code == "SHP108":
        yield from _joined(event, family)
    elif need.code == "SHP105" and isinstance(need.want, tuple):
        yield f"one sample has {need.want[-1]} elements: ({', '.join(map(str, need.want))}) fits"


def _moved(need: Need, shape: Shape, family: str) -> Iterator[str]:
    """The wanted size is there, but on another axis."""
    expected = need.values["expected"]
    rank = len(shape)
    places = [axis for axis, size in enumerate(shape) if size == expected]
    if len(places) != 1:
        return
    axis = places[0]
    if need.code == "SHP101" and 0 < axis < rank - 1 and family == "torch":
        yield f"axis {axis} has {expected} entries: transpose({axis}, {rank - 1}) makes it the features"
    elif need.code == "SHP102" and family == "torch" and axis == rank - 1 and rank > 3:
        order = ", ".join(map(str, (0, axis, *range(1, axis))))
        yield f"the last axis has {expected} entries, as if channels came last: permute({order}) moves them"
    elif need.code == "SHP102" and family in ("keras", "tf") and axis == 1 and rank > 3:
        order = ", ".join(map(str, (0, *range(2, rank), 1)))
        yield f"axis 1 has {expected} entries, as if channels came first: transpose(…, ({order})) moves them"


def _transposed(event: Applied, family: str) -> Iterator[str]:
    """The second factor has the wanted size on its last axis, as keys have that nobody transposed."""
    shapes = [tensor.shape for tensor in event.inputs if tensor is not None and tensor.shape is not None]
    if family != "torch" or len(shapes) != 2:
        return
    left, right = shapes
    if len(left) > 1 and len(right) > 1 and left[-1] == right[-1]:
        yield f"the second has {right[-1]} columns: transpose(-2, -1) makes them its rows"


def _joined(event: Applied, family: str) -> Iterator[str]:
    """The one axis along which the tensors differ, when that is not the one they are joined along."""
    shapes = [tensor.shape for tensor in event.inputs if tensor is not None and tensor.shape is not None]
    if len(shapes) != len(event.inputs) or len({len(shape) for shape in shapes}) != 1:
        return
    differing = [axis for axis, sizes in enumerate(zip(*shapes, strict=True)) if len(set(sizes)) > 1]
    if len(differing) == 1 and hasattr(event.op, "axis"):
        word = "dim" if family == "torch" else "axis"
        yield f"the tensors differ in axis {differing[0]} only: {word}={differing[0]} joins them"


def _too_many(event: Applied, shape: Shape, family: str) -> Iterator[str]:
    from shapecheck.ops.spatial import Spatial

    op = inner(event.op)
    if isinstance(op, Spatial) and len(shape) == op.rank + 3:
        if family == "torch":
            yield "flatten(0, 1) before it folds the first two axes into one batch, unflatten undoes that"
        elif family in ("keras", "tf"):
            yield "TimeDistributed around the layer applies it to every step"
    elif type(op).__name__ in ("LSTM", "GRU", "RNN") and len(shape) == 4:
        if family == "torch":
            yield "flatten(2).transpose(1, 2) before it makes the positions of (n, c, h, w) the steps"
        elif family in ("keras", "tf"):
            yield f"Reshape((-1, {shape[-1]})) before it makes the positions of (n, h, w, c) the steps"


def _too_few(event: Applied, trace: Trace, tensor: Tensor, family: str) -> Iterator[str]:
    """What a recurrent layer reads, and how an input without steps gets some."""
    from shapecheck.ops.recurrent import Recurrent

    op, shape = inner(event.op), tensor.shape
    op = op.__dict__["inner"] if type(op).__name__ == "Bidirectional" else op
    if not isinstance(op, Recurrent) or shape is None or len(shape) > 2 or tensor is not event.inputs[0]:
        return
    label = event.name.rpartition(".")[2]
    if family == "torch":
        order = "(batch, steps, features)" if op.batch_first else "(steps, batch, features)"
        yield f"{label} reads {order}, or (steps, features) of one sample"
        return
    yield f"{label} reads (batch, steps, features)"
    if family not in ("keras", "tf") or len(shape) != 2 or type(shape[1]) is not int:
        return
    maps = _flattened(trace, tensor)
    if maps is not None and all(type(size) is int for size in maps[1:]):
        rest = maps[2:].size
        yield f"Reshape(({maps[1]}, {rest})) in place of Flatten makes axis 1 of {maps} the steps"
    yield f"Reshape((1, {shape[1]})) before it makes one step of each sample"


def _one_sample(event: Applied, shape: Shape, family: str) -> Iterator[str]:
    """A state with a batch axis beside an input that PyTorch takes for one sample."""
    from shapecheck.ops.recurrent import Recurrent

    op = event.op
    if not isinstance(op, Recurrent) or family != "torch" or len(shape) != 2:
        return
    axis = 1 if op.batch_first else 0
    states = [None if tensor is None else tensor.shape for tensor in event.inputs[1:]]
    if apply(op, Shape(*shape[:axis], 1, *shape[axis:]), *states).failed is None:
        yield f"two axes are (steps, features) of one sample: unsqueeze({axis}) makes {shape} a batch of one step"


def _flattened(trace: Trace, tensor: Tensor) -> Shape | None:
    """The shape that a Flatten took apart, when nothing between it and the tensor changed the shape."""
    for op, before in trace.makers(tensor):
        if before is None or before.shape is None:
            return None
        if type(op).__name__ == "Flatten":
            return before.shape if len(before.shape) == 4 else None
        if before.shape != tensor.shape:
            return None
    return None
