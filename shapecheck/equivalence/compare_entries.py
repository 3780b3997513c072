"""The layers of a run as they are paired: calls of one layer joined, stacked recurrent layers taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.ops.activation import Activation, PReLU, Softmax
from shapecheck.ops.adaptive import AdaptivePool, GlobalPool
from shapecheck.ops.attention import MultiheadAttention
from shapecheck.ops.conv import DepthwiseConv, Windowed
from shapecheck.ops.convlstm import ConvLSTM
from shapecheck.ops.linear import Embedding, Linear
from shapecheck.ops.norm import ChannelNorm, GroupNorm, LayerNorm
from shapecheck.ops.pool import Pool
from shapecheck.ops.recurrent import Recurrent
from shapecheck.ops.resize import Upsample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.backend import Array
    from shapecheck.equivalence.compare_trace import LayerCall
    from shapecheck.ops.base import Op

WITH_WEIGHTS = (
    *(Windowed, ChannelNorm, GroupNorm, LayerNorm, Linear, Embedding, Recurrent, ConvLSTM),
    *(MultiheadAttention, PReLU),
)
WITHOUT = (Pool, AdaptivePool, GlobalPool, Activation, Softmax, Upsample)


class Entry(NamedTuple):
    """A layer that can be paired: what kind it is, its calls, and which layer of a `stack` is meant."""

    kind: str
    name: str
    calls: tuple[LayerCall, ...]
    weighty: bool
    layer: int = 0
    stack: int = 1
    shapes: tuple[Any, ...] = ()  # of its weights

    @property
    def op(self) -> Op:
        """The operator."""
        return self.calls[0].op

    @property
    def own(self) -> str:
        """What the framework calls the layer."""
        return self.calls[0].own

    @property
    def output(self) -> Array | None:
        """What it gave; None for a stacked layer whose result stays inside. Several calls lie along axis 1."""
        if self.layer != self.stack - 1:
            return None
        return _joined([call.outputs[0] for call in self.calls])

    @property
    def input(self) -> Array | None:
        """What it was given first."""
        if self.layer != 0 or not self.calls[0].inputs:
            return None
        return _joined([call.inputs[0] for call in self.calls])

    @property
    def title(self) -> str:
        """Its name, with the number of the stacked layer."""
        return f"{self.name} (layer {self.layer + 1} of {self.stack})" if self.stack > 1 else self.name


def _joined(arrays: Sequence[Array]) -> Array | None:
    import numpy as np

    if len(arrays) == 1:
        return arrays[0]
    if len({array.shape for array in arrays}) > 1:
        return None
    return np.stack(list(arrays), axis=1)


def kind_of(op: Op) -> str:
    """What layers of two frameworks must have in common to be paired."""
    if isinstance(op, Activation):
        return op.name
    name = type(op).__name__
    if isinstance(op, DepthwiseConv):
        return f"Conv{op.rank}d"
    if isinstance(op, ChannelNorm):
        return "InstanceNorm" if name.startswith("Instance") else "BatchNorm"
    if isinstance(op, AdaptivePool) and set(op.each("size", rank=op.rank)) == {(1,)}:
        return name.replace("Adaptive", "Global")
    return name


def entries(calls: Sequence[LayerCall], weights: Sequence[dict[str, Array]]) -> list[Entry]:
    """The layers in the order of their first calls; `weights` are those of each call's layer."""
    found: list[Entry] = []
    places: dict[int, list[int]] = {}
    for call, held in zip(calls, weights, strict=True):
        weighty = isinstance(call.op, WITH_WEIGHTS) and bool(held)
        if not weighty and not isinstance(call.op, WITHOUT):
            continue
        if weighty and id(call.layer) in places:
            for place in places[id(call.layer)]:
                found[place] = found[place]._replace(calls=(*found[place].calls, call))
            continue
        count = int(call.op.layers) if isinstance(call.op, Recurrent) else 1
        places[id(call.layer)] = list(range(len(found), len(found) + count))
        for layer in range(count):
            own = of_layer(held, layer, count)
            shapes = tuple((name, array.shape) for name, array in own.items())
            found.append(Entry(kind_of(call.op), call.name, (call,), weighty, layer, count, shapes))
    return found


def of_layer(weights: dict[str, Array], layer: int, count: int) -> dict[str, Array]:
    """The weights of one of several stacked layers, named as if it were alone."""
    if count == 1:
        return weights
    found = {}
    for name, array in weights.items():
        part, number, *rest = name.split(".")
        if int(number) == layer:
            found[".".join((part, "0", *rest))] = array
    return found


def to_layer(weights: dict[str, Array], layer: int) -> dict[str, Array]:
    """Weights of a layer that is alone, named as those of number `layer` of a stack."""
    if layer == 0:
        return weights
    renamed = {}
    for name, array in weights.items():
        part, _, *rest = name.split(".")
        renamed[".".join((part, str(layer), *rest))] = array
    return renamed
