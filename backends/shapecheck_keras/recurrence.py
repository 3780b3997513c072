"""Recurrent layers: SimpleRNN, LSTM and GRU, stacked and in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.dialects.keras.layers_conv import stride_and_dilation
from shapecheck.model.refusal import Unsupported, refuse_failed, whole_number
from shapecheck.ops.recurrent import GRU, LSTM, Recurrent
from shapecheck_keras.convolutions import refuse_bias
from shapecheck_keras.orders import Placed, canonical
from shapecheck_keras.site import moved_axes
from shapecheck_keras.windowing import window_of

if TYPE_CHECKING:
    from shapecheck.backend import Array
    from shapecheck.ops.convlstm import ConvLSTM
    from shapecheck_keras.site import Site

KERNEL = moved_axes((0, 1), (-1, -2))


def recurrent(site: Site, op: Recurrent, x: Placed, *states: Placed) -> Any:
    """One layer on the other, each over time in one or both directions."""
    _refuse(op, x)
    layers = whole_number(op.layers, "layers")
    tensor = x.tensor
    last: list[Any] = []
    for layer in range(layers):
        part = "" if layer == layers - 1 else str(layer)
        initial = _initial(site, op, x, states, layer)
        sequences = op.sequences or layer < layers - 1
        tensor, found = _one_layer(site, op, tensor, layer, part, sequences=sequences, initial=initial)
        last.extend(found)
        if op.dropout and layer < layers - 1:
            tensor = site.layer("Dropout", "dropout", rate=op.dropout)(tensor)
    return _results(site, op, x, tensor, last)


def _refuse(op: Recurrent, x: Placed) -> None:
    if not op.batch_first or len(x.shape) != 3:
        raise Unsupported("recurrent layers are built for (batch, time, features): permute before it")
    if op.backwards and op.bidirectional:
        raise Unsupported("a bidirectional layer has no order to turn round")
    if op.return_states and not op.stacked and (op.layers != 1 or op.bidirectional):
        raise Unsupported("states of several layers or directions come out stacked=True")
    if op.projection != 0 and not isinstance(op, LSTM):
        raise Unsupported("the output of an LSTM only is projected")


def _made(site: Site, op: Recurrent, name: dict[str, str], **options: Any) -> Any:
    """The layer of one direction."""
    if site.dtype == "bfloat16":  # TensorFlow cannot draw orthogonal matrices in it
        options["recurrent_initializer"] = "glorot_uniform"
    if op.projection != 0:
        from shapecheck_keras.layers import ProjectedLSTMCell

        units = whole_number(op.hidden, "hidden")
        projection = whole_number(op.projection, "projection")
        rest = {key: options.pop(key) for key in ("return_sequences", "return_state", "go_backwards")}
        cell = ProjectedLSTMCell(units, projection, use_bias=op.bias, dtype=site.dtype)
        return site.keras.layers.RNN(cell, dtype=site.dtype, **rest, **name)
    kinds = {"RNN": "SimpleRNN", "LSTM": "LSTM", "GRU": "GRU"}
    if isinstance(op, GRU):
        options["reset_after"] = op.reset_after
    if type(op).__name__ == "RNN":
        options["activation"] = op.__dict__["activation"]
    kind = getattr(site.keras.layers, kinds[type(op).__name__])
    return kind(units=op.hidden, use_bias=op.bias, dtype=site.dtype, **options, **name)


def _one_layer(
    site: Site,
    op: Recurrent,
    tensor: Any,
    number: int,
    part: str,
    *,
    sequences: bool,
    initial: list[Any] | None,
) -> tuple[Any, list[tuple[Any, ...]]]:
    """What one layer gives, and the last states of each of its directions."""
    options = {
        "return_sequences": sequences,
        "return_state": op.return_states,
        "go_backwards": op.backwards and number == 0,
    }
    if op.bidirectional:
        inner = _made(site, op, {}, **options)
        layer = site.layer("Bidirectional", part, layer=inner)
    else:
        layer = _made(site, op, {"name": site.named(part)}, **options)
    found = layer(tensor) if initial is None else layer(tensor, initial_state=initial)
    if op.bidirectional:
        hold_cell(site, op, layer.forward_layer.cell, f".{number}")
        hold_cell(site, op, layer.backward_layer.cell, f".{number}.reverse")
    else:
        hold_cell(site, op, layer.cell, f".{number}")
    if not op.return_states:
        return found, []
    tensor, *states = found
    width = len(op.carried)
    return tensor, [tuple(states[start : start + width]) for start in range(0, len(states), width)]


def _initial(
    site: Site, op: Recurrent, x: Placed, states: tuple[Placed, ...], layer: int
) -> list[Any] | None:
    """The initial states of one layer, those of the forward direction first."""
    if not states:
        return None
    found = []
    for direction in range(op.directions):
        for state in states:
            if op.stacked:
                row = site.item(state.tensor, (layer * op.directions + direction,), "state")
            elif state.shape[:-1] == x.shape[:1]:
                row = state.tensor
            else:  # a state of one sample serves the whole batch
                start = site.item(x.tensor, (slice(None), 0, slice(None, 1)), "start")
                row = site.call(
                    "add", site.call("zeros_like", start, part="zeros"), state.tensor, part="state"
                )
            found.append(row)
    return found


def _results(site: Site, op: Recurrent, x: Placed, tensor: Any, last: list[tuple[Any, ...]]) -> Any:
    shapes = op.out(*(x.shape,))
    if not op.return_states:
        return Placed(tensor, canonical(len(shapes)), shapes)
    y, rest = shapes[0], shapes[1:]
    whole = Placed(tensor, canonical(len(y)), y)
    if not op.stacked:
        states = [Placed(state, canonical(2), shape) for state, shape in zip(last[0], rest, strict=True)]
        return (whole, *states)
    each = op.state_shapes(x.shape)
    stacked = [
        Placed(site.call("stack", list(of_one), axis=0, part=name), canonical(3), shape)
        for of_one, name, shape in zip(zip(*last, strict=True), op.carried, each, strict=True)
    ]
    return (whole, *stacked)


def _turned(array: Array) -> Array:
    """The gates of a GRU in Keras's order: z, r, n in the place of r, z, n. Twice it is the same again."""
    reset, keep, new = np.split(array, 3)
    return np.concatenate([keep, reset, new])


