"""torch.nn.functional: activations, dropout, and what works along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, Spelling
from shapecheck.dialects.torch.nn_activation import implicit_axis
from shapecheck.dialects.torch.supplied import weight_shape
from shapecheck.ops.activation import Activation, Dropout, GatedLinear, PReLU, Softmax

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.dialects.base import Arguments

    Call = Callable[[Any, Arguments], Any]

# Activations: their parameters after the input, the neutral name, the parameter that it depends on.
ACTIVATIONS = {
    "relu": ("inplace=False", "relu", None),
    "relu_": ("", "relu", None),
    "relu6": ("inplace=False", "relu6", None),
    "leaky_relu": ("negative_slope=0.01, inplace=False", "leaky_relu", "negative_slope"),
    "leaky_relu_": ("negative_slope=0.01", "leaky_relu", "negative_slope"),
    "elu": ("alpha=1.0, inplace=False", "elu", "alpha"),
    "elu_": ("alpha=1.0", "elu", "alpha"),
    "selu": ("inplace=False", "selu", None),
    "celu": ("alpha=1.0, inplace=False", "celu", "alpha"),
    "gelu": ("approximate='none'", "gelu", "approximate"),
    "silu": ("inplace=False", "silu", None),
    "mish": ("inplace=False", "mish", None),
    "sigmoid": ("", "sigmoid", None),
    "tanh": ("", "tanh", None),
    "softplus": ("beta=1, threshold=20", "softplus", "beta"),
    "softsign": ("", "softsign", None),
    "softshrink": ("lambd=0.5", "softshrink", "lambd"),
    "hardshrink": ("lambd=0.5", "hardshrink", "lambd"),
    "tanhshrink": ("", "tanhshrink", None),
    "hardsigmoid": ("inplace=False", "hard_sigmoid", None),
    "hardswish": ("inplace=False", "hard_swish", None),
    "hardtanh": ("min_val=-1.0, max_val=1.0, inplace=False", "hard_tanh", "max_val"),
    "logsigmoid": ("", "log_sigmoid", None),
    "threshold": ("threshold, value, inplace=False", "threshold", "threshold"),
    "rrelu": ("lower=0.125, upper=0.3333333333333333, training=False, inplace=False", "rrelu", "upper"),
}
DROPOUTS: dict[str, tuple[str, tuple[int, ...] | None, bool]] = {
    "dropout": ("p=0.5, training=True, inplace=False", None, False),
    "dropout1d": ("p=0.5, training=True, inplace=False", (3, 2), True),
    "dropout2d": ("p=0.5, training=True, inplace=False", None, True),
    "dropout3d": ("p=0.5, training=True, inplace=False", None, True),
    "alpha_dropout": ("p=0.5, training=False, inplace=False", None, False),
    "feature_alpha_dropout": ("p=0.5, training=False, inplace=False", None, True),
}


def _activation(function: str, slope: str | None) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        value = None if slope is None else arguments[slope]
        return Apply(
            Activation(function, slope=None if value is UNKNOWN else value), (arguments.tensor("input"),)
        )

    return call


def _dropout(allowed: tuple[int, ...] | None, whole_channels: bool) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        value = arguments["p"]
        rate = value if isinstance(value, int | float) else 0.5
        op = Dropout(rate=rate, whole_channels=whole_channels, allowed=allowed)
        return Apply(op, (arguments.tensor("input"),))

    return call


def _softmax(*, log: bool = False, negate: bool = False) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        x = arguments.tensor("input")
        if arguments["dim"] is not None:
            axis = arguments.integer("dim")
        else:
            axis = -1 if x.shape is None else implicit_axis(len(x.shape))
        return Apply(Softmax(axis=axis, log=log, negate=negate), (x,), dtype=arguments.dtype("dtype"))

    return call


def _gumbel(_: Any, arguments: Arguments) -> Apply:
    return Apply(Softmax(axis=arguments.integer("dim")), (arguments.tensor("logits"),))


def _glu(_: Any, arguments: Arguments) -> Apply:
    return Apply(GatedLinear(axis=arguments.integer("dim")), (arguments.tensor("input"),))


def _prelu(_: Any, arguments: Arguments) -> Apply:
    shape, needs = weight_shape(arguments, 1)
    return Apply(PReLU(count=shape[0]), (arguments.tensor("input"),), needs=needs)


def _after_input(signature: str) -> str:
    return "input, " + signature if signature else "input"


ROWS: dict[str, tuple[str, Call]] = {
    **{
        name: (_after_input(signature), _activation(function, slope))
        for name, (signature, function, slope) in ACTIVATIONS.items()
    },
    **{
        name: (_after_input(signature), _dropout(allowed, whole))
        for name, (signature, allowed, whole) in DROPOUTS.items()
    },
    "softmax": ("input, dim=None, _stacklevel=3, dtype=None", _softmax()),
    "log_softmax": ("input, dim=None, _stacklevel=3, dtype=None", _softmax(log=True)),
    "softmin": ("input, dim=None, _stacklevel=3, dtype=None", _softmax(negate=True)),
    "gumbel_softmax": ("logits, tau=1, hard=False, eps=1e-10, dim=-1", _gumbel),
    "glu": ("input, dim=-1", _glu),
    "prelu": ("input, weight", _prelu),
}

SPELLINGS = {
    f"torch.nn.functional.{name}": Spelling(f"torch.nn.functional.{name}", "function", signature, call=call)
    for name, (signature, call) in ROWS.items()
}
