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
    if need.code in ("SHP101", "SHP102"):
        if family in ("torch", "keras", "tf"):
            yield from _moved(event, need, tensor.shape, family)
    elif need.code == "SHP103":
        yield from _too_many(event, tensor.shape, family)
        yield from _too_few(event, trace, tensor, family)
    elif need.code == "SHP107":
        from shapecheck.lint.rules.advice_axes import transposed

        yield from transposed(event)
    elif need.code == "SHP115":
        from shapecheck.lint.rules.advice_axes import permuted

        yield from permuted(event, tensor.shape, family)
    elif need.code == "SHP114" and event.inputs[0] is not None and event.inputs[0].shape is not None:
        yield from _one_sample(event, event.inputs[0].shape, family)
    elif need.code == "SHP108":
        yield from _joined(event, family)
    elif need.code == "SHP105" and isinstance(need.want, tuple):
        yield f"one sample has {need.want[-1]} elements: ({', '.join(map(str, need.want))}) fits"


def elsewhere(event: Applied, need: Need) -> tuple[int, ...]:
    """The axes of the input, other than the one that is asked about, that have the wanted size."""
    tensor = event.inputs[need.subject] if need.subject < len(event.inputs) else None
    expected = need.values.get("expected")
    if need.code not in ("SHP101", "SHP102") or tensor is None or tensor.shape is None or expected is None:
        return ()
    return tuple(axis for axis, size in enumerate(tensor.shape) if size == expected)


def _moved(event: Applied, need: Need, shape: Shape, family: str) -> Iterator[str]:
    """The wanted size is there, but on another axis, and moving that axis is all that is needed."""
    places = elsewhere(event, need)
    if len(places) != 1:
        return
    axis, rank = places[0], len(shape)
    goal = _goal(event, need, rank)
    if goal == axis or (axis == 0 and (rank > 2 or need.code == "SHP102")):
        return  # a batch that happens to have as many samples
    order, shifted = _order(axis, goal, rank, channels=need.code == "SHP102")
    inputs = [None if tensor is None else tensor.shape for tensor in event.inputs]
    inputs[need.subject] = Shape(*(shape[each] for each in order))
    if apply(event.op, *inputs).failed is not None:
        return
    what = "features" if need.code == "SHP101" else "channels"
    if family == "torch":
        change = f"transpose({min(axis, goal)}, {max(axis, goal)})"
        if shifted:
            change = f"permute({', '.join(map(str, order))})"
    else:
        change = f"transpose(…, ({', '.join(map(str, order))}))"
    if what == "channels" and rank > 3 and rank - 1 in (axis, goal) and 1 in (axis, goal):
        name, end = ("the last axis", "last") if axis == rank - 1 else ("axis 1", "first")
        yield f"{name} has {shape[axis]} entries, as if channels came {end}: {change} moves them"
    else:
        yield f"axis {axis} has {shape[axis]} entries: {change} makes it the {what}"


def _order(axis: int, goal: int, rank: int, *, channels: bool) -> tuple[list[int], bool]:
    """The axes once `axis` stands at `goal`, and whether those between moved up: exchanged, as features and steps
    are, or shifted from one end to the other, as channels are.
    """
    order = list(range(rank))
    shifted = channels and abs(axis - goal) > 1 and (axis == rank - 1 or (axis == 1 and goal == rank - 1))
    if shifted:
        order.insert(goal, order.pop(axis))
    else:
        order[axis], order[goal] = goal, axis
    return order, shifted


def _goal(event: Applied, need: Need, rank: int) -> int:
    """The axis that the layer reads features or channels from."""
    from shapecheck.ops.spatial import Spatial

    if need.code == "SHP101" or type(event.op).__name__ == "ChannelsLast":
        return rank - 1
    op = inner(event.op)
    return rank - op.rank - 1 if isinstance(op, Spatial) else 1


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