def hold_cell(site: Site, op: Recurrent, cell: Any, place: str) -> None:
    """The weights of one direction of one layer, in the variables of its cell."""
    gates = _turned if isinstance(op, GRU) else np.asarray

    def pack(array: Array) -> Array:
        return gates(array).T

    def unpack(array: Array) -> Array:
        return gates(array.T)

    site.hold("input" + place, cell.kernel, pack=pack, unpack=unpack)
    site.hold("recurrent" + place, cell.recurrent_kernel, pack=pack, unpack=unpack)
    if op.projection != 0:
        site.hold("projection" + place, cell.projection_kernel, pack=np.transpose, unpack=np.transpose)
    if not op.bias:
        return
    if isinstance(op, GRU) and op.reset_after:
        site.hold(
            ("bias_input" + place, "bias_recurrent" + place),
            cell.bias,
            pack=lambda entering, back: np.stack([gates(entering), gates(back)]),
            unpack=lambda array: (gates(array[0]), gates(array[1])),
        )
    else:
        site.hold("bias" + place, cell.bias, pack=gates, unpack=gates)


def conv_lstm(site: Site, op: ConvLSTM, x: Placed, *states: Placed) -> Any:
    """ConvLSTM2D; gates in the order of the neutral format."""
    refuse_failed(op, stride_and_dilation(op))
    refuse_bias(site, op)
    if op.channels_last:
        raise Unsupported("a ConvLSTM is described with its channels first")
    window = window_of(op)
    options = {"recurrent_initializer": "glorot_uniform"} if site.dtype == "bfloat16" else {}
    kind: Any = f"ConvLSTM{op.rank}D"
    if not all(isinstance(size, int) for size in x.shape[3:]):
        from shapecheck_keras.layers import OpenConvLSTM2D

        kind = OpenConvLSTM2D
    layer = site.layer(
        kind,
        filters=op.filters,
        kernel_size=window.kernel,
        strides=window.stride,
        padding=op.padding,
        dilation_rate=window.dilation,
        use_bias=op.bias,
        return_sequences=op.sequences,
        return_state=op.return_states,
        go_backwards=op.backwards,
        data_format=site.data_format,
        **options,
    )
    order = site.spatial(op.rank + 2)
    initial = [site.brought(state, order, "state").tensor for state in states]
    found = layer(x.tensor, initial_state=initial) if initial else layer(x.tensor)
    site.hold("input", layer.cell.kernel, **KERNEL)
    site.hold("recurrent", layer.cell.recurrent_kernel, **KERNEL)
    if op.bias:
        site.hold("bias", layer.cell.bias)
    shapes = op.out(x.shape)
    if not op.return_states:
        return Placed(found, x.order if op.sequences else order, shapes)
    return tuple(
        Placed(tensor, x.order if len(shape) == len(x.shape) else order, shape)
        for tensor, shape in zip(found, shapes, strict=True)
    )
