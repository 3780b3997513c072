"""What the reference says about one case: every value, and how far rounding may move it, by itself and in the whole."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck import ops
from shapecheck.equivalence.drawing import drawn_cotangents, drawn_inputs
from shapecheck.equivalence.rounding import rounded
from shapecheck.ops.norm import BatchNorm, ChannelNorm, InstanceNorm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.backend import Array, Arrays
    from shapecheck.equivalence.sizes import Case
    from shapecheck.model.graph import Graph

    Bounds = tuple[Array, Array]  # values and their allowance


class Local(NamedTuple):
    """One node by itself: the reference's own inputs, as the compared arithmetic holds them, and what comes of them."""

    inputs: tuple[Array, ...]
    results: tuple[Bounds, ...]


class Situation(NamedTuple):
    """A case in one mode: the inputs, every reference's value in the whole network, and every node by itself."""

    case: Case
    training: bool
    inputs: Arrays
    values: dict[str, Bounds]
    nodes: dict[str, Local]

    @property
    def mode(self) -> str:
        """The mode in a word."""
        return "training" if self.training else "evaluation"


class Slopes(NamedTuple):
    """The gradients of one case, of the outputs times the cotangents: by inputs and by weights, each with allowance."""

    case: Case
    inputs: Arrays
    cotangents: Arrays
    by_inputs: dict[str, Bounds]
    by_weights: dict[str, Bounds]


def situation(
    reference: Any, network: Any, case: Case, dtype: str, *, training: bool, inputs: Arrays | None = None
) -> Situation:
    """Run the reference on a case."""
    graph = network.shapecheck_graph
    given = drawn_inputs(graph, case.sizes, case.seed, dtype) if inputs is None else inputs
    values = reference.bounded_run(network, given, training=training)
    nodes = {}
    for node in graph.nodes:
        own = tuple(rounded(values[name][0], dtype) for name in node.inputs)
        nodes[node.name] = Local(own, reference.bounded_apply(network, node.name, own, training=training))
    return Situation(case, training, given, values, nodes)


def slopes(reference: Any, network: Any, seen: Situation, dtype: str, epsilon: float) -> Slopes:
    """Differentiate the reference in a situation of evaluation."""
    plain = {name: value for name, (value, _) in seen.values.items()}
    cotangents = drawn_cotangents(network.shapecheck_graph, plain, seen.case.seed, dtype)
    found = reference.bounded_gradients(network, seen.inputs, cotangents, grain=epsilon)
    return Slopes(seen.case, seen.inputs, cotangents, *found)


def innermost(op: Any) -> Any:
    """The operator that is applied at every step, or the operator itself."""
    return op.inner if isinstance(op, ops.TimeDistributed) else op


def random_in_training(graph: Graph) -> list[str]:
    """The nodes that draw random numbers in training."""
    return [
        node.name
        for node in graph.nodes
        if (isinstance(innermost(node.op), ops.Dropout) and innermost(node.op).rate != 0)
        or getattr(innermost(node.op), "dropout", 0.0)
    ]


def changes_in_training(graph: Graph) -> bool:
    """Whether some node computes something else in training."""
    return any(isinstance(innermost(node.op), ChannelNorm) for node in graph.nodes)


def lone_number(graph: Graph, sizes: Mapping[str, int], *, training: bool) -> str:
    """The first norm that would take the statistics of a single number, whose variance is 0; "" where none does."""
    for node in graph.nodes:
        shape = graph.shapes[node.inputs[0]].evaluate(sizes)
        op = innermost(node.op)
        if op is not node.op:
            shape = (shape[0] * shape[1], *shape[2:])
        if _numbers_together(op, shape, training=training) == 1:
            return node.name
    return ""


def _numbers_together(op: Any, shape: Sequence[int], *, training: bool) -> int:
    """How many numbers a norm takes the statistics of; frameworks refuse some of those that have one alone."""
    if isinstance(op, InstanceNorm):
        return prod(shape[-op.space :]) if training or not op.tracked else 0
    if isinstance(op, BatchNorm):
        return prod(shape) // shape[op.axis] if training or not op.tracked else 0
    return prod(shape) // int(str(op.groups)) if isinstance(op, ops.GroupNorm) else 0
