"""What builds each operator, what calls its layer, and which of the layer's tensors are its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from shapecheck.model.refusal import Unsupported
from shapecheck.ops import (
    activation,
    adaptive,
    attention,
    conv,
    conv_transpose,
    elementwise,
    indexing,
    joining,
    linear,
    norm,
    padding,
    pool,
    rearrange,
    recurrent,
    reductions,
    resize,
    shape_moves,
)
from shapecheck.ops.base import Op
from shapecheck.ops.convlstm import ConvLSTM2d
from shapecheck.ops.wrappers import TimeDistributed, one_step
from shapecheck_torch import (
    convolution,
    convolutional_lstm,
    features,
    normalization,
    pooling,
    rearranging,
    recurrence,
    shaping,
)
from shapecheck_torch import padding as padded
from shapecheck_torch.attention import attention_slots, build_attention, call_attention
from shapecheck_torch.time_distributed import distributed, unfolded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shapecheck.algebra import Shape

    Build = Callable[..., nn.Module]
    Slots = dict[str, tuple[Tensor, ...]]

BUILDERS: dict[type[Op], Build] = {
    **dict.fromkeys((conv.Conv1d, conv.Conv2d, conv.Conv3d), convolution.build_convolution),
    **dict.fromkeys((conv.DepthwiseConv1d, conv.DepthwiseConv2d), convolution.build_depthwise),
    **dict.fromkeys((conv.SeparableConv1d, conv.SeparableConv2d), convolution.build_separable),
    conv_transpose.ConvTranspose1d: convolution.build_transposed,
    conv_transpose.ConvTranspose2d: convolution.build_transposed,
    conv_transpose.ConvTranspose3d: convolution.build_transposed,
    **dict.fromkeys((pool.MaxPool1d, pool.MaxPool2d, pool.MaxPool3d), pooling.build_max_pool),
    **dict.fromkeys((pool.AvgPool1d, pool.AvgPool2d, pool.AvgPool3d), pooling.build_average_pool),
    adaptive.AdaptiveAvgPool1d: pooling.build_adaptive,
    adaptive.AdaptiveAvgPool2d: pooling.build_adaptive,
    adaptive.AdaptiveMaxPool1d: pooling.build_adaptive,
    adaptive.AdaptiveMaxPool2d: pooling.build_adaptive,
    adaptive.GlobalAvgPool1d: pooling.build_global_average,
    adaptive.GlobalAvgPool2d: pooling.build_global_average,
    adaptive.GlobalAvgPool3d: pooling.build_global_average,
    adaptive.GlobalMaxPool1d: pooling.build_global_max,
    adaptive.GlobalMaxPool2d: pooling.build_global_max,
    adaptive.GlobalMaxPool3d: pooling.build_global_max,
    norm.BatchNorm: normalization.build_batch_norm,
    norm.BatchNorm1d: normalization.build_batch_norm,
    norm.BatchNorm2d: normalization.build_batch_norm,
    norm.BatchNorm3d: normalization.build_batch_norm,
    norm.LayerNorm: normalization.build_layer_norm,
    norm.GroupNorm: normalization.build_group_norm,
    norm.InstanceNorm1d: normalization.build_instance_norm,
    norm.InstanceNorm2d: normalization.build_instance_norm,
    norm.InstanceNorm3d: normalization.build_instance_norm,
    activation.Activation: features.build_activation,
    activation.PReLU: features.build_prelu,
    activation.Softmax: features.build_softmax,
    activation.Dropout: features.build_dropout,
    activation.Identity: features.build_identity,
    linear.Linear: features.build_linear,
    linear.Embedding: features.build_embedding,
    recurrent.RNN: recurrence.build_recurrent,
    recurrent.LSTM: recurrence.build_recurrent,
    recurrent.GRU: recurrence.build_recurrent,
    ConvLSTM2d: convolutional_lstm.build_convolutional_lstm,
    attention.MultiheadAttention: build_attention,
    rearrange.Rearrange: rearranging.build_rearrange,
    reductions.Reduce: shaping.build_reduce,
    indexing.Index: shaping.build_index,
    elementwise.Elementwise: shaping.build_elementwise,
    joining.Concat: shaping.build_concat,
    joining.Stack: shaping.build_stack,
    shape_moves.Flatten: shaping.build_flatten,
    shape_moves.Permute: shaping.build_permute,
    shape_moves.Unsqueeze: shaping.build_unsqueeze,
    shape_moves.Squeeze: shaping.build_squeeze,
    padding.Pad: padded.build_pad,
    resize.Upsample1d: shaping.build_upsample,
    resize.Upsample2d: shaping.build_upsample,
}
# Layers that give more than the operator: how they are called, and what is taken of it.
CALLS: dict[type[Op], Callable[..., Any]] = {
    recurrent.RNN: recurrence.call_recurrent,
    recurrent.LSTM: recurrence.call_recurrent,
    recurrent.GRU: recurrence.call_recurrent,
    ConvLSTM2d: convolutional_lstm.call_convolutional_lstm,
    attention.MultiheadAttention: call_attention,
}
OPERATORS: frozenset[type[Op]] = frozenset({*BUILDERS, TimeDistributed})

# What the layers call their tensors, by neutral name; the operators below have their own ways.
TENSORS = {
    "kernel": "weight",
    "table": "weight",
    "slope": "weight",
    "scale": "weight",
    "shift": "bias",
    "bias": "bias",
    "mean": "running_mean",
    "variance": "running_var",
}
SEPARABLE = {"depthwise": "depthwise.weight", "pointwise": "pointwise.weight", "bias": "pointwise.bias"}
CONVLSTM = {"input": "input.weight", "recurrent": "recurrent.weight", "bias": "input.bias"}


def build_layer(op: Op, *shapes: Shape) -> nn.Module:
    """The layer of an operator for inputs of these shapes; Unsupported says why there is none."""
    if isinstance(op, TimeDistributed):
        if not isinstance(op.inner, Op):
            raise Unsupported("TimeDistributed holds one operator in a graph, not several")
        layer = build_layer(op.inner, one_step(shapes[0]))
        return layer if type(op.inner) in CALLS or _needs_no_steps(op.inner) else distributed(layer)
    build = BUILDERS.get(type(op))
    if build is None:
        raise Unsupported(f"{op.label} is none of the operators that the torch backend builds")
    return build(op, *shapes)


def _needs_no_steps(op: Op) -> bool:
    """Whether the layer does the same to each element, or along the last axis, however many axes there are."""
    if isinstance(op, activation.Dropout):
        return not op.whole_channels
    return isinstance(op, activation.Activation | activation.Identity | linear.Linear)


def caller(op: Op) -> Callable[..., Any] | None:
    """What calls the operator's layer, as f(op, layer, *inputs); None where the layer is simply called."""
    if isinstance(op, TimeDistributed):
        return call_each_step if type(op.inner) in CALLS else None
    return CALLS.get(type(op))


