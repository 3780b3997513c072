"""Why a layer departs: the alteration with which the reference gives what the backend gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck import ops
from shapecheck.equivalence.alterations import Alteration, Site, alterations
from shapecheck.equivalence.measuring import measure
from shapecheck.model.substituting import substituted
from shapecheck.ops.rearrange import parse_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.backend import Array, Arrays
    from shapecheck.equivalence.situations import Situation
    from shapecheck.model.graph import Graph, Node


def likely_cause(
    reference: Any,
    graph: Graph,
    node: Node,
    weights: Arrays,
    seen: Situation,
    observed: Sequence[Array],
    *,
    epsilon: float,
    dtype: str,
) -> str:
    """What reproduces the observed results within the allowed error, in words; "" where nothing usual does."""
    start = f"{node.name}."
    own = {name.removeprefix(start): value for name, value in weights.items() if name.startswith(start)}
    site = Site(
        substituted(node.op, seen.case.sizes),
        own,
        seen.nodes[node.name].inputs,
        seen.training,
        _merged_before(graph, node, seen),
    )
    for suspected in alterations(site):
        if _reproduces(reference, suspected, observed, epsilon, dtype):
            return suspected.words
    return ""


def _reproduces(
    reference: Any, suspected: Alteration, observed: Sequence[Array], epsilon: float, dtype: str
) -> bool:
    import numpy as np

    try:
        with np.errstate(all="ignore"):
            found = reference.evaluate(
                suspected.op, suspected.weights, suspected.inputs, training=suspected.training
            )
    except (ValueError, IndexError, KeyError):
        return False  # what is suspected cannot even be computed with these shapes
    if len(found) != len(observed):
        return False
    for (value, allowance), actual in zip(found, observed, strict=True):
        if suspected.after is not None:
            value, allowance = suspected.after(value), suspected.after(allowance)
        if value.shape != actual.shape or not measure(actual, value, allowance, epsilon, dtype).ok:
            return False
    return True


def _merged_before(graph: Graph, node: Node, seen: Situation) -> tuple[int, ...]:
    """The sizes of the axes that the layer's features were merged from, where the layer before it did that."""
    before = next((other for other in graph.nodes if node.inputs[0] in other.outputs), None)
    if before is None:
        return ()
    shape = seen.nodes[before.name].inputs[0].shape
    op = before.op
    if isinstance(op, ops.Flatten) and op.end % len(shape) == len(shape) - 1:
        return tuple(shape[op.start % len(shape) :])
    if isinstance(op, ops.Rearrange):
        pattern = parse_pattern(op.pattern)
        alone = {group[0]: axis for axis, group in enumerate(pattern.left) if len(group) == 1}
        last = pattern.right[-1] if pattern.right else ()
        if len(pattern.left) == len(shape) and all(atom in alone for atom in last):
            return tuple(shape[alone[atom]] for atom in last)
    return ()


def transfer_cause(given: Array, got: Array) -> str:
    """What became of a weight that did not come back as it was set."""
    import numpy as np

    if got.shape != given.shape:
        return f"its shape is {got.shape}, not {given.shape}"
    if not got.any():
        return "it is zero"
    for axis in range(1, given.ndim):
        if got.shape == given.swapaxes(0, axis).shape and np.array_equal(got, given.swapaxes(0, axis)):
            return f"axes 0 and {axis} are exchanged"
    if np.array_equal(np.sort(got, axis=None), np.sort(given, axis=None)):
        return "its numbers are there in another order"
    if np.allclose(got, given, rtol=1e-2):
        return "its numbers were rounded"
    return ""
