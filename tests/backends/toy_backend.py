"""A whole backend for three operators: plain functions on numpy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapecheck import ops
from shapecheck.backend import BackendError


def linear(op: Any, weights: dict[str, Any], x: Any) -> Any:
    y = x @ weights["kernel"].T
    return y + weights["bias"] if op.bias else y


def activation(op: Any, weights: dict[str, Any], x: Any) -> Any:
    return {"relu": lambda: np.maximum(x, 0), "tanh": lambda: np.tanh(x)}[op.name]()


def elementwise(op: Any, weights: dict[str, Any], *inputs: Any) -> Any:
    return sum(inputs) if op.name == "add" else np.prod(np.broadcast_arrays(*inputs), axis=0)


FUNCTIONS = {ops.Linear: linear, ops.Activation: activation, ops.Elementwise: elementwise}


class Network:
    """A graph with its weights; called with the inputs in order."""

    def __init__(self, graph: Any, seed: int | None) -> None:
        self.graph = graph
        rng = np.random.default_rng(seed)
        self.weights = {name: rng.normal(size=shape) for name, shape in graph.weights().items()}

    def __call__(self, *inputs: Any) -> Any:
        found = Toy().run(self, dict(zip(self.graph.inputs, inputs, strict=True)))
        return found[self.graph.outputs[0]]


class Toy:
    """The backend."""

    name = "toy"
    operators = frozenset(FUNCTIONS)

    def build(self, graph: Any, options: Any) -> Network:
        for node in graph.nodes:
            if type(node.op) not in FUNCTIONS:
                raise BackendError(f"toy cannot build {node.name}: it does not know {node.op.label}")
        return Network(graph, options.seed)

    def get_weights(self, network: Network) -> dict[str, Any]:
        return dict(network.weights)

    def set_weights(self, network: Network, weights: dict[str, Any]) -> None:
        if {name: w.shape for name, w in weights.items()} != {n: w.shape for n, w in network.weights.items()}:
            raise ValueError("these are not the weights of the model")
        network.weights = dict(weights)

    def run(self, network: Network, inputs: dict[str, Any], *, training: bool = False) -> dict[str, Any]:
        values = dict(inputs)
        for node in network.graph.nodes:
            given = [values[reference] for reference in node.inputs]
            (values[node.outputs[0]],) = self.apply(network, node.name, given)
        return values

    def apply(self, network: Network, node: str, inputs: Any, *, training: bool = False) -> tuple[Any, ...]:
        start, op = f"{node}.", network.graph.node(node).op
        own = {name.removeprefix(start): w for name, w in network.weights.items() if name.startswith(start)}
        return (FUNCTIONS[type(op)](op, own, *inputs),)


backend = Toy()