def call_each_step(op: TimeDistributed, layer: nn.Module, x: Tensor) -> Any:
    """A layer that gives more than its operator, at every step."""
    return unfolded(CALLS[type(op.inner)](op.inner, layer, x.flatten(0, 1)), x)


def slots(op: Op, tensors: Mapping[str, Tensor]) -> Slots:
    """The tensors behind each neutral weight, in its shape; where there are several, the weight is their sum."""
    if isinstance(op, TimeDistributed):
        return slots(op.inner, tensors)
    if isinstance(op, recurrent.Recurrent):
        return recurrence.recurrent_slots(op, tensors)
    if isinstance(op, attention.MultiheadAttention):
        return attention_slots(op, tensors)
    names = TENSORS
    if isinstance(op, conv.SeparableConv):
        names = SEPARABLE
    elif isinstance(op, ConvLSTM2d):
        names = CONVLSTM
    return {name: (tensors[held],) for name, held in names.items() if held in tensors}


def layer_kinds() -> dict[str, type[nn.Module]]:
    """Every class of layer that may stand in a network, by name."""
    homes = (
        nn,
        convolution,
        convolutional_lstm,
        features,
        normalization,
        pooling,
        rearranging,
        shaping,
        padded,
    )
    return {
        name: kind
        for home in homes
        for name, kind in vars(home).items()
        if isinstance(kind, type) and issubclass(kind, nn.Module)
    }
