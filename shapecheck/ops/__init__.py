"""The operators a model is made of, by name. Each loads when it is first used: the linter needs few of them."""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers read it as typing's
if TYPE_CHECKING:
    from typing import Any

    from .activation import Activation, Dropout, Identity, PReLU, Softmax
    from .adaptive import (
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
    from .attention import MultiheadAttention
    from .blocks import (
        ELU,
        GELU,
        SELU,
        LastStep,
        LeakyReLU,
        MeanOverTime,
        Parallel,
        ReLU,
        Residual,
        Sigmoid,
        SiLU,
        Softplus,
        Tanh,
    )
    from .conv import (
        Conv1d,
        Conv2d,
        Conv3d,
        DepthwiseConv1d,
        DepthwiseConv2d,
        SeparableConv1d,
        SeparableConv2d,
    )
    from .conv_transpose import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
    from .convlstm import ConvLSTM2d
    from .elementwise import Elementwise
    from .indexing import Cut, Index
    from .joining import Concat, Stack
    from .linear import Embedding, Linear
    from .norm import (
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
    from .padding import Pad
    from .pool import AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d
    from .rearrange import Rearrange
    from .recurrent import GRU, LSTM, RNN
    from .reductions import Reduce
    from .resize import Upsample1d, Upsample2d
    from .shape_moves import Flatten, Permute, Squeeze, Unsqueeze
    from .wrappers import TimeDistributed

_NAMES = {
    "activation": "Activation Dropout Identity PReLU Softmax",
    "adaptive": (
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveMaxPool1d AdaptiveMaxPool2d GlobalAvgPool1d "
        "GlobalAvgPool2d GlobalAvgPool3d GlobalMaxPool1d GlobalMaxPool2d GlobalMaxPool3d"
    ),
    "attention": "MultiheadAttention",
    "blocks": (
        "ELU GELU LastStep LeakyReLU MeanOverTime Parallel ReLU Residual SELU SiLU Sigmoid Softplus Tanh"
    ),
    "conv": "Conv1d Conv2d Conv3d DepthwiseConv1d DepthwiseConv2d SeparableConv1d SeparableConv2d",
    "conv_transpose": "ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    "convlstm": "ConvLSTM2d",
    "elementwise": "Elementwise",
    "indexing": "Cut Index",
    "joining": "Concat Stack",
    "linear": "Embedding Linear",
    "norm": (
        "BatchNorm BatchNorm1d BatchNorm2d BatchNorm3d GroupNorm InstanceNorm1d InstanceNorm2d "
        "InstanceNorm3d LayerNorm"
    ),
    "padding": "Pad",
    "pool": "AvgPool1d AvgPool2d AvgPool3d MaxPool1d MaxPool2d MaxPool3d",
    "rearrange": "Rearrange",
    "recurrent": "GRU LSTM RNN",
    "reductions": "Reduce",
    "resize": "Upsample1d Upsample2d",
    "shape_moves": "Flatten Permute Squeeze Unsqueeze",
    "wrappers": "TimeDistributed",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "Activation",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BatchNorm",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "Concat",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvLSTM2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Cut",
    "DepthwiseConv1d",
    "DepthwiseConv2d",
    "Dropout",
    "Elementwise",
    "Embedding",
    "Flatten",
    "GlobalAvgPool1d",
    "GlobalAvgPool2d",
    "GlobalAvgPool3d",
    "GlobalMaxPool1d",
    "GlobalMaxPool2d",
    "GlobalMaxPool3d",
    "GroupNorm",
    "Identity",
    "Index",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LastStep",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MeanOverTime",
    "MultiheadAttention",
    "PReLU",
    "Pad",
    "Parallel",
    "Permute",
    "ReLU",
    "Rearrange",
    "Reduce",
    "Residual",
    "SeparableConv1d",
    "SeparableConv2d",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Squeeze",
    "Stack",
    "Tanh",
    "TimeDistributed",
    "Unsqueeze",
    "Upsample1d",
    "Upsample2d",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'shapecheck.ops' has no operator {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"shapecheck.ops.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
