"""Watching a Keras model of the user's own: every call of a layer whose operator is known, in eager mode."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.dialects.registry import spelling
from shapecheck.equivalence.compare_trace import LayerCall, Trace, operator_spelled
from shapecheck.ops.activation import Activation, PReLU, SharedPReLU
from shapecheck.ops.attention import MultiheadAttention
from shapecheck.ops.conv import Windowed
from shapecheck.ops.convlstm import ConvLSTM
from shapecheck.ops.linear import Linear
from shapecheck.ops.norm import ChannelNorm, GroupNorm
from shapecheck.ops.recurrent import RNN, Recurrent
from shapecheck.ops.spatial import Spatial
from shapecheck.ops.wrappers import Bidirectional
from shapecheck_keras.engine import as_array
from shapecheck_keras.held_weights import held_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shapecheck.backend import Array, Arrays
    from shapecheck.ops.base import Op

Order = tuple[int, ...]


class KerasObserver:
    """Runs any keras.Model and tells of its layers; weights go in and out in the neutral format."""

    name = "keras"

    def orders(self, model: Any, index: int, shape: tuple[int, ...]) -> Sequence[Order]:
        """Channels last where the model's declared input allows it, then as they are."""
        rank = len(shape)
        same = tuple(range(rank))
        # Channels stand before one, two or three spatial axes; a sequence of features stays as it is first of all.
        places = {3: (None, 1), 4: (1, None), 5: (2, 1, None)}.get(rank, (None, *range(rank - 2, 0, -1)))
        found = [same if place is None else _to_the_end(rank, place) for place in places]
        declared = _declared_shape(model, index)
        if declared is not None and len(declared) == rank:
            sizes = [[shape[axis] for axis in order] for order in found]
            found = [
                order for order, mine in zip(found, sizes, strict=True) if _fits(mine, declared)
            ] or found
        return found

    def trace(self, model: Any, inputs: Sequence[Array]) -> Trace:
        """Run the model in evaluation mode, eagerly."""
        import keras

        watch = Watch(keras)
        with watch.watching():
            given = [_entered(keras, model, index, array) for index, array in enumerate(inputs)]
            found = model(given[0] if len(given) == 1 else given, training=False)
        outputs = tuple(as_array(keras, tensor) for tensor in keras.tree.flatten(found))
        held = {id(v) for call in watch.calls for h in held_weights(call.op, call.layer) for v in h.variables}
        loose = tuple(
            weight.path for weight in model.weights if id(weight) not in held and "seed" not in weight.path
        )
        return Trace(outputs, tuple(watch.calls), loose)

    def weights(self, call: LayerCall) -> Arrays:
        """The layer's weights and states in the neutral format; none where its kind is not known."""
        import keras

        found = {}
        for held in held_weights(call.op, call.layer):
            arrays = held.unpack(*(as_array(keras, variable) for variable in held.variables))
            for name, array in zip(held.names, arrays, strict=True):
                found[name] = np.ascontiguousarray(array)
        return found

    def set_weights(self, call: LayerCall, weights: Mapping[str, Array]) -> None:
        """Take these weights; those that are not given stay."""
        known = {**self.weights(call), **weights}
        for held in held_weights(call.op, call.layer):
            arrays = held.pack(*(known[name] for name in held.names))
            for variable, array in zip(held.variables, arrays, strict=True):
                variable.assign(array)

    def load_weights(self, model: Any, path: str) -> None:
        """Weights from .weights.h5 or .keras; both hold arrays."""
        model.load_weights(path)

    def saved_model(self, path: str) -> Any:
        """A saved model, in Keras's safe mode: no code of the file is run."""
        import keras

        return keras.saving.load_model(path, compile=False, safe_mode=True)


def _to_the_end(rank: int, place: int) -> Order:
    return (*range(place), *range(place + 1, rank), place)


def _fits(sizes: Sequence[int], declared: Sequence[int | None]) -> bool:
    return all(want is None or size == want for size, want in zip(sizes, declared, strict=True))


