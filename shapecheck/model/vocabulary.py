"""The operators that every backend builds, how many inputs each takes, and what it knows by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.ops.activation import Activation, Dropout, Identity, PReLU, Softmax
from shapecheck.ops.adaptive import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    GlobalAvgPool1d,
    GlobalAvgPool2d,
    GlobalAvgPool3d,
    GlobalMaxPool1d,
    GlobalMaxPool2d,
    GlobalMaxPool3d,
)
from shapecheck.ops.attention import MultiheadAttention
from shapecheck.ops.conv import (
    Conv1d,
    Conv2d,
    Conv3d,
    DepthwiseConv1d,
    DepthwiseConv2d,
    SeparableConv1d,
    SeparableConv2d,
)
from shapecheck.ops.conv_transpose import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from shapecheck.ops.convlstm import ConvLSTM2d
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.indexing import Index
from shapecheck.ops.joining import Concat, Stack
from shapecheck.ops.linear import Embedding, Linear
from shapecheck.ops.norm import (
    BatchNorm,
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    LayerNorm,
)
from shapecheck.ops.padding import Pad
from shapecheck.ops.pool import AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d
from shapecheck.ops.rearrange import Rearrange
from shapecheck.ops.recurrent import GRU, LSTM, RNN, Recurrent
from shapecheck.ops.reductions import Reduce
from shapecheck.ops.resize import Upsample1d, Upsample2d
from shapecheck.ops.shape_moves import Flatten, Permute, Squeeze, Unsqueeze
from shapecheck.ops.wrappers import TimeDistributed

if TYPE_CHECKING:
    from shapecheck.ops.base import Op

VOCABULARY: tuple[type[Op], ...] = (
    *(Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d),
    *(DepthwiseConv1d, DepthwiseConv2d, SeparableConv1d, SeparableConv2d),
    *(MaxPool1d, MaxPool2d, MaxPool3d, AvgPool1d, AvgPool2d, AvgPool3d),
    *(AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool1d, AdaptiveMaxPool2d),
    *(GlobalAvgPool1d, GlobalAvgPool2d, GlobalAvgPool3d, GlobalMaxPool1d, GlobalMaxPool2d, GlobalMaxPool3d),
    *(BatchNorm, BatchNorm1d, BatchNorm2d, BatchNorm3d, LayerNorm, GroupNorm),
    *(InstanceNorm1d, InstanceNorm2d, InstanceNorm3d),
    *(Activation, PReLU, Softmax, Dropout, Identity),
    *(Linear, Embedding, RNN, LSTM, GRU, ConvLSTM2d, MultiheadAttention, TimeDistributed),
    *(Rearrange, Reduce, Index, Elementwise, Concat, Stack, Flatten, Pad, Upsample1d, Upsample2d),
    *(Permute, Unsqueeze, Squeeze),
)
# What an attribute may say by name, beyond the choices that the operator itself declares.
NAMES: dict[tuple[type[Op], str], tuple[Any, ...]] = {
    (Activation, "name"): (
        *("relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "mish", "sigmoid", "tanh"),
        *("softplus", "softsign", "hard_sigmoid", "hard_swish", "hard_tanh", "log_sigmoid", "tanhshrink"),
    ),
    (RNN, "activation"): ("tanh", "relu"),
    (Recurrent, "batch_first"): (True,),
    (MultiheadAttention, "batch_first"): (True,),
    (ConvLSTM2d, "channels_last"): (False,),
    (Elementwise, "name"): ("add", "subtract", "multiply", "divide", "maximum", "minimum"),
    (Reduce, "name"): ("mean", "sum", "max", "min"),
    (Pad, "mode"): ("constant", "reflect", "symmetric", "replicate", "circular"),
    (Upsample1d, "mode"): ("nearest", "linear"),
    (Upsample2d, "mode"): ("nearest", "bilinear"),
}
# Operators that only move numbers about, whatever they are: whole numbers stay whole.
MOVERS: tuple[type[Op], ...] = (
    *(Identity, Rearrange, Index, Concat, Stack, Flatten, Permute, Unsqueeze, Squeeze),
)


def arity(op: Op) -> tuple[int, ...] | None:
    """The numbers of inputs that the operator can take; None: one or more."""
    if isinstance(op, Concat | Stack | Elementwise):
        return None
    if isinstance(op, MultiheadAttention):
        return (3, 4, 5)
    if isinstance(op, Recurrent):
        return (1, 1 + len(op.carried))
    return (1, 3) if isinstance(op, ConvLSTM2d) else (1,)
