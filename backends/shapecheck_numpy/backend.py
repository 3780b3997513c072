"""The reference: every operator in float64 from its definition, with a bound of what rounding may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shapecheck.backend import BackendError

from .bounded import Bounded, derivatives, rounding_to
from .call import Call
from .network import Network
from .registry import FUNCTIONS, refuse, results

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.algebra import Shape
    from shapecheck.backend import Array, Arrays, Options
    from shapecheck.model.graph import Graph
    from shapecheck.ops.base import Op


class NumpyBackend:
    """Computes in float64 whatever `dtype` asks for, on the CPU, channels first."""

    name = "numpy"
    operators: frozenset[type[Op]] = frozenset(FUNCTIONS)

    def build(self, graph: Graph, options: Options) -> Network:
        """A callable with weights of its own; BackendError for what it cannot compute, naming the node."""
        if options.layout == "channels_last":
            raise BackendError("the numpy backend has its channels first, got layout 'channels_last'")
        if options.device != "cpu":
            raise BackendError(f"the numpy backend runs on the cpu, got device {options.device!r}")
        for node in graph.nodes:
            try:
                refuse(node.op, len(node.inputs))
            except BackendError as error:
                raise BackendError(f"{node.name!r}: {error}") from None
        trained = _numbers(graph.weights())
        generator = np.random.default_rng(options.seed)
        weights = {name: _first(name, shape, generator) for name, shape in trained.items()}
        for name, shape in _numbers(graph.states()).items():
            weights[name] = np.ones(shape) if name.endswith("variance") else np.zeros(shape)
        return Network(graph, weights, options.seed)

    def get_weights(self, network: Network) -> Arrays:
        """Copies of weights and running statistics."""
        return {name: value.copy() for name, value in network.weights.items()}

    def set_weights(self, network: Network, weights: Mapping[str, Array]) -> None:
        """Take these weights; ValueError names one that is missing, unknown or of another shape."""
        for name, own in network.weights.items():
            if name not in weights:
                raise ValueError(f"the weight {name!r} is missing")
            if np.shape(weights[name]) != own.shape:
                raise ValueError(f"the weight {name!r} has shape {own.shape}, got {np.shape(weights[name])}")
        for name in weights:
            if name not in network.weights:
                raise ValueError(f"the model has no weight {name!r}")
        network.weights = {name: np.array(weights[name], dtype=np.float64) for name in network.weights}

    def run(self, network: Network, inputs: Mapping[str, Array], *, training: bool = False) -> Arrays:
        """The value of every reference. Running statistics stay; calling the network in training moves them on."""
        return {
            name: value for name, (value, _) in self.bounded_run(network, inputs, training=training).items()
        }

    def apply(
        self, network: Network, node: str, inputs: Sequence[Array], *, training: bool = False
    ) -> tuple[Array, ...]:
        """What one node gives for inputs of its own. Running statistics stay."""
        return tuple(array.value for array in network.one(node, inputs, training=training))

    def gradients(
        self, network: Network, inputs: Mapping[str, Array], cotangents: Mapping[str, Array]
    ) -> tuple[Arrays, Arrays]:
        """The sum of outputs times cotangents, differentiated by the float inputs and by the weights."""
        by_inputs, by_weights = self.bounded_gradients(network, inputs, cotangents, grain=0.0)
        return (
            {name: value for name, (value, _) in by_inputs.items()},
            {name: value for name, (value, _) in by_weights.items()},
        )

    # What follows is more than the protocol asks: it makes this backend the one that decides.

    def allowance(
        self,
        op: Op,
        weights: Mapping[str, Array],
        inputs: Sequence[Array],
        outputs: Sequence[Array] = (),
        *,
        training: bool = False,
    ) -> tuple[Array, ...]:
        """How far rounding may move each element of what `op` gives, in units of ε: see `bounded`.

        An implementation that rounds each elementary operation to a relative ε errs by at most ε·allowance.
        `weights` are the operator's own, without the node's name; `outputs` are not needed.
        """
        return tuple(allowed for _, allowed in self.evaluate(op, weights, inputs, training=training))

    def evaluate(
        self, op: Op, weights: Mapping[str, Array], inputs: Sequence[Array], *, training: bool = False
    ) -> tuple[tuple[Array, Array], ...]:
        """What an operator with numbers in all its attributes gives, and the allowance of each result."""
        arrays = {name: Bounded(value) for name, value in weights.items()}
        call = Call(op, arrays, [Bounded(x) for x in inputs], training=training)
        return tuple((array.value, np.array(array.spread)) for array in results(call))

    def bounded_apply(
        self, network: Network, node: str, inputs: Sequence[Array], *, training: bool = False
    ) -> tuple[tuple[Array, Array], ...]:
        """`apply`, each result with its allowance."""
        found = network.one(node, inputs, training=training)
        return tuple((array.value, np.array(array.spread)) for array in found)

    def bounded_run(
        self, network: Network, inputs: Mapping[str, Array], *, training: bool = False
    ) -> dict[str, tuple[Array, Array]]:
        """`run`, each value with the allowance of all that was computed up to it."""
        kept = dict(network.weights)
        found = network.walk(inputs, training=training)
        network.weights = kept
        return {name: (array.value, np.array(array.spread)) for name, array in found.items()}

    def bounded_gradients(
        self,
        network: Network,
        inputs: Mapping[str, Array],
        cotangents: Mapping[str, Array],
        *,
        grain: float,
    ) -> tuple[dict[str, tuple[Array, Array]], dict[str, tuple[Array, Array]]]:
        """`gradients`, each with its allowance for an arithmetic of ε = `grain`.

        Where rounding could carry a value over a kink (of relu, of a largest element), both slopes are allowed.
        """
        graph = network.shapecheck_graph
        floats = {name: Bounded(x, watched=graph.dtypes[name] == "float") for name, x in inputs.items()}
        weights = network.watched()
        with rounding_to(grain):
            found = derivatives(network.walk(floats, weights=weights), cotangents)

        def slope(array: Bounded) -> tuple[Array, Array]:
            own = found.get(array.number)
            zeros = np.zeros(array.shape)
            return (zeros, zeros) if own is None else (own.value, np.array(own.spread))

        return (
            {name: slope(array) for name, array in floats.items() if array.watched},
            {name: slope(array) for name, array in weights.items() if array.watched},
        )

    def directional(
        self,
        network: Network,
        inputs: Mapping[str, Array],
        cotangents: Mapping[str, Array],
        direction: Mapping[str, Array],
        *,
        step: float = 1e-6,
    ) -> float:
        """How the sum of outputs times cotangents changes in a direction of inputs and weights, by central differences.

        `direction` names inputs and weights; it shares nothing with `gradients` but the values of the outputs.
        """
        kept = network.weights

        def at(distance: float) -> float:
            network.weights = {
                name: value + distance * direction.get(name, 0.0) for name, value in kept.items()
            }
            moved = {name: x + distance * direction.get(name, 0.0) for name, x in inputs.items()}
            values = self.run(network, moved)
            return float(sum(np.sum(values[name] * by) for name, by in cotangents.items()))

        try:
            return (at(step) - at(-step)) / (2 * step)
        finally:
            network.weights = kept


def _numbers(shapes: Mapping[str, Shape]) -> dict[str, tuple[int, ...]]:
    return {name: shape.evaluate({}) for name, shape in shapes.items()}


def _first(name: str, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """First weights: scales 1, all others uniform within 1/√(what one output sums)."""
    if name.endswith(".scale"):
        return np.ones(shape)
    limit = 1 / np.sqrt(max(int(np.prod(shape[1:])), 1))
    return generator.uniform(-limit, limit, shape)


backend = NumpyBackend()
