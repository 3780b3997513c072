"""What the backend remembers of a model that it built: where each tensor of the graph is, and each weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.backend import BackendError
from shapecheck_keras.engine import as_array, device_scope
from shapecheck_keras.orders import Order, inverse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.backend import Array, Options
    from shapecheck.model.graph import Graph
    from shapecheck_keras.orders import Placed
    from shapecheck_keras.site import Site


class Record:
    """The graph of a model, its tensors by reference, and what each layer holds."""

    def __init__(
        self,
        keras: Any,
        graph: Graph,
        options: Options,
        placed: dict[str, Placed],
        sites: dict[str, Site],
    ) -> None:
        self.keras = keras
        self.graph = graph
        self.options = options
        self.placed = placed
        self.held = {name: site.held for name, site in sites.items()}
        self.measured = {name: site.measured for name, site in sites.items()}
        self.sizes: dict[str, int] | None = None  # those of the symbols in the last run
        self._models: dict[tuple[str, ...], Any] = {}

    def attach(self, network: Any) -> None:
        """Hang the record on the model, past Keras's own bookkeeping of layers, so that it is not saved."""
        graph = self.graph
        orders: dict[str, Order] = {name: self.placed[name].order for name in self.placed}
        for name, value in (
            ("shapecheck_record", self),
            ("shapecheck_graph", graph),
            ("input_orders", {name: orders[name] for name in graph.inputs}),
            ("output_orders", {name: orders[name] for name in graph.outputs}),
        ):
            object.__setattr__(network, name, value)

    def scope(self) -> Any:
        """Where the model computes."""
        return device_scope(self.keras, self.options.device)

    def entered(self, reference: str, array: Array) -> Any:
        """An array in canonical order as a tensor in native order."""
        placed = self.placed[reference]
        array = np.asarray(array)
        if array.ndim != len(placed.order):
            raise BackendError(
                f"{reference!r} has {len(placed.order)} axes, {placed.shape}, but the array {array.shape}"
            )
        native = np.ascontiguousarray(array.transpose(placed.order))
        return self.keras.ops.convert_to_tensor(native, dtype=placed.tensor.dtype)

    def left(self, reference: str, tensor: Any) -> Array:
        """A tensor in native order as an array in canonical order."""
        return as_array(self.keras, tensor).transpose(inverse(self.placed[reference].order))

    def stand_ins(self, node: str) -> dict[str, Array]:
        """Zeros for the tensors that a node reads for their sizes: those of the last run."""
        if self.measured[node] and self.sizes is None:
            raise BackendError(
                f"{node!r} depends on sizes that no input of its own has: run the model before it"
            )
        return {
            reference: np.zeros(self.placed[reference].shape.evaluate(self.sizes or {}))
            for reference in self.measured[node]
        }

    def model(self, inputs: Sequence[str], outputs: Sequence[str]) -> Any:
        """A model from some tensors of the graph to others, of the same layers."""
        key = (*inputs, "", *outputs)
        if key not in self._models:
            given = [self.placed[reference].tensor for reference in inputs]
            found = [self.placed[reference].tensor for reference in outputs]
            # Keras rewires an input that it finds beside other tensors, and could not save the whole model then.
            histories = [tensor._keras_history for tensor in given]
            self._models[key] = self.keras.Model(given, found)
            for tensor, history in zip(given, histories, strict=True):
                tensor._keras_history = history
        return self._models[key]

    def variables(self) -> dict[str, list[Any]]:
        """The Keras variables behind every neutral weight."""
        return {
            f"{node}.{name}": list(held.variables)
            for node, each in self.held.items()
            for held in each
            for name in held.names
        }

    def read(self, values: Mapping[int, Array]) -> dict[str, Array]:
        """Neutral arrays from those of the variables, by `id`: the weights, or derivatives by them."""
        found = {}
        for node, each in self.held.items():
            for held in each:
                arrays = held.unpack(*(values[id(variable)] for variable in held.variables))
                for name, array in zip(held.names, arrays, strict=True):
                    found[f"{node}.{name}"] = np.ascontiguousarray(array)
        return found

    def write(self, weights: Mapping[str, Array]) -> None:
        """Neutral arrays into the variables."""
        for node, each in self.held.items():
            for held in each:
                arrays = held.pack(*(np.asarray(weights[f"{node}.{name}"]) for name in held.names))
                for variable, array in zip(held.variables, arrays, strict=True):
                    variable.assign(array)


def record_of(network: Any) -> Record:
    """The record of a model; BackendError for one that this backend did not build."""
    found = getattr(network, "__dict__", {}).get("shapecheck_record")
    if not isinstance(found, Record):
        raise BackendError(
            "this model was not built by shapecheck: weights and nodes are known of those only"
        )
    return found
