"""The variables of Keras's own layers behind each neutral weight, for layers that the backend did not make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.ops.activation import PReLU
from shapecheck.ops.attention import MultiheadAttention
from shapecheck.ops.conv import Conv, DepthwiseConv, SeparableConv, Windowed
from shapecheck.ops.conv_transpose import ConvTranspose
from shapecheck.ops.convlstm import ConvLSTM
from shapecheck.ops.linear import Embedding, Linear
from shapecheck.ops.norm import ChannelNorm, GroupNorm, LayerNorm
from shapecheck.ops.recurrent import Recurrent
from shapecheck_keras.features import hold_attention
from shapecheck_keras.recurrence import hold_cell
from shapecheck_keras.site import Held, Site, moved_axes

if TYPE_CHECKING:
    from shapecheck.backend import Array
    from shapecheck.ops.base import Op

KERNEL = moved_axes((0, 1), (-1, -2))


class Holder(Site):
    """Collects what a layer holds, as for the layers that the backend makes."""

    def __init__(self) -> None:
        self.held = []


def held_weights(op: Op, layer: Any) -> list[Held]:
    """The variables of a layer, with what moves their numbers; none of a layer that is not built, or not known."""
    holder = Holder()
    if getattr(layer, "built", False):
        _hold(holder, op, layer)
    return holder.held


def _hold(holder: Holder, op: Op, layer: Any) -> None:
    if isinstance(op, Conv | ConvTranspose):
        holder.hold("kernel", layer.kernel, **KERNEL)
    elif isinstance(op, DepthwiseConv):
        _per_channel(holder, "kernel", layer.kernel)
    elif isinstance(op, SeparableConv):
        _per_channel(holder, "depthwise", layer.depthwise_kernel)
        holder.hold("pointwise", layer.pointwise_kernel, **KERNEL)
    elif isinstance(op, Linear):
        holder.hold("kernel", layer.kernel, pack=np.transpose, unpack=np.transpose)
    elif isinstance(op, Embedding):
        holder.hold("table", layer.embeddings)
    elif isinstance(op, PReLU):
        shape = tuple(layer.alpha.shape)
        holder.hold("slope", layer.alpha, pack=lambda a: a.reshape(shape), unpack=lambda a: a.reshape(-1))
    elif isinstance(op, ChannelNorm | GroupNorm | LayerNorm):
        _norm(holder, layer)
    elif isinstance(op, ConvLSTM):
        holder.hold("input", layer.cell.kernel, **KERNEL)
        holder.hold("recurrent", layer.cell.recurrent_kernel, **KERNEL)
        if op.bias:
            holder.hold("bias", layer.cell.bias)
    elif isinstance(op, MultiheadAttention):
        hold_attention(holder, op, layer, (layer.num_heads, layer.key_dim))
    elif isinstance(op, Recurrent):
        if op.bidirectional:
            hold_cell(holder, op, layer.forward_layer.cell, ".0")
            hold_cell(holder, op, layer.backward_layer.cell, ".0.reverse")
        else:
            hold_cell(holder, op, layer.cell, ".0")
    if isinstance(op, Windowed | Linear) and layer.use_bias:
        holder.hold("bias", layer.bias)


def _norm(holder: Holder, layer: Any) -> None:
    for name, attribute in (
        ("scale", "gamma"),
        ("shift", "beta"),
        ("mean", "moving_mean"),
        ("variance", "moving_variance"),
    ):
        if getattr(layer, attribute, None) is not None:
            holder.hold(name, getattr(layer, attribute))


def _per_channel(holder: Holder, name: str, variable: Any) -> None:
    """(*window, channels, multiplier) in Keras, (channels*multiplier, 1, *window) in the neutral format."""
    channels, multiplier = variable.shape[-2:]

    def pack(array: Array) -> Array:
        return np.moveaxis(array.reshape(channels, multiplier, *array.shape[2:]), (0, 1), (-2, -1))

    def unpack(array: Array) -> Array:
        return np.moveaxis(array, (-2, -1), (0, 1)).reshape(channels * multiplier, 1, *array.shape[:-2])

    holder.hold(name, variable, pack=pack, unpack=unpack)
