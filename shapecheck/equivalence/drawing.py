"""Weights and inputs to compare models with: every tensor matters, activations stay near 1, nothing is special.

Equal outputs prove little where the output hardly depends on a weight. So kernels are as large as keeps the size of
what flows through them, each layer's result is scaled to a deviation of 1 on a first input, biases, scales and shifts
are far from their neutral values 0 and 1, and running statistics far from those of any batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck import ops
from shapecheck.equivalence.rounding import rounded
from shapecheck.model.vocabulary import MOVERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from shapecheck.backend import Array, Arrays
    from shapecheck.model.graph import Graph
    from shapecheck.ops.base import Op

# The deviation of a layer's result outside of which its kernel is scaled, and the smallest that can be scaled up.
NEAR_ONE = (0.5, 2.0)
LEAST = 1e-6
# States are smaller than 1: so much larger are the kernels that read them.
RECURRENT = 2.0
# What the rows of an embedding can be when no embedding says it.
INDICES = 7


def drawn_weights(graph: Graph, seed: int, dtype: str) -> Arrays:
    """Weights and states by name, in numbers that the arithmetic holds."""
    import numpy as np

    generator = np.random.default_rng((seed, 1))
    found = {}
    for name, shape in {**graph.weights(), **graph.states()}.items():
        sizes = shape.evaluate({})
        found[name] = rounded(_drawn(name.rpartition(".")[2], name, sizes, generator), dtype)
    return found


def _drawn(last: str, name: str, sizes: tuple[int, ...], generator: Generator) -> Array:
    import numpy as np

    if last in ("scale", "variance"):
        return generator.uniform(0.5, 1.5, sizes)
    if last == "slope":
        return generator.uniform(0.1, 0.5, sizes)
    found: Array
    if len(sizes) < 2 or "bias" in name.split(".", 1)[1]:
        # Away from 0 on both sides, so that a bias, shift or mean that is forgotten shows in every unit.
        found = generator.uniform(0.2, 0.8, sizes) * generator.choice([-1.0, 1.0], sizes)
        return found
    terms = 1 if last == "table" else int(np.prod(sizes[1:]))
    found = generator.normal(size=sizes) / np.sqrt(terms) * (RECURRENT if "recurrent" in name else 1)
    return found


def levelled(reference: Any, network: Any, weights: Arrays, inputs: Arrays, dtype: str) -> Arrays:
    """The weights with kernels scaled so that each layer's result deviates by about 1 on these inputs.

    The network of the reference is given the new weights.
    """
    graph = network.shapecheck_graph
    weights = dict(weights)
    reference.set_weights(network, weights)
    reference.run(network, inputs)  # sizes that a node's own inputs do not tell are those of the last run
    values = dict(inputs)
    for node in graph.nodes:
        given = [values[name] for name in node.inputs]
        if changed := _eased(node.name, weights, given[0], dtype):
            weights.update(changed)
            reference.set_weights(network, weights)
        results = reference.apply(network, node.name, given)
        kernel = _last_kernel(node.name, weights)
        deviation = float(results[0].std()) if kernel else 1.0
        if kernel and deviation > LEAST and not NEAR_ONE[0] <= deviation <= NEAR_ONE[1]:
            weights[kernel] = rounded(weights[kernel] / deviation, dtype)
            reference.set_weights(network, weights)
            results = reference.apply(network, node.name, given)
        values.update(zip(node.outputs, results, strict=True))
    return weights


def _eased(node: str, weights: Mapping[str, Array], x: Array, dtype: str) -> Arrays:
    """The first input kernels of a recurrence, so that inputs and states weigh alike in its gates."""
    size = float((x**2).mean()) ** 0.5
    if not size > LEAST:
        return {}
    names = (f"{node}.input", f"{node}.input.0", f"{node}.input.0.reverse")
    return {name: rounded(weights[name] / (4 * size), dtype) for name in names if name in weights}


def _last_kernel(node: str, weights: Mapping[str, Array]) -> str | None:
    """The kernel that scales a layer's result as a whole: none where gates squash it."""
    return next((name for name in (f"{node}.pointwise", f"{node}.kernel") if name in weights), None)


def drawn_inputs(graph: Graph, sizes: Mapping[str, int], seed: int, dtype: str) -> Arrays:
    """Normal numbers, or for whole-numbered inputs the rows of the embedding that they go to."""
    import numpy as np

    generator = np.random.default_rng((seed, 2, *sizes.values()))
    found: Arrays = {}
    for name, shape in graph.inputs.items():
        lengths = shape.evaluate(sizes)
        if graph.dtypes[name] == "int":
            found[name] = generator.integers(0, _rows_behind(graph, name), lengths)
        else:
            found[name] = rounded(generator.normal(size=lengths), dtype)
    return found


def _rows_behind(graph: Graph, name: str) -> int:
    """The rows of the smallest embedding that an input reaches unchanged."""
    reached, rows = {name}, []
    for node in graph.nodes:
        if reached.isdisjoint(node.inputs):
            continue
        op = _innermost(node.op)
        if isinstance(op, ops.Embedding):
            rows.append(int(str(op.count)))
        elif isinstance(op, MOVERS):
            reached.update(node.outputs)
    return min(rows, default=INDICES)


def _innermost(op: Op) -> Op:
    inner = op.__dict__.get("inner")
    return op if inner is None else _innermost(inner)


def drawn_cotangents(graph: Graph, values: Mapping[str, Array], seed: int, dtype: str) -> Arrays:
    """Numbers to weigh the outputs with, for their gradients."""
    import numpy as np

    generator = np.random.default_rng((seed, 3))
    return {
        name: rounded(generator.normal(size=values[name].shape), dtype)
        for name in graph.outputs
        if graph.dtypes[name] == "float"
    }