def _declared_shape(model: Any, index: int) -> tuple[int | None, ...] | None:
    declared = getattr(model, "inputs", None)
    if not declared or index >= len(declared):
        return None
    return tuple(declared[index].shape)


def _entered(keras: Any, model: Any, index: int, array: Array) -> Any:
    declared = getattr(model, "inputs", None)
    dtype = declared[index].dtype if declared and index < len(declared) else None
    if dtype is None:
        dtype = getattr(model, "input_dtype", "float32") if array.dtype.kind == "f" else "int32"
    return keras.ops.convert_to_tensor(np.ascontiguousarray(array), dtype=dtype)


class Watch:
    """Takes note of the calls of known layers while a model runs; what goes on inside of one is its own."""

    def __init__(self, keras: Any) -> None:
        self.keras = keras
        self.calls: list[LayerCall] = []
        self.depth = 0
        self.last: dict[
            int, Any
        ] = {}  # tensors that have their channels last, kept so that none takes their place

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Layers are called through the watch, and per-step layers on all steps at once, as torch users write it."""
        layer_class, steps_class = self.keras.Layer, self.keras.layers.TimeDistributed
        ordinary, stepwise = layer_class.__call__, steps_class.call
        watch = self

        def watched(layer: Any, *arguments: Any, **named: Any) -> Any:
            return watch.called(ordinary, layer, arguments, named)

        def all_steps(layer: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
            return watch.all_steps(layer.layer, inputs, training)

        layer_class.__call__, steps_class.call = watched, all_steps
        try:
            yield
        finally:
            layer_class.__call__, steps_class.call = ordinary, stepwise

    def all_steps(self, inner: Any, inputs: Any, training: Any) -> Any:
        """(n, t, …) as (n*t, …) through the inner layer, and back."""
        ops = self.keras.ops
        shape = ops.shape(inputs)
        named = {"training": training} if inner._call_has_training_arg else {}
        found = inner(ops.reshape(inputs, (-1, *shape[2:])), **named)
        return ops.reshape(found, (*shape[:2], *ops.shape(found)[1:]))

    def called(self, ordinary: Callable[..., Any], layer: Any, arguments: Any, named: Any) -> Any:
        """One call of a layer."""
        op = None if self.depth else operator_of(layer)
        if op is None or not arguments:
            return ordinary(layer, *arguments, **named)
        seen: list[Any] = []
        self.depth += 1
        try:
            with fused(layer, op, seen):
                found = ordinary(layer, *arguments, **named)
        finally:
            self.depth -= 1
        self._note(layer, op, (arguments, named), found, seen)
        return found

    def _note(self, layer: Any, op: Op, arguments: Any, found: Any, seen: list[Any]) -> None:
        """The call, in two parts where an activation stands inside the layer."""
        given, first = self._tensors(arguments), self._tensors(found)[:1]
        if not given or not first:
            return
        follows = isinstance(op, Activation) and id(given[0]) in self.last
        arrays = [self._array(layer, op, tensor, follows) for tensor in (*given, *first, *seen)]
        if follows or channels_last(layer, op, len(first[0].shape)):
            self.last[id(first[0])] = first[0]
        inputs, result = tuple(arrays[: len(given)]), arrays[len(given)]
        own = type(layer).__name__
        inner = arrays[-1] if seen else result
        self.calls.append(LayerCall(layer.name, own, op, inputs, (inner,), layer))
        if seen:
            name = getattr(layer.activation, "__name__", "activation")
            self.calls.append(
                LayerCall(f"{layer.name}.{name}", own, Activation(name), (inner,), (result,), layer)
            )

    def _tensors(self, nested: Any) -> list[Any]:
        return [tensor for tensor in self.keras.tree.flatten(nested) if self.keras.ops.is_tensor(tensor)]

    def _array(self, layer: Any, op: Op, tensor: Any, follows: bool) -> Array:
        array = as_array(self.keras, tensor)
        turned = follows or channels_last(layer, op, array.ndim)
        return np.moveaxis(array, -1, channel_place(op, array.ndim)) if turned else array


def channel_place(op: Op, rank: int) -> int:
    """Where the channels are in canonical layout: behind the steps where there are steps."""
    return 2 if isinstance(op, ConvLSTM) and rank == op.rank + 3 else 1


def channels_last(layer: Any, op: Op, rank: int) -> bool:
    """Whether what the layer is given and gives, of this many axes, has its channels at the end."""
    if isinstance(op, ChannelNorm | GroupNorm):
        axis = layer.axis if isinstance(layer.axis, int) else layer.axis[0]
        return rank > 2 and axis in (-1, rank - 1)
    if isinstance(op, PReLU):
        return rank > 2
    if isinstance(op, ConvLSTM):
        return rank >= op.rank + 2 and layer.data_format == "channels_last"
    # Layers of one axis that have no data format have their channels last.
    form = getattr(layer, "data_format", "channels_last")
    return isinstance(op, Spatial) and rank == op.rank + 2 and form == "channels_last"


def operator_of(layer: Any) -> Op | None:
    """The operator of one of Keras's own layers, read from its configuration; None for any other layer."""
    kinds = type(layer).__mro__
    kind = next((kind for kind in kinds if kind.__module__.startswith("keras.src.layers.")), None)
    if kind is None or spelling(f"keras.layers.{kind.__name__}") is None:
        return None
    settings = {name: tuple(v) if isinstance(v, list) else v for name, v in layer.get_config().items()}
    if kind.__name__ == "Bidirectional":
        return _both_directions(layer, settings)
    if kind.__name__ == "MultiHeadAttention":
        return _attention(layer)
    if kind.__name__ == "TimeDistributed":
        return None  # its inner layer is what is called
    op = operator_spelled(f"keras.layers.{kind.__name__}", settings)
    if isinstance(op, ChannelNorm | GroupNorm):
        return op.replace(axis=1)  # arrays are turned so
    if isinstance(op, SharedPReLU):
        return _slopes(layer)
    if isinstance(op, ConvLSTM):
        return op.replace(channels_last=False)
    if isinstance(op, RNN):
        return op.replace(activation=getattr(layer.activation, "__name__", "unknown"))
    return op


