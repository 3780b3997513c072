"""Which function builds which operator, and in which order of axes it wants its input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck import ops
from shapecheck.model.refusal import Unsupported
from shapecheck_keras.activations import activation, dropout, identity, prelu, softmax
from shapecheck_keras.convolutions import conv, depthwise, separable
from shapecheck_keras.features import attention, embedding, linear
from shapecheck_keras.joining import concatenate, elementwise, stack
from shapecheck_keras.normalization import batch_norm, group_norm, instance_norm, layer_norm
from shapecheck_keras.orders import Order, Placed, canonical
from shapecheck_keras.padding import pad
from shapecheck_keras.pools import adaptive_pool, average_pool, global_pool, max_pool
from shapecheck_keras.rearranging import rearrange
from shapecheck_keras.recurrence import conv_lstm, recurrent
from shapecheck_keras.resizing import upsample
from shapecheck_keras.shaping import flatten, index, permute, reduction, squeeze, unsqueeze
from shapecheck_keras.stepping import time_distributed
from shapecheck_keras.transposed import conv_transpose

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.ops.base import Op
    from shapecheck_keras.site import Site

# Which order an operator wants: "channels" where Keras's layers want them, "canonical", or "any".
_TABLE: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("Conv1d Conv2d Conv3d", conv, "channels"),
    ("ConvTranspose1d ConvTranspose2d ConvTranspose3d", conv_transpose, "channels"),
    ("DepthwiseConv1d DepthwiseConv2d", depthwise, "channels"),
    ("SeparableConv1d SeparableConv2d", separable, "channels"),
    ("MaxPool1d MaxPool2d MaxPool3d", max_pool, "channels"),
    ("AvgPool1d AvgPool2d AvgPool3d", average_pool, "channels"),
    ("AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveMaxPool1d AdaptiveMaxPool2d", adaptive_pool, "channels"),
    ("GlobalAvgPool1d GlobalAvgPool2d GlobalAvgPool3d", global_pool, "channels"),
    ("GlobalMaxPool1d GlobalMaxPool2d GlobalMaxPool3d", global_pool, "channels"),
    ("Upsample1d Upsample2d", upsample, "channels"),
    ("ConvLSTM2d", conv_lstm, "steps of channels"),
    ("BatchNorm BatchNorm1d BatchNorm2d BatchNorm3d", batch_norm, "any"),
    ("InstanceNorm1d InstanceNorm2d InstanceNorm3d", instance_norm, "any"),
    ("GroupNorm", group_norm, "any"),
    ("LayerNorm", layer_norm, "any"),
    ("Activation", activation, "any"),
    ("PReLU", prelu, "any"),
    ("Softmax", softmax, "any"),
    ("Dropout", dropout, "any"),
    ("Identity", identity, "any"),
    ("Linear", linear, "canonical"),
    ("Embedding", embedding, "canonical"),
    ("RNN LSTM GRU", recurrent, "canonical"),
    ("MultiheadAttention", attention, "canonical"),
    ("TimeDistributed", time_distributed, "inner"),
    ("Rearrange", rearrange, "any"),
    ("Flatten", flatten, "any"),
    ("Permute", permute, "any"),
    ("Squeeze", squeeze, "any"),
    ("Unsqueeze", unsqueeze, "canonical"),
    ("Index", index, "any"),
    ("Reduce", reduction, "any"),
    ("Elementwise", elementwise, "any"),
    ("Concat", concatenate, "any"),
    ("Stack", stack, "canonical"),
    ("Pad", pad, "any"),
)


class Builder(NamedTuple):
    """Builds an operator; see `_TABLE` for `wants`."""

    make: Callable[..., Any]
    wants: str


BUILDERS: dict[type[Op], Builder] = {
    getattr(ops, name): Builder(make, wants) for names, make, wants in _TABLE for name in names.split()
}


def build(site: Site, op: Op, *given: Placed) -> Any:
    """The tensor, or the tuple of tensors, that an operator makes of these. Raises Unsupported."""
    builder = BUILDERS.get(type(op))
    if builder is None:
        raise Unsupported("it is not in the vocabulary of models")
    brought = []
    for number, x in enumerate(given):
        order = wanted_order(site, op, len(x.shape), number)
        brought.append(x if order is None else site.brought(x, order))
    return builder.make(site, op, *brought)


def wanted_order(site: Site, op: Op, rank: int, number: int = 0) -> Order | None:
    """The order in which an operator wants an input; None where it takes any."""
    wants = BUILDERS[type(op)].wants if type(op) in BUILDERS else "any"
    if wants == "canonical":
        return canonical(rank)
    if wants == "channels":
        if rank != getattr(op, "rank", rank) + 2:
            raise Unsupported("Keras's layers need a batch axis")
        return site.spatial(rank)
    if wants == "steps of channels" and number == 0:
        return site.spatial(rank, 2)
    if wants == "inner":
        inner: Any = op.__dict__["inner"]
        step = None if isinstance(inner, tuple) else wanted_order(site, inner, rank - 1)
        return None if step is None else (0, 1, *(axis + 1 for axis in step if axis))
    return None
