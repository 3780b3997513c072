"""Watching a torch module of the user's own: forward hooks on every layer whose operator is known."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from shapecheck.algebra import Shape
from shapecheck.equivalence.compare_trace import LayerCall, Trace, operator_spelled
from shapecheck.ops.activation import Activation
from shapecheck.ops.convlstm import ConvLSTM
from shapecheck.ops.linear import Linear
from shapecheck.ops.norm import LayerNorm
from shapecheck.ops.recurrent import Recurrent
from shapecheck.ops.wrappers import TimeDistributed
from shapecheck_torch.arrays import to_array
from shapecheck_torch.builders import OPERATORS, slots
from shapecheck_torch.network import Network
from shapecheck_torch.time_distributed import TimeDistributed as StepByStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapecheck.backend import Array, Arrays
    from shapecheck.ops.base import Op

# Layers that do the same at every position: where sequences have their steps first, theirs have too.
EACH_POSITION = (Linear, LayerNorm, Activation)


class TorchObserver:
    """Runs any torch.nn.Module and tells of its layers; weights go in and out in the neutral format."""

    name = "torch"

    def orders(self, model: nn.Module, index: int, shape: tuple[int, ...]) -> Sequence[tuple[int, ...]]:
        """torch has its channels second, as the patterns do."""
        return [tuple(range(len(shape)))]

    def trace(self, model: nn.Module, inputs: Sequence[Array]) -> Trace:
        """Run the model in evaluation mode; its modes, buffers and hooks are left as they were."""
        layers = known_layers(model)
        watch = Watch()
        handles = [handle for name, (layer, op) in layers.items() for handle in watch.hooks(name, layer, op)]
        like = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
        given = [_tensor(array, like) for array in inputs]
        try:
            with evaluated(model), torch.no_grad():
                found = model(*given)
        finally:
            for handle in handles:
                handle.remove()
        outputs = tuple(to_array(tensor) for tensor in _tensors(found))
        held = {id(p) for layer, _ in layers.values() for p in layer.parameters()}
        loose = tuple(name for name, parameter in model.named_parameters() if id(parameter) not in held)
        return Trace(outputs, tuple(watch.calls), loose)

    def weights(self, call: LayerCall) -> Arrays:
        """The layer's weights and states in the neutral format; none where its kind is not known."""
        with torch.no_grad():
            held = self._held(call)
            return {name: to_array(torch.stack(list(parts)).sum(0)) for name, parts in held.items()}

    def set_weights(self, call: LayerCall, weights: Mapping[str, Array]) -> None:
        """Take these weights; where torch has two biases for one, the second becomes 0."""
        held = self._held(call)
        with torch.no_grad():
            for name, array in weights.items():
                first, *others = held[name]
                first.copy_(torch.as_tensor(np.ascontiguousarray(array)))
                for other in others:
                    other.zero_()

    def load_weights(self, model: nn.Module, path: str) -> None:
        """A state dict from safetensors, or from a file of torch's that holds tensors alone: nothing is unpickled."""
        if path.endswith(".safetensors"):
            from safetensors.torch import load_file

            model.load_state_dict(load_file(path))
        else:
            model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))

    def _held(self, call: LayerCall) -> dict[str, tuple[Tensor, ...]]:
        layer: nn.Module = call.layer
        tensors = {**dict(layer.named_parameters()), **dict(layer.named_buffers())}
        known = _weight_names(call)
        return {name: parts for name, parts in slots(call.op, tensors).items() if name in known}


def _weight_names(call: LayerCall) -> set[str]:
    shapes = [Shape(*array.shape) for array in call.inputs]
    return {*call.op.weights(*shapes), *call.op.states(*shapes)} if shapes else set()


def known_layers(model: nn.Module) -> dict[str, tuple[nn.Module, Op]]:
    """The layers with an operator, by their path; what stands inside one of them is part of it."""
    found: dict[str, tuple[nn.Module, Op]] = {}
    built = model.shapecheck_graph if isinstance(model, Network) else None
    inside: set[int] = set()
    for name, layer in model.named_modules():
        if id(layer) in inside:
            continue
        named = built is not None and name in dict(model.named_children())
        op = as_called(built.node(name).op) if named and built is not None else operator_of(layer)
        if op is not None and type(op) in OPERATORS:
            found[name or type(layer).__name__] = (layer, op)
            inside.update(id(part) for part in layer.modules())
    return found


