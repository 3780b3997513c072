"""The Keras backend: builds a graph as a functional keras.Model and runs it."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.backend import BackendError
from shapecheck.model.refusal import Unsupported
from shapecheck_keras.builders import BUILDERS, build, wanted_order
from shapecheck_keras.engine import as_array, checked_dtype, checked_layout, device_scope, gradients
from shapecheck_keras.network import Record, record_of
from shapecheck_keras.orders import Order, Placed, canonical
from shapecheck_keras.site import Plan, Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapecheck.algebra import Shape, Size
    from shapecheck.backend import Array, Arrays, Options
    from shapecheck.model.graph import Graph, Node
    from shapecheck.ops.base import Op


class KerasBackend:
    """See shapecheck.backend.Backend. The engine is the one that Keras has when it is first imported."""

    name = "keras"
    operators: frozenset[type[Op]] = frozenset(BUILDERS)

    def build(self, graph: Graph, options: Options) -> Any:
        """A functional keras.Model whose layers have the nodes' names.

        With `channels_last`, the default, maps have their channels at the end: `network.input_orders` and
        `output_orders` say of each input and output which canonical axis each of its axes is.
        """
        import keras

        dtype = checked_dtype(keras, options.dtype)
        layout = checked_layout(options.layout, dtype, keras.backend.backend())
        names = {*graph.inputs, *(node.name for node in graph.nodes)}
        last = layout == "channels_last"
        plan = Plan(keras, dtype=dtype, channels_last=last, names=names, build=build)
        sites = {}
        with device_scope(keras, options.device), _seeded(options.seed):
            for name, shape in graph.inputs.items():
                plan.placed[name] = _input(plan, graph, name, shape)
            for node in graph.nodes:
                site = Site(plan, node.name)
                _add(site, graph, node)
                sites[node.name] = site
            found = [plan.placed[reference].tensor for reference in graph.outputs]
            given = [plan.placed[name].tensor for name in graph.inputs]
            network = keras.Model(_one(given), _one(found), name="model")
        Record(keras, graph, options, plan.placed, sites).attach(network)
        return network

    def get_weights(self, network: Any) -> Arrays:
        """Weights and states in the neutral format."""
        record = record_of(network)
        variables = [variable for each in record.variables().values() for variable in each]
        return record.read({id(variable): as_array(record.keras, variable) for variable in variables})

    def set_weights(self, network: Any, weights: Mapping[str, Array]) -> None:
        """Take these weights; ValueError names one that is missing, unknown or of another shape."""
        record = record_of(network)
        expected = {**record.graph.weights(), **record.graph.states()}
        for name in weights:
            if name not in expected:
                raise ValueError(f"the model has no weight {name!r}")
        for name, shape in expected.items():
            if name not in weights:
                raise ValueError(f"the weight {name!r} is missing")
            if np.shape(weights[name]) != tuple(shape):
                raise ValueError(f"the weight {name!r} has the shape {shape}, not {np.shape(weights[name])}")
        with record.scope():
            record.write(weights)

    def run(self, network: Any, inputs: Mapping[str, Array], *, training: bool = False) -> Arrays:
        """The value of every reference. Running statistics stay as they are, in training too."""
        record = record_of(network)
        graph = record.graph
        _check_names(graph, inputs)
        computed = [reference for node in graph.nodes for reference in node.outputs]
        names = list(graph.inputs)
        record.sizes = graph.sizes({name: np.shape(inputs[name]) for name in names})
        with record.scope(), _kept(network if training else None):
            tensors = [record.entered(name, inputs[name]) for name in names]
            found = _listed(record.model(names, computed)(tensors, training=training)) if computed else []
            values = zip([*names, *computed], [*tensors, *found], strict=True)
            return {reference: record.left(reference, tensor) for reference, tensor in values}

    def apply(
        self, network: Any, node: str, inputs: Sequence[Array], *, training: bool = False
    ) -> tuple[Array, ...]:
        """What one node gives for inputs of its own."""
        record = record_of(network)
        layer = record.graph.node(node)
        given: dict[str, Array] = {}
        for reference, array in zip(layer.inputs, inputs, strict=True):
            if reference in given and not np.array_equal(given[reference], array, equal_nan=True):
                raise BackendError(f"{node!r} takes {reference!r} twice, and was given two values for it")
            given[reference] = array
        given = {**record.stand_ins(node), **given}
        with record.scope(), _kept(network if training else None):
            tensors = [record.entered(reference, array) for reference, array in given.items()]
            found = _listed(record.model(list(given), layer.outputs)(tensors, training=training))
            return tuple(
                record.left(reference, tensor) for reference, tensor in zip(layer.outputs, found, strict=True)
            )

    def gradients(
        self, network: Any, inputs: Mapping[str, Array], cotangents: Mapping[str, Array]
    ) -> tuple[Arrays, Arrays]:
        """The sum of outputs times cotangents, differentiated by the inputs and by the weights."""
        record = record_of(network)
        graph = record.graph
        _check_names(graph, inputs)
        names = list(graph.inputs)
        sources = [place for place, name in enumerate(names) if graph.dtypes[name] == "float"]
        trained = set(graph.weights())
        variables = [
            variable for name, each in record.variables().items() if name in trained for variable in each
        ]
        unique = list({id(variable): variable for variable in variables}.values())
        with record.scope():
            tensors = [record.entered(name, inputs[name]) for name in names]
            factors = [record.entered(reference, array) for reference, array in cotangents.items()]
            model = record.model(names, list(cotangents))
            by_inputs, by_weights = gradients(record.keras, model, tensors, sources, unique, factors)
        values = {
            id(variable): _dense(record, gradient, variable)
            for variable, gradient in zip(unique, by_weights, strict=True)
        }
        for each in record.variables().values():  # running statistics: nobody asks for these
            for variable in each:
                values.setdefault(id(variable), np.zeros(tuple(variable.shape)))
        weights = {name: array for name, array in record.read(values).items() if name in trained}
        chosen = zip([names[place] for place in sources], by_inputs, strict=True)
        return {
            name: record.left(name, gradient)
            if gradient is not None
            else np.zeros(np.shape(inputs[name]), dtype=np.float32)
            for name, gradient in chosen
        }, weights

    def observer(self) -> Any:
        """Watches models of the user's own, for `compare`."""
        from shapecheck_keras.observing import KerasObserver

        return KerasObserver()


