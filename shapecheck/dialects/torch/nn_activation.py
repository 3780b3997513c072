"""torch.nn activations, dropout and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.ops.activation import Activation, Dropout, GatedLinear, Identity, PReLU, Softmax

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

# Every activation without weights: its parameters, the function's neutral name, the parameter it depends on.
ACTIVATIONS = {
    "ReLU": ("inplace=False", "relu", None),
    "ReLU6": ("inplace=False", "relu6", None),
    "LeakyReLU": ("negative_slope=0.01, inplace=False", "leaky_relu", "negative_slope"),
    "ELU": ("alpha=1.0, inplace=False", "elu", "alpha"),
    "SELU": ("inplace=False", "selu", None),
    "CELU": ("alpha=1.0, inplace=False", "celu", "alpha"),
    "GELU": ("approximate='none'", "gelu", "approximate"),
    "SiLU": ("inplace=False", "silu", None),
    "Mish": ("inplace=False", "mish", None),
    "Sigmoid": ("", "sigmoid", None),
    "Tanh": ("", "tanh", None),
    "Softplus": ("beta=1.0, threshold=20.0", "softplus", "beta"),
    "Softsign": ("", "softsign", None),
    "Softshrink": ("lambd=0.5", "softshrink", "lambd"),
    "Hardshrink": ("lambd=0.5", "hardshrink", "lambd"),
    "Tanhshrink": ("", "tanhshrink", None),
    "Hardsigmoid": ("inplace=False", "hard_sigmoid", None),
    "Hardswish": ("inplace=False", "hard_swish", None),
    "Hardtanh": (
        "min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None",
        "hard_tanh",
        "max_val",
    ),
    "LogSigmoid": ("", "log_sigmoid", None),
    "Threshold": ("threshold, value, inplace=False", "threshold", "threshold"),
    "RReLU": ("lower=0.125, upper=0.3333333333333333, inplace=False", "rrelu", "upper"),
}
# Dropouts: the ranks that PyTorch accepts, whether whole channels are dropped.
DROPOUTS: dict[str, tuple[tuple[int, ...] | None, bool]] = {
    "Dropout": (None, False),
    "Dropout1d": ((3, 2), True),
    "Dropout2d": (None, True),
    "Dropout3d": (None, True),
    "AlphaDropout": (None, False),
    "FeatureAlphaDropout": (None, True),
}


def _activation(name: str, signature: str, function: str, slope: str | None) -> Spelling:
    def build(arguments: Arguments) -> Op:
        value = None if slope is None else arguments[slope]
        return Activation(function, slope=None if value is UNKNOWN else value)

    return Spelling(
        f"torch.nn.{name}", "layer", signature, build=build, names={"slope": slope} if slope else None
    )


def rate_of(arguments: Arguments, name: str) -> Any:
    """A dropout rate; one that is unknown counts as one that is legal."""
    value = arguments[name]
    return value if isinstance(value, int | float) else 0.5


def _dropout(name: str, allowed: tuple[int, ...] | None, whole_channels: bool) -> Spelling:
    def build(arguments: Arguments) -> Op:
        return Dropout(rate=rate_of(arguments, "p"), whole_channels=whole_channels, allowed=allowed)

    return Spelling(f"torch.nn.{name}", "layer", "p=0.5, inplace=False", build=build, names={"rate": "p"})


def implicit_axis(rank: int) -> int:
    """The axis that torch's softmax takes where none is given."""
    return 0 if rank in (0, 1, 3) else 1


def softmax_axis(arguments: Arguments, x: Any) -> int:
    """`dim`, or the axis that PyTorch takes without it."""
    if arguments["dim"] is not None:
        return arguments.integer("dim")
    if x.shape is None:
        return -1
    return implicit_axis(len(x.shape))


def _softmax(name: str, *, log: bool = False, negate: bool = False) -> Spelling:
    def build(arguments: Arguments) -> Op:
        axis = None if arguments["dim"] is None else arguments.integer("dim")
        return Softmax(axis=axis, log=log, negate=negate)

    return Spelling(
        f"torch.nn.{name}", "layer", "dim=None", build=build, call=call_softmax, names={"axis": "dim"}
    )


def call_softmax(op: Softmax, arguments: Arguments) -> Apply:
    """The softmax over the axis that the layer was given, or PyTorch's choice by rank."""
    x = arguments.tensor("input")
    if op.axis is None:
        op = op.replace(axis=-1 if x.shape is None else implicit_axis(len(x.shape)))  # type: ignore[assignment]
    return Apply(op, (x,))


def _softmax_of_channels(arguments: Arguments) -> Op:
    return Softmax(axis=-3, allowed=(4, 3))


def _glu(arguments: Arguments) -> Op:
    return GatedLinear(axis=arguments.integer("dim"))


def _prelu(arguments: Arguments) -> Op:
    return PReLU(count=arguments.size("num_parameters"))


def _identity(arguments: Arguments) -> Op:
    return Identity()


def first_of(op: Op, arguments: Arguments) -> Apply:
    """The one input of layers that take anything."""
    if not arguments["args"]:
        raise NotUnderstood("no positional input")
    return Apply(op, (arguments["args"][0],))


SPELLINGS = {
    row.name: row
    for row in (
        *(_activation(name, *rest) for name, rest in ACTIVATIONS.items()),
        *(_dropout(name, *rest) for name, rest in DROPOUTS.items()),
        _softmax("Softmax"),
        _softmax("LogSoftmax", log=True),
        _softmax("Softmin", negate=True),
        Spelling("torch.nn.Softmax2d", "layer", "", build=_softmax_of_channels),
        Spelling("torch.nn.GLU", "layer", "dim=-1", build=_glu, names={"axis": "dim"}),
        Spelling(
            "torch.nn.PReLU",
            "layer",
            "num_parameters=1, init=0.25, device=None, dtype=None",
            build=_prelu,
            names={"count": "num_parameters"},
        ),
        Spelling("torch.nn.Identity", "layer", "*args, **kwargs", build=_identity),
    )
}
