"""The backend: builds torch modules, moves weights in and out, runs them and differentiates them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from shapecheck.backend import BackendError
from shapecheck_torch.arrays import to_array, to_tensor
from shapecheck_torch.builders import OPERATORS, slots
from shapecheck_torch.convolution import channels_last_weights
from shapecheck_torch.network import Network, flat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapecheck.backend import Array, Arrays, Options
    from shapecheck.model.graph import Graph
    from shapecheck.ops.base import Op

DTYPES = {
    "float32": torch.float32,
    "float64": torch.float64,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
LAYOUTS = (None, "channels_first", "channels_last")


class TorchBackend:
    """Graphs as torch.nn.Modules.

    Tensors keep the canonical layout, channels first. The layout "channels_last" changes how the kernels lie in
    memory (torch.channels_last), never a shape.
    """

    name = "torch"
    operators: frozenset[type[Op]] = OPERATORS

    def build(self, graph: Graph, options: Options) -> Network:
        """A module in training mode, as torch makes them; BackendError says what torch cannot do."""
        dtype = DTYPES.get(options.dtype)
        if dtype is None:
            raise BackendError(f"torch is built in {', '.join(DTYPES)}, not in {options.dtype!r}")
        if options.layout not in LAYOUTS:
            raise BackendError(f"the layout is 'channels_first' or 'channels_last', got {options.layout!r}")
        device = usable_device(options.device)
        # Layers draw their first weights on the CPU: a seed gives the same ones on every device.
        with torch.random.fork_rng(devices=[], enabled=options.seed is not None):
            if options.seed is not None:
                torch.default_generator.manual_seed(options.seed)
            network = Network(graph)
        network.shapecheck_dtype = dtype
        network.to(device=device, dtype=dtype)
        if options.layout == "channels_last":
            channels_last_weights(network)
        return network

    def get_weights(self, network: Network) -> Arrays:
        """Weights, then states, in the neutral format: torch's two biases of an LSTM or RNN as their sum."""
        held = _slots(network, _tensors(network))
        graph = network.shapecheck_graph
        return {name: to_array(_sum(held[name])) for name in (*graph.weights(), *graph.states())}

    def set_weights(self, network: Network, weights: Mapping[str, Array]) -> None:
        """Take these weights; where torch has two biases for one, the second becomes 0."""
        graph = network.shapecheck_graph
        expected = {**graph.weights(), **graph.states()}
        refuse_other_weights(expected, weights)
        held = _slots(network, _tensors(network))
        with torch.no_grad():
            for name, (first, *others) in held.items():
                first.copy_(torch.as_tensor(weights[name]))
                for other in others:
                    other.zero_()

    def run(self, network: Network, inputs: Mapping[str, Array], *, training: bool = False) -> Arrays:
        """The value of every reference. The network is left as it was found, running statistics included."""
        with as_found(network, training=training), torch.no_grad():
            values = network.given((), tensors_of(network, inputs))
            return {name: to_array(value) for name, value in network.references(values).items()}

    def apply(
        self, network: Network, node: str, inputs: Sequence[Array], *, training: bool = False
    ) -> tuple[Array, ...]:
        """What one layer gives for inputs of its own. Symbolic sizes that it asks for are those of the last run."""
        graph = network.shapecheck_graph
        kinds = [graph.dtypes[reference] for reference in graph.node(node).inputs]
        like = _like(network)
        with as_found(network, training=training), torch.no_grad():
            given = [to_tensor(array, like, kind) for array, kind in zip(inputs, kinds, strict=True)]
            return tuple(to_array(value) for value in flat(network.call_node(node, given)))

    def gradients(
        self, network: Network, inputs: Mapping[str, Array], cotangents: Mapping[str, Array]
    ) -> tuple[Arrays, Arrays]:
        """Outputs times cotangents, summed, differentiated by the float inputs and by the trainable weights."""
        given = tensors_of(network, inputs)
        leaves = {
            name: tensor.requires_grad_() for name, tensor in given.items() if tensor.is_floating_point()
        }
        parameters = {
            name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad
        }
        # cuDNN differentiates a recurrence in training mode only, where dropout would be on.
        with as_found(network, training=False), torch.backends.cudnn.flags(enabled=False):
            values = network.references(network.given((), given))
            outputs = [values[name] for name in cotangents]
            seeds = [to_tensor(array, _like(network), "float") for array in cotangents.values()]
            wanted = [*leaves.values(), *parameters.values()]
            found = torch.autograd.grad(outputs, wanted, seeds, allow_unused=True)
        slopes = [
            torch.zeros_like(tensor) if slope is None else slope
            for tensor, slope in zip(wanted, found, strict=True)
        ]
        by_input = {name: to_array(slope) for name, slope in zip(leaves, slopes, strict=False)}
        by_parameter = dict(zip(parameters, slopes[len(leaves) :], strict=True))
        # A weight that is a sum in torch has the derivative of either part.
        held = _slots(network, by_parameter)
        return by_input, {name: to_array(held[name][0]) for name in network.shapecheck_graph.weights()}

    def observer(self) -> Any:
        """Watches modules of the user's own, for `compare`."""
        from shapecheck_torch.observing import TorchObserver

        return TorchObserver()


