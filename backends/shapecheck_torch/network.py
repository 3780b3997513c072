"""The native model: a torch.nn.Module with one child for each layer of the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn

from shapecheck.algebra import Dim, Shape, evaluate
from shapecheck.backend import BackendError
from shapecheck.model.refusal import Unsupported
from shapecheck_torch.builders import build_layer, caller
from shapecheck_torch.rearranging import Rearrange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shapecheck.model.graph import Graph
    from shapecheck.ops.base import Op


class Step(NamedTuple):
    """One layer of the forward pass: what goes in, what comes out, and what nothing needs after it."""

    name: str
    op: Op
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    call: Callable[..., Any] | None
    lengths: tuple[tuple[str, Any], ...]  # symbolic sizes that the layer asks for when it runs
    done: tuple[str, ...]


class Network(nn.Module):
    """A model built from a graph: its layers are children named as in the specification.

    `forward` takes the inputs in their order or by name and gives the output, or a tuple of several. Batch, time and
    every other size that no weight depends on may differ from call to call.
    """

    shapecheck_graph: Graph
    shapecheck_dtype: torch.dtype  # of inputs, where the network has no weights to tell

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.shapecheck_graph = graph
        for node in graph.nodes:
            if hasattr(self, node.name):
                raise BackendError(
                    f"torch.nn.Module has a {node.name!r} of its own: give this layer another name"
                )
            try:
                layer = build_layer(node.op, *graph.arguments(node))
            except Unsupported as error:
                raise BackendError(f"torch cannot build {node.name} ({node.op.label}): {error}") from None
            self.add_module(node.name, layer)
        self._steps = _steps(graph, dict(self.named_children()))
        self._input_names = tuple(graph.inputs)
        self._output_names = graph.outputs
        self._last_sizes: dict[str, int] = {}
        self._symbols = _symbols(graph) if any(step.lengths for step in self._steps) else {}

    def forward(self, *inputs: Tensor, **named: Tensor) -> Any:
        """The model's output for its inputs, in canonical layout (batch, channels, space)."""
        values = self.given(inputs, named)
        sizes = self.sizes(values)
        for step in self._steps:
            self.take(step, values, sizes)
            for name in step.done:
                del values[name]
        outputs = tuple(values[name] for name in self._output_names)
        return outputs if len(outputs) > 1 else outputs[0]

    def given(self, inputs: Sequence[Tensor], named: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The inputs by name; TypeError where one is missing, twice there or unknown."""
        names = self._input_names
        if len(inputs) > len(names):
            raise TypeError(f"the model takes {len(names)} inputs ({', '.join(names)}), got {len(inputs)}")
        values = dict(zip(names, inputs, strict=False))
        for name, value in named.items():
            if name in values or name not in names:
                problem = "was given twice" if name in values else "is none of its inputs"
                raise TypeError(f"the model takes {', '.join(names)}: {name} {problem}")
            values[name] = value
        missing = [name for name in names if name not in values]
        if missing:
            raise TypeError(f"the model takes {', '.join(names)}: {', '.join(missing)} is missing")
        return values

    def sizes(self, values: Mapping[str, Tensor]) -> dict[str, int]:
        """The sizes of the symbols that some layer asks for."""
        return {name: values[source].shape[axis] for name, (source, axis) in self._symbols.items()}

    def take(self, step: Step, values: dict[str, Tensor], sizes: Mapping[str, int]) -> None:
        """Run one layer on the values so far, and put what it gives beside them."""
        arguments = [values[name] for name in step.inputs]
        out = self.call_layer(step, arguments, sizes)
        values.update(zip(step.outputs, flat(out), strict=True))

    def call_layer(self, step: Step, arguments: Sequence[Tensor], sizes: Mapping[str, int]) -> Any:
        """What one layer gives for inputs of its own."""
        layer = self.get_submodule(step.name)
        if step.call is not None:
            return step.call(step.op, layer, *arguments)
        if step.lengths:
            return layer(*arguments, {name: _length(size, sizes) for name, size in step.lengths})
        return layer(*arguments)

    def references(self, values: dict[str, Tensor]) -> dict[str, Tensor]:
        """The value of every reference, from those of the inputs."""
        self._last_sizes = self.sizes(values)
        for step in self._steps:
            self.take(step, values, self._last_sizes)
        return values

    def call_node(self, name: str, arguments: Sequence[Tensor]) -> Any:
        """What one layer gives for inputs of its own; sizes that it asks for are those of the last `references`."""
        step = next(step for step in self._steps if step.name == name)
        return self.call_layer(step, arguments, self._last_sizes)

    def extra_repr(self) -> str:
        graph = self.shapecheck_graph
        inputs = ", ".join(f"{name}: {shape}" for name, shape in graph.inputs.items())
        outputs = ", ".join(f"{name}: {graph.shapes[name]}" for name in graph.outputs)
        return f"{inputs} -> {outputs}"


def _length(size: Any, sizes: Mapping[str, int]) -> int:
    if not isinstance(size, Dim):
        return int(size)
    name = str(size)
    return sizes[name] if name in sizes else evaluate(size, sizes)


def flat(value: Any) -> list[Tensor]:
    """The tensors of a nested tuple in order."""
    if isinstance(value, tuple):
        return [tensor for part in value for tensor in flat(part)]
    return [value]


def _symbols(graph: Graph) -> dict[str, tuple[str, int]]:
    """An axis of an input whose size each symbol is, where there is one."""
    found: dict[str, tuple[str, int]] = {}
    for name, shape in graph.inputs.items():
        for axis, size in enumerate(Shape.of(shape)):
            if isinstance(size, Dim):
                found.setdefault(str(size), (name, axis))
    return {name: found[name] for name in graph.symbols if name in found}


def _steps(graph: Graph, layers: Mapping[str, nn.Module]) -> tuple[Step, ...]:
    """The layers in order; a value is let go where it was needed for the last time."""
    alive = set(graph.outputs)
    steps: list[Step] = []
    for node in reversed(graph.nodes):
        seen = dict.fromkeys((*node.inputs, *node.outputs))
        done = tuple(name for name in seen if name not in alive)
        alive.update(seen)
        layer = layers[node.name]
        symbolic = isinstance(layer, Rearrange) and layer.symbolic
        lengths = tuple(layer.lengths.items()) if symbolic and isinstance(layer, Rearrange) else ()
        steps.append(Step(node.name, node.op, node.inputs, node.outputs, caller(node.op), lengths, done))
    return tuple(reversed(steps))
