"""Backends with a planted fault: each builds something else than the graph says, with all shapes right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from shapecheck.backend import Options, load
from shapecheck.model.graph import Graph


class Faulty:
    """A backend that changes weights after they are set, or the graph before it is built."""

    def __init__(
        self,
        name: str = "torch",
        *,
        weights: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]] = dict,
        op: Callable[[str, Any], Any] = lambda _, op: op,
        result: Callable[[str, np.ndarray], np.ndarray] = lambda _, value: value,
    ) -> None:
        self.inner: Any = load(name)
        self.name = name
        self.operators = self.inner.operators
        self._weights, self._op, self._result = weights, op, result
        self._taken: dict[str, np.ndarray] = {}

    def build(self, graph: Graph, options: Options) -> Any:
        changed = Graph()
        for name, pattern in graph.patterns.items():
            changed.input(pattern, name=name)
        for node in graph.nodes:
            changed.add(self._op(node.name, node.op), *node.inputs, name=node.name)
        return self.inner.build(changed.with_outputs(*graph.outputs), options)

    def set_weights(self, network: Any, weights: Mapping[str, np.ndarray]) -> None:
        self._taken = dict(weights)
        self.inner.set_weights(network, self._weights(dict(weights)))

    def get_weights(self, network: Any) -> dict[str, np.ndarray]:
        return dict(self._taken)  # the fault undoes itself on the way back, as a wrong recipe does

    def run(self, network: Any, inputs: Mapping[str, np.ndarray], *, training: bool = False) -> Any:
        graph = network.shapecheck_graph
        values = dict(inputs)
        for node in graph.nodes:
            given = [values[name] for name in node.inputs]
            values.update(
                zip(node.outputs, self.apply(network, node.name, given, training=training), strict=True)
            )
        return values

    def apply(
        self, network: Any, node: str, inputs: Sequence[np.ndarray], *, training: bool = False
    ) -> tuple[np.ndarray, ...]:
        found = self.inner.apply(network, node, inputs, training=training)
        return tuple(self._result(node, value) for value in found)

    def gradients(self, network: Any, inputs: Any, cotangents: Any) -> Any:
        return self.inner.gradients(network, inputs, cotangents)