def usable_device(name: str) -> torch.device:
    """The device of this name; BackendError where torch cannot use it."""
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise BackendError(f"torch cannot use the device {name!r}: {reason}") from None
    return device


def refuse_other_weights(expected: Mapping[str, Any], weights: Mapping[str, Array]) -> None:
    """ValueError names the weight that is missing, unknown or misshapen."""
    for name, shape in expected.items():
        if name not in weights:
            raise ValueError(f"the weight {name!r} of shape {shape} is missing")
        if tuple(weights[name].shape) != tuple(shape):
            raise ValueError(f"the weight {name!r} has the shape {shape}, got {tuple(weights[name].shape)}")
    for name in weights:
        if name not in expected:
            raise ValueError(f"the model has no weight {name!r}")


def tensors_of(network: Network, inputs: Mapping[str, Array]) -> dict[str, Tensor]:
    """The inputs with the network's dtype and device."""
    kinds = network.shapecheck_graph.dtypes
    like = _like(network)
    return {name: to_tensor(array, like, kinds.get(name, "float")) for name, array in inputs.items()}


def _like(network: Network) -> Tensor:
    """A tensor with dtype and device of the network's weights."""
    floats = (parameter for parameter in network.parameters() if parameter.is_floating_point())
    return next(floats, torch.empty(0, dtype=network.shapecheck_dtype))


@contextmanager
def as_found(network: Network, *, training: bool) -> Iterator[None]:
    """The network in training or evaluation mode for a while; mode and running statistics are put back."""
    modes = {module: module.training for module in network.modules()}
    kept = {name: buffer.clone() for name, buffer in network.named_buffers()}
    network.train(training)
    try:
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode
        for name, buffer in network.named_buffers():
            buffer.copy_(kept[name])


def _tensors(network: Network) -> dict[str, Tensor]:
    return {**dict(network.named_parameters()), **dict(network.named_buffers())}


def _slots(network: Network, tensors: Mapping[str, Tensor]) -> dict[str, tuple[Tensor, ...]]:
    """The tensors behind every neutral weight of the network."""
    found: dict[str, tuple[Tensor, ...]] = {}
    graph = network.shapecheck_graph
    known = {**graph.weights(), **graph.states()}
    for node in graph.nodes:
        start = f"{node.name}."
        own = {name.removeprefix(start): tensor for name, tensor in tensors.items() if name.startswith(start)}
        for name, held in slots(node.op, own).items():
            if start + name in known:
                found[start + name] = held
    return found


def _sum(parts: Sequence[Tensor]) -> Tensor:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
