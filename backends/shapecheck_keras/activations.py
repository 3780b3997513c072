"""Functions of each element, softmax, dropout."""

from __future__ import annotations

from math import pi, sqrt
from typing import TYPE_CHECKING, Any

from shapecheck.model.refusal import Unsupported
from shapecheck_keras.orders import Placed

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.ops.activation import Activation, Dropout, Identity, PReLU, Softmax
    from shapecheck_keras.site import Site

# Functions that keras.layers.Activation knows, by the neutral name.
NAMED = {
    **{name: name for name in ("relu", "relu6", "selu", "silu", "mish", "sigmoid", "tanh", "softsign")},
    **{name: name for name in ("hard_sigmoid", "log_sigmoid", "softplus", "gelu", "celu", "elu")},
    "hard_swish": "hard_silu",
    "tanhshrink": "tanh_shrink",
}


def activation(site: Site, op: Activation, x: Placed) -> Placed:
    """Activation, LeakyReLU, ELU; keras.ops where the layer has no such setting."""
    special = SPECIAL.get(op.name)
    tensor = None if special is None else special(site, x.tensor, op.slope)
    if tensor is None:
        if op.name not in NAMED:
            raise Unsupported(f"Keras has no activation {op.name!r}")
        tensor = site.layer("Activation", activation=NAMED[op.name])(x.tensor)
    return Placed(tensor, x.order, x.shape)


def _leaky(site: Site, tensor: Any, slope: Any) -> Any:
    slope = 0.01 if slope is None else float(slope)
    if site.dtype != "float64":
        return site.layer("LeakyReLU", negative_slope=slope)(tensor)
    # TensorFlow rounds the slope to float32.
    below = site.call("multiply", site.call("minimum", tensor, 0.0, part="below"), slope, part="leak")
    return site.call("add", site.call("maximum", tensor, 0.0, part="above"), below)


def _elu(site: Site, tensor: Any, alpha: Any) -> Any:
    return None if alpha in (None, 1.0) else site.layer("ELU", alpha=float(alpha))(tensor)


def _celu(site: Site, tensor: Any, alpha: Any) -> Any:
    return None if alpha in (None, 1.0) else site.call("celu", tensor, alpha=float(alpha))


def _gelu(site: Site, tensor: Any, approximate: Any) -> Any:
    if approximate in ("tanh", True):
        if site.dtype != "float64":
            return site.call("gelu", tensor, approximate=True)
        cube = site.call("multiply", site.call("power", tensor, 3.0, part="cube"), 0.044715, part="bend")
        bent = site.call("multiply", site.call("add", tensor, cube, part="bent"), sqrt(2 / pi), part="scaled")
        return _half(site, tensor, site.call("tanh", bent, part="tanh"))
    if site.dtype != "float64":
        return None
    # TensorFlow rounds the constants of its own to float32.
    inner = site.call("multiply", tensor, 1 / sqrt(2), part="scaled")
    return _half(site, tensor, site.call("erf", inner, part="erf"))


def _half(site: Site, tensor: Any, inner: Any) -> Any:
    half = site.call("multiply", tensor, 0.5, part="half")
    return site.call("multiply", half, site.call("add", inner, 1.0, part="chance"))


def _softplus(site: Site, tensor: Any, beta: Any) -> Any:
    if beta in (None, 1, 1.0):
        return None
    inner = site.call("multiply", tensor, float(beta), part="scaled")
    return site.call("multiply", site.call("softplus", inner, part="soft"), 1 / float(beta))


def _hard_tanh(site: Site, tensor: Any, high: Any) -> Any:
    high = 1.0 if high is None else float(high)
    return site.call("clip", tensor, -high, high)


SPECIAL: dict[str, Callable[[Site, Any, Any], Any]] = {
    "leaky_relu": _leaky,
    "elu": _elu,
    "celu": _celu,
    "gelu": _gelu,
    "softplus": _softplus,
    "hard_tanh": _hard_tanh,
}


def prelu(site: Site, op: PReLU, x: Placed, *, channel: int = 1) -> Placed:
    """PReLU; the slope is shared by all axes but the channels."""
    rank = len(x.shape)
    own = x.native(channel) if op.count != 1 else None
    layer = site.layer("PReLU", shared_axes=[axis for axis in range(1, rank) if axis != own])
    tensor = layer(x.tensor)
    shape = tuple(layer.alpha.shape)
    site.hold("slope", layer.alpha, pack=lambda a: a.reshape(shape), unpack=lambda a: a.reshape(-1))
    return Placed(tensor, x.order, x.shape)


def softmax(site: Site, op: Softmax, x: Placed) -> Placed:
    """Softmax, ops.log_softmax."""
    if op.axis is None:
        raise Unsupported("a softmax needs its axis")
    axes = op.axis if isinstance(op.axis, tuple) else (op.axis,)
    places = tuple(sorted(x.native(axis) for axis in axes))
    tensor = site.call("negative", x.tensor, part="negated") if op.negate else x.tensor
    if not op.log:
        tensor = site.layer("Softmax", axis=places if len(places) > 1 else places[0])(tensor)
    elif len(places) > 1:
        whole = site.call("logsumexp", tensor, axis=places, keepdims=True, part="whole")
        tensor = site.call("subtract", tensor, whole)
    else:
        tensor = site.call("log_softmax", tensor, axis=places[0])
    return Placed(tensor, x.order, x.shape)


def dropout(site: Site, op: Dropout, x: Placed) -> Placed:
    """Dropout; of whole channels with a noise that all other axes share."""
    shape = None
    if op.whole_channels:
        kept = {x.native(0), x.native(1)}
        shape = tuple(None if axis in kept else 1 for axis in range(len(x.shape)))
    tensor = site.layer("Dropout", rate=op.rate, noise_shape=shape)(x.tensor)
    return Placed(tensor, x.order, x.shape)


def identity(site: Site, op: Identity, x: Placed) -> Placed:
    """Identity."""
    return Placed(site.layer("Identity")(x.tensor), x.order, x.shape)