def _input(plan: Plan, graph: Graph, name: str, shape: Shape) -> Placed:
    """An input, in the order that its first choosy consumer wants."""
    order = _wanted(plan, graph, name, set()) or canonical(len(shape))
    sizes = [shape[axis] if isinstance(shape[axis], int) else None for axis in order]
    dtype = plan.dtype if graph.dtypes[name] == "float" else "int32"
    return Placed(plan.keras.Input(batch_shape=sizes, dtype=dtype, name=name), order, shape)


def _wanted(plan: Plan, graph: Graph, reference: str, seen: set[str]) -> Order | None:
    rank = len(graph.shapes[reference])
    for node in graph.nodes:
        if reference not in node.inputs or node.name in seen:
            continue
        seen.add(node.name)
        try:
            order = wanted_order(Site(plan, node.name), node.op, rank, node.inputs.index(reference))
        except Unsupported:  # said again when the node is built, with its name
            return None
        if order is None and len(graph.shapes[node.outputs[0]]) == rank:
            order = _wanted(plan, graph, node.outputs[0], seen)
        if order is not None and order != canonical(rank):
            return order
    return None


def _add(site: Site, graph: Graph, node: Node) -> None:
    """Build a node; BackendError names it where Keras cannot."""
    placed = site.plan.placed
    place = f"keras cannot build the layer {node.name!r} ({node.op.label})"
    try:
        found = build(site, node.op, *(placed[reference] for reference in node.inputs))
    except Unsupported as error:
        raise BackendError(f"{place}: {error}") from None
    except (ValueError, TypeError, NotImplementedError) as error:  # Keras's own refusals
        raise BackendError(f"{place}: {str(error).strip().splitlines()[0]}") from error
    several = (found,) if isinstance(found, Placed) else found
    for reference, each in zip(node.outputs, several, strict=True):
        expected = [graph.shapes[reference][axis] for axis in each.order]
        for axis, (size, known) in enumerate(zip(each.tensor.shape, expected, strict=True)):
            if isinstance(size, int) and isinstance(known, int) and size != known:
                raise BackendError(
                    f"{place}: axis {each.order[axis]} of {reference!r} would have {size} cells, not {known}"
                )
        placed[reference] = _fixed(site, each, expected)


def _fixed(site: Site, x: Placed, expected: Sequence[Size]) -> Placed:
    """The tensor reshaped to sizes that the graph knows, from what it requires, and Keras does not."""
    sizes = [
        known if isinstance(known, int) else size
        for size, known in zip(x.tensor.shape, expected, strict=True)
    ][1:]
    if sizes == list(x.tensor.shape[1:]) or sizes.count(None) > 1:
        return x
    target = tuple(-1 if size is None else size for size in sizes)
    return x._replace(tensor=site.layer("Reshape", "sizes", target_shape=target)(x.tensor))


@contextmanager
def _seeded(seed: int | None) -> Iterator[None]:
    """Keras draws the seeds of initializers and dropouts from Python's generator, which is put back afterwards."""
    if seed is None:
        yield
        return
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)


@contextmanager
def _kept(network: Any) -> Iterator[None]:
    """Variables that training changes are put back; nothing to do for None."""
    state = [] if network is None else [(each, each.numpy()) for each in network.non_trainable_variables]
    try:
        yield
    finally:
        for variable, value in state:
            variable.assign(value)


def _check_names(graph: Graph, inputs: Mapping[str, Array]) -> None:
    if set(inputs) != set(graph.inputs):
        raise BackendError(
            f"the model's inputs are {', '.join(graph.inputs)}, given were {', '.join(inputs) or 'none'}"
        )


def _dense(record: Record, gradient: Any, variable: Any) -> Array:
    if gradient is None:
        return np.zeros(tuple(variable.shape), dtype=np.float32)
    return as_array(record.keras, gradient)


def _one(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors


def _listed(found: Any) -> list[Any]:
    return list(found) if isinstance(found, list | tuple) else [found]