def as_called(op: Op) -> Op:
    """The operator of a node as its layer computes it: all steps, forwards; what is made of that comes after it."""
    if isinstance(op, TimeDistributed):
        return op.replace(inner=as_called(op.inner))
    if isinstance(op, Recurrent | ConvLSTM):
        return op.replace(sequences=True, backwards=False)
    return op


def operator_of(layer: nn.Module) -> Op | None:
    """The operator of one of torch's own layers, read from its attributes; None for any other module."""
    kind = next((cls for cls in type(layer).__mro__ if cls.__module__.startswith("torch.nn.modules")), None)
    if kind is None or kind.__name__ in ("Module", "Sequential", "ModuleList", "ModuleDict"):
        return None
    settings = {name: _plain(value) for name, value in _attributes(layer).items()}
    if isinstance(layer, nn.MultiheadAttention):
        settings["bias"] = layer.in_proj_bias is not None
    op = operator_spelled(f"torch.nn.{kind.__name__}", settings)
    if isinstance(op, Recurrent):
        return op.replace(batch_first=True)  # arrays are turned so
    return op


def _attributes(layer: nn.Module) -> dict[str, Any]:
    """Attributes that are named like parameters of the constructor; a weight stands for True, its absence for False."""
    found = {name: value for name, value in vars(layer).items() if not name.startswith("_")}
    found.update({name: value is not None for name, value in layer._parameters.items()})
    return found


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, torch.Size) else value


class Watch:
    """Takes down what goes into layers, before they may write over it, and what comes out."""

    def __init__(self) -> None:
        self.calls: list[LayerCall] = []
        self.time_first: set[tuple[int, int]] = (
            set()
        )  # (steps, batch) of sequences that have their steps first

    def hooks(self, name: str, layer: nn.Module, op: Op) -> list[Any]:
        """Hooks before and after a layer; whoever asks for them removes them."""
        inner = op.inner if isinstance(op, TimeDistributed) else op
        waiting: list[tuple[Array, ...]] = []

        def before(layer: nn.Module, inputs: tuple[Any, ...]) -> None:
            waiting.append(tuple(self.canonical(tensor, inner, layer) for tensor in _tensors(inputs)))

        def after(layer: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
            given = waiting.pop()
            found = tuple(self.canonical(tensor, inner, layer) for tensor in _tensors(output)[:1])
            if given and found:
                self.calls.append(LayerCall(name, type(layer).__name__, inner, given, found, layer))

        return [layer.register_forward_pre_hook(before), layer.register_forward_hook(after)]

    def canonical(self, tensor: Tensor, op: Op, layer: nn.Module) -> Array:
        """Batch first; batch and time in one axis for a layer that sees each step."""
        if isinstance(layer, StepByStep):
            return to_array(tensor.flatten(0, 1))
        if tensor.dim() != 3:
            return to_array(tensor)
        steps, batch = tensor.shape[:2]
        if isinstance(op, Recurrent):
            turned = not getattr(layer, "batch_first", True)
            if turned:
                self.time_first.add((steps, batch))
        else:
            turned = isinstance(op, EACH_POSITION) and (steps, batch) in self.time_first
        return to_array(tensor.transpose(0, 1) if turned else tensor)


def _tensor(array: Array, like: Tensor) -> Tensor:
    tensor = torch.from_numpy(np.ascontiguousarray(array)).to(like.device)
    return tensor.to(like.dtype) if tensor.is_floating_point() else tensor


def _tensors(found: Any) -> list[Tensor]:
    """The tensors of nested outputs in order."""
    if isinstance(found, Tensor):
        return [found]
    if isinstance(found, dict):
        found = list(found.values())
    return [tensor for part in found for tensor in _tensors(part)] if isinstance(found, list | tuple) else []


@contextmanager
def evaluated(model: nn.Module) -> Iterator[None]:
    """The model in evaluation mode for a while; modes and buffers are put back."""
    modes = {module: module.training for module in model.modules()}
    kept = {name: buffer.clone() for name, buffer in model.named_buffers()}
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode
        for name, buffer in model.named_buffers():
            if name in kept and kept[name].shape == buffer.shape:
                buffer.copy_(kept[name])