def _attention(layer: Any) -> Op | None:
    """The attention whose heads split its features, as torch has it; None of one with other sizes."""
    if not layer.built:
        return None
    width = layer.num_heads * layer.key_dim
    query, key, value, out = (
        tuple(part.kernel.shape)
        for part in (layer.query_dense, layer.key_dense, layer.value_dense, layer.output_dense)
    )
    if query[0] != width or out[-1] != width or value[-1] != layer.key_dim:
        return None
    sizes = {
        "key_size": None if key[0] == width else key[0],
        "value_size": None if value[0] == width else value[0],
    }
    return MultiheadAttention(width, layer.num_heads, bias=layer.use_bias, scores="none", **sizes)


def _slopes(layer: Any) -> Op | None:
    """PReLU with one slope, or one for each channel at the end; other ways of sharing have no neutral operator."""
    shape = tuple(layer.alpha.shape) if layer.built else (0, 0)
    return PReLU(shape[-1]) if all(size == 1 for size in shape[:-1]) else None


def _both_directions(layer: Any, settings: Mapping[str, Any]) -> Op | None:
    inner = operator_of(layer.forward_layer)
    op = operator_spelled("keras.layers.Bidirectional", {**settings, "layer": inner, "backward_layer": None})
    if not isinstance(op, Bidirectional) or op.merge != "concat" or not isinstance(op.inner, Recurrent):
        return None
    return op.inner.replace(bidirectional=True)


@contextmanager
def fused(layer: Any, op: Op, seen: list[Any]) -> Iterator[None]:
    """While the layer is called, what goes into the activation that it ends with is put into `seen`."""
    function = getattr(layer, "activation", None)
    name = getattr(function, "__name__", "linear")
    if not isinstance(op, Windowed | Linear) or function is None or name == "linear":
        yield
        return

    def noted(x: Any) -> Any:
        seen.append(x)
        return function(x)

    layer.activation = noted
    try:
        yield
    finally:
        layer.activation = function
