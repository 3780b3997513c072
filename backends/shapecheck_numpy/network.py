"""A model in numpy: a graph, its weights, and the ways to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.algebra import Pattern, SizeAxis, free_symbols
from shapecheck.backend import BackendError
from shapecheck.model.substituting import substituted
from shapecheck.ops.norm import ChannelNorm

from .bounded import Bounded
from .call import Call
from .norms import running
from .registry import results

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.algebra import Shape
    from shapecheck.backend import Array, Arrays
    from shapecheck.model.graph import Graph, Node


class Network:
    """Called with arrays in the order of the graph's inputs, or a dict of them by name; gives float64 arrays.

    One output comes out as an array, several as a tuple. `weights` holds weights and running statistics by name.
    """

    def __init__(self, graph: Graph, weights: Arrays, seed: int | None) -> None:
        self.shapecheck_graph = graph
        self.weights = weights
        self.generator = np.random.default_rng(seed)
        self._last_sizes: dict[str, int] = {}

    def __call__(self, *inputs: Any, training: bool = False) -> Any:
        names = list(self.shapecheck_graph.inputs)
        given = inputs[0] if len(inputs) == 1 and isinstance(inputs[0], dict) else None
        if given is None:
            if len(inputs) != len(names):
                raise TypeError(f"the model takes {len(names)} inputs, {', '.join(names)}: got {len(inputs)}")
            given = dict(zip(names, inputs, strict=True))
        values = self.walk({name: np.asarray(x) for name, x in given.items()}, training=training)
        found = tuple(values[output].value for output in self.shapecheck_graph.outputs)
        return found if len(found) > 1 else found[0]

    def watched(self) -> dict[str, Bounded]:
        """The trainable weights as arrays that derivatives are taken by, and the states beside them."""
        trained = self.shapecheck_graph.weights()
        return {name: Bounded(value, watched=name in trained) for name, value in self.weights.items()}

    def walk(
        self,
        inputs: Mapping[str, Any],
        *,
        training: bool = False,
        weights: Mapping[str, Bounded] | None = None,
    ) -> dict[str, Bounded]:
        """Every reference's array. In training the running statistics move on."""
        graph = self.shapecheck_graph
        values = {name: x if isinstance(x, Bounded) else Bounded(np.asarray(x)) for name, x in inputs.items()}
        sizes = graph.sizes({name: values[name].shape for name in values})
        self._last_sizes = sizes
        every = weights or {name: Bounded(value) for name, value in self.weights.items()}
        for node in graph.nodes:
            op = substituted(node.op, sizes)
            call = self.call(node, op, [values[name] for name in node.inputs], every, training=training)
            values.update(zip(node.outputs, results(call), strict=True))
            if training:
                self._move_on(node, call)
        return values

    def call(
        self,
        node: Node,
        op: Any,
        inputs: Sequence[Bounded],
        weights: Mapping[str, Bounded],
        *,
        training: bool,
    ) -> Call:
        """The application of one node's operator."""
        start = f"{node.name}."
        own = {name[len(start) :]: value for name, value in weights.items() if name.startswith(start)}
        return Call(op, own, inputs, training=training, generator=self.generator)

    def one(self, name: str, inputs: Sequence[Array], *, training: bool) -> tuple[Bounded, ...]:
        """What one node gives for inputs of its own. Symbols that their shapes do not tell are as in the last run."""
        node = self.shapecheck_graph.node(name)
        shapes = self.shapecheck_graph.arguments(node)
        told = bound_sizes(shapes, [x.shape for x in inputs], node)
        op = substituted(node.op, {**self._last_sizes, **told})
        weights = {key: Bounded(value) for key, value in self.weights.items()}
        arrays = [Bounded(x) for x in inputs]
        return results(self.call(node, op, arrays, weights, training=training))

    def _move_on(self, node: Node, call: Call) -> None:
        folded = getattr(call.op, "inner", None)
        norm = call.op if folded is None else folded
        if not isinstance(norm, ChannelNorm) or not norm.tracked:
            return
        x = call.x.value
        if folded is not None:
            x = x.reshape(x.shape[0] * x.shape[1], *x.shape[2:])
        for name, value in running(call.of(norm, Bounded(x))).items():
            self.weights[f"{node.name}.{name}"] = value


def bound_sizes(declared: Sequence[Shape], given: Sequence[tuple[int, ...]], node: Node) -> dict[str, int]:
    """The symbols' numbers, from the shapes that go into a node."""
    binding = None
    for shape, sizes in zip(declared, given, strict=True):
        if any(free_symbols(size) for size in shape):
            binding = Pattern([SizeAxis(size) for size in shape]).bind(sizes, binding, label=node.name)
            if binding.failures:
                raise BackendError(f"{node.name!r} expects {shape}, got {sizes}: {binding.failures[0]}")
    if binding is None:
        return {}
    return {name: size for name, size in binding.sizes().items() if isinstance(size, int)}
