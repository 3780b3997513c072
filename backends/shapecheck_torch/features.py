"""Linear maps, lookups, activations and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from shapecheck.model.refusal import Unsupported, whole_number
from shapecheck.ops.axes import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Shape
    from shapecheck.ops.activation import Activation, Dropout, Identity, PReLU, Softmax
    from shapecheck.ops.linear import Embedding, Linear


class Function(nn.Module):
    """A function of torch's by its name, applied to each element."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def forward(self, x: Tensor) -> Tensor:
        """The function of every element."""
        y: Tensor = getattr(torch, self.name)(x)
        return y

    def extra_repr(self) -> str:
        return self.name


def _gelu(slope: Any) -> nn.Module:
    return nn.GELU(approximate="tanh" if slope in ("tanh", True) else "none")


# The neutral name of each activation and how it is made of its `slope` (None: torch's own default).
ACTIVATIONS: dict[str, Callable[[Any], nn.Module]] = {
    "relu": lambda slope: nn.ReLU(),
    "relu6": lambda slope: nn.ReLU6(),
    "leaky_relu": lambda slope: nn.LeakyReLU() if slope is None else nn.LeakyReLU(slope),
    "elu": lambda slope: nn.ELU() if slope is None else nn.ELU(slope),
    "selu": lambda slope: nn.SELU(),
    "celu": lambda slope: nn.CELU() if slope is None else nn.CELU(slope),
    "gelu": _gelu,
    "silu": lambda slope: nn.SiLU(),
    "swish": lambda slope: nn.SiLU(),
    "mish": lambda slope: nn.Mish(),
    "sigmoid": lambda slope: nn.Sigmoid(),
    "tanh": lambda slope: nn.Tanh(),
    "softplus": lambda slope: nn.Softplus() if slope is None else nn.Softplus(slope),
    "softsign": lambda slope: nn.Softsign(),
    "softshrink": lambda slope: nn.Softshrink() if slope is None else nn.Softshrink(slope),
    "soft_shrink": lambda slope: nn.Softshrink() if slope is None else nn.Softshrink(slope),
    "hardshrink": lambda slope: nn.Hardshrink() if slope is None else nn.Hardshrink(slope),
    "hard_shrink": lambda slope: nn.Hardshrink() if slope is None else nn.Hardshrink(slope),
    "tanhshrink": lambda slope: nn.Tanhshrink(),
    "tanh_shrink": lambda slope: nn.Tanhshrink(),
    "hard_sigmoid": lambda slope: nn.Hardsigmoid(),
    "hard_swish": lambda slope: nn.Hardswish(),
    "hard_silu": lambda slope: nn.Hardswish(),
    "hard_tanh": lambda slope: nn.Hardtanh() if slope is None else nn.Hardtanh(-slope, slope),
    "log_sigmoid": lambda slope: nn.LogSigmoid(),
    "exp": lambda slope: Function("exp"),
    "exponential": lambda slope: Function("exp"),
    "linear": lambda slope: nn.Identity(),
}


def build_activation(op: Activation, x: Shape) -> nn.Module:
    """The layer of torch's with this name."""
    make = ACTIVATIONS.get(op.name)
    if make is None:
        raise Unsupported(f"torch has no activation {op.name!r}")
    return make(op.slope)


def build_linear(op: Linear, x: Shape) -> nn.Module:
    """nn.Linear."""
    features = whole_number(x[-1], "the number of input features")
    return nn.Linear(features, whole_number(op.units, "units"), bias=op.bias)


def build_embedding(op: Embedding, x: Shape) -> nn.Module:
    """nn.Embedding."""
    count, units = whole_number(op.count, "count"), whole_number(op.units, "units")
    return nn.Embedding(count, units, padding_idx=op.padding_index)


def build_prelu(op: PReLU, x: Shape) -> nn.Module:
    """nn.PReLU."""
    return nn.PReLU(whole_number(op.count, "the number of slopes"))


def build_softmax(op: Softmax, x: Shape) -> nn.Module:
    """nn.Softmax, nn.LogSoftmax or nn.Softmin."""
    axes = listed(op.axis)
    if len(axes) != 1:
        raise Unsupported("torch's softmax works along one axis")
    if op.negate:
        return nn.Softmin(axes[0])
    return nn.LogSoftmax(axes[0]) if op.log else nn.Softmax(axes[0])


def build_dropout(op: Dropout, x: Shape) -> nn.Module:
    """nn.Dropout, or the one that drops whole channels of maps with this many axes."""
    whole: dict[int, type[nn.Module]] = {3: nn.Dropout1d, 4: nn.Dropout2d, 5: nn.Dropout3d}
    if not op.whole_channels:
        return nn.Dropout(op.rate)
    if len(x) not in whole:
        raise Unsupported(f"torch drops whole channels of 3 to 5 axes, not of {len(x)}")
    return whole[len(x)](op.rate)


def build_identity(op: Identity, x: Shape) -> nn.Module:
    """nn.Identity."""
    return nn.Identity()
