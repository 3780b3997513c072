"""Which function computes which operator, and what is refused although its operator is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck import ops
from shapecheck.backend import BackendError
from shapecheck.ops.adaptive import AdaptivePool
from shapecheck.ops.conv_transpose import ConvTranspose
from shapecheck.ops.indexing import Masked, Picked
from shapecheck.ops.norm import BatchNorm
from shapecheck.ops.pool import MaxPool
from shapecheck.ops.recurrent import Recurrent

from . import activations, convolutions, linear, maps, norms, pools, recurrences, shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.ops.base import Op

    from .bounded import Bounded
    from .call import Call


def steps(call: Call) -> Any:
    """The inner operator at every step; a batch's statistics are those of all steps together."""
    whole = isinstance(call.op.inner, BatchNorm)
    return (shapes.all_steps_at_once if whole else shapes.every_step)(call, forward)


FUNCTIONS: dict[type[Op], Callable[[Call], Any]] = {
    **dict.fromkeys((ops.Conv1d, ops.Conv2d, ops.Conv3d), convolutions.conv),
    **dict.fromkeys(
        (ops.ConvTranspose1d, ops.ConvTranspose2d, ops.ConvTranspose3d), convolutions.conv_transpose
    ),
    **dict.fromkeys((ops.DepthwiseConv1d, ops.DepthwiseConv2d), convolutions.depthwise),
    **dict.fromkeys((ops.SeparableConv1d, ops.SeparableConv2d), convolutions.separable),
    **dict.fromkeys((ops.MaxPool1d, ops.MaxPool2d, ops.MaxPool3d), pools.max_pool),
    **dict.fromkeys((ops.AvgPool1d, ops.AvgPool2d, ops.AvgPool3d), pools.average_pool),
    **dict.fromkeys((ops.AdaptiveAvgPool1d, ops.AdaptiveAvgPool2d), pools.adaptive_average),
    **dict.fromkeys((ops.AdaptiveMaxPool1d, ops.AdaptiveMaxPool2d), pools.adaptive_max),
    **dict.fromkeys((ops.GlobalAvgPool1d, ops.GlobalAvgPool2d, ops.GlobalAvgPool3d), pools.global_average),
    **dict.fromkeys((ops.GlobalMaxPool1d, ops.GlobalMaxPool2d, ops.GlobalMaxPool3d), pools.global_max),
    **dict.fromkeys((ops.BatchNorm, ops.BatchNorm1d, ops.BatchNorm2d, ops.BatchNorm3d), norms.batch_norm),
    **dict.fromkeys((ops.InstanceNorm1d, ops.InstanceNorm2d, ops.InstanceNorm3d), norms.instance_norm),
    ops.LayerNorm: norms.layer_norm,
    ops.GroupNorm: norms.group_norm,
    ops.Activation: activations.activation,
    ops.PReLU: activations.prelu,
    ops.Softmax: activations.softmax,
    ops.Dropout: activations.dropout,
    ops.Identity: activations.identity,
    ops.Linear: linear.linear,
    ops.Embedding: linear.embedding,
    ops.MultiheadAttention: linear.attention,
    **dict.fromkeys((ops.RNN, ops.LSTM, ops.GRU), recurrences.recurrent),
    ops.ConvLSTM2d: maps.conv_lstm,
    ops.TimeDistributed: steps,
    ops.Rearrange: shapes.rearrange,
    ops.Reduce: shapes.reduction,
    ops.Index: shapes.index,
    ops.Elementwise: shapes.elementwise,
    ops.Concat: shapes.concatenate,
    ops.Stack: shapes.stack,
    ops.Flatten: shapes.flatten,
    ops.Pad: shapes.pad,
    **dict.fromkeys((ops.Upsample1d, ops.Upsample2d), shapes.upsample),
    ops.Permute: shapes.permute,
    **dict.fromkeys((ops.Unsqueeze, ops.Squeeze), shapes.unit),
}


def forward(call: Call) -> Any:
    """What the operator of the call gives: one array, or a tuple of them."""
    return FUNCTIONS[type(call.op)](call)


def results(call: Call) -> tuple[Bounded, ...]:
    """What the operator gives, always as a tuple."""
    found = forward(call)
    return found if isinstance(found, tuple) else (found,)


def refuse(op: Any, inputs: int) -> None:
    """BackendError, in one sentence, for an operator or a setting that this backend does not compute."""
    reason = _refusal(op, inputs)
    if reason:
        raise BackendError(f"the numpy backend cannot compute {op}: {reason}")
    if isinstance(op, ops.TimeDistributed):
        if isinstance(op.inner, tuple):
            raise BackendError("the numpy backend takes one operator in each TimeDistributed")
        refuse(op.inner, 1)


def _refusal(op: Any, inputs: int) -> str:
    if type(op) not in FUNCTIONS:
        return f"it does not know {type(op).__name__}"
    if isinstance(op, MaxPool | AdaptivePool) and op.indices:
        return "it gives no indices"
    if isinstance(op, ConvTranspose):
        rules = op.padding if isinstance(op.padding, tuple) else (op.padding,)
        if "causal" in rules or ("same" in rules and op.extra is not None):
            return "that padding has no one meaning"
    if isinstance(op, Recurrent) and not op.batch_first:
        return "the batch comes first"
    if isinstance(op, Recurrent) and op.layers * op.directions > 1 and not op.stacked:
        return (
            "the states of several layers or directions are stacked" if op.return_states or inputs > 1 else ""
        )
    if isinstance(op, ops.MultiheadAttention) and (op.scores != "none" or op.extra or inputs > 3):
        return "it takes queries, keys and values, and gives no scores"
    if isinstance(op, ops.Rearrange) and op.verb != "rearrange":
        return "it only rearranges"
    if isinstance(op, ops.Index) and any(isinstance(entry, Picked | Masked) for entry in op.key):
        return "its indices are no tensors"
    return ""
