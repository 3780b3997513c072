"""keras.layers: Dense, Embedding, activations, dropout, and layers that keep the shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.dialects.keras.layout import CALL, apply_placed, at_least_one
from shapecheck.dialects.per_axis import per_axis
from shapecheck.ops.activation import Activation, Dropout, Identity, Noise, SharedPReLU, Softmax
from shapecheck.ops.base import Need, Op
from shapecheck.ops.linear import Embedding, Linear

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapecheck.dialects.base import Arguments

DENSE = (
    "units, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros', "
    "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, "
    "bias_constraint=None, lora_rank=None, lora_alpha=None, quantization_config=None, **kwargs"
)
EMBEDDING = (
    "input_dim, output_dim, embeddings_initializer='uniform', embeddings_regularizer=None, "
    "embeddings_constraint=None, mask_zero=False, weights=None, lora_rank=None, lora_alpha=None, "
    "quantization_config=None, **kwargs"
)
REVERSIBLE = (
    "input_dim, output_dim, tie_weights=True, embeddings_initializer='uniform', embeddings_regularizer=None, "
    "embeddings_constraint=None, mask_zero=False, reverse_dtype=None, logit_soft_cap=None, **kwargs"
)
PRELU = "alpha_initializer='Zeros', alpha_regularizer=None, alpha_constraint=None, shared_axes=None, **kwargs"

DATA_CALL = "data, training=True, mask=None"

# Layers of one tensor that decide nothing about its shape: their parameters.
NEUTRAL = {
    "Identity": "**kwargs",
    "ActivityRegularization": "l1=0.0, l2=0.0, **kwargs",
    "Masking": "mask_value=0.0, **kwargs",
    "Rescaling": "scale, offset=0.0, **kwargs",
    "Normalization": "axis=-1, mean=None, variance=None, invert=False, **kwargs",
}
# Augmentations keep the shape too.
AUGMENTATIONS = {
    "RandomBrightness": "factor, value_range=(0, 255), seed=None, **kwargs",
    "RandomContrast": "factor, value_range=(0, 255), seed=None, **kwargs",
    "RandomFlip": "mode='horizontal_and_vertical', seed=None, data_format=None, **kwargs",
    "RandomRotation": (
        "factor, fill_mode='reflect', interpolation='bilinear', seed=None, fill_value=0.0, "
        "data_format=None, **kwargs"
    ),
    "RandomTranslation": (
        "height_factor, width_factor, fill_mode='reflect', interpolation='bilinear', seed=None, "
        "fill_value=0.0, "
        "data_format=None, **kwargs"
    ),
    "RandomZoom": (
        "height_factor, width_factor=None, fill_mode='reflect', interpolation='bilinear', seed=None, "
        "fill_value=0.0, "
        "data_format=None, **kwargs"
    ),
}
# Activations: their parameters, the neutral name of the function, the parameter it depends on.
ACTIVATIONS = {
    "ReLU": ("max_value=None, negative_slope=0.0, threshold=0.0, **kwargs", "relu", None),
    "LeakyReLU": ("negative_slope=0.3, **kwargs", "leaky_relu", "negative_slope"),
    "ELU": ("alpha=1.0, **kwargs", "elu", "alpha"),
}
# Dropouts: their parameters, the rank that they want, whether whole channels are dropped.
DROPOUTS = {
    "Dropout": ("rate, noise_shape=None, seed=None, **kwargs", None, False),
    "AlphaDropout": ("rate, noise_shape=None, seed=None, **kwargs", None, False),
    "GaussianDropout": ("rate, seed=None, **kwargs", None, False),
    "SpatialDropout1D": ("rate, seed=None, name=None, dtype=None", 3, True),
    "SpatialDropout2D": ("rate, data_format=None, seed=None, name=None, dtype=None", 4, True),
    "SpatialDropout3D": ("rate, data_format=None, seed=None, name=None, dtype=None", 5, True),
}


def layer(name: str, signature: str, build: Callable[[Arguments], Op], **rest: Any) -> Spelling:
    """A row of a layer of one tensor."""
    rest.setdefault("call", apply_placed)
    rest.setdefault("call_signature", CALL)
    return Spelling(f"keras.layers.{name}", "layer", signature, build=build, **rest)


def _dense(arguments: Arguments) -> Op:
    return Linear(units=arguments.size("units"), bias=arguments.harmless_flag("use_bias"))


def _apply_dense(op: Op, arguments: Arguments) -> Apply:
    x = arguments.tensor("inputs")
    needs: tuple[Need, ...] = ()
    if x.shape is not None and len(x.shape) < 2:
        needs = (
            Need(
                NEVER,
                "SHP103",
                "{label} expects 2 axes or more, got {got} in {shape}",
                label="Dense",
                got=len(x.shape),
                shape=x.shape,
            ),
        )
    return Apply(op, (x,), needs=needs)


def _dense_limits(op: Op) -> Iterator[Need]:
    return at_least_one(op, "units", "units")


def _embedding(arguments: Arguments) -> Op:
    return Embedding(count=arguments.size("input_dim"), units=arguments.size("output_dim"))


def _apply_embedding(op: Op, arguments: Arguments) -> Apply:
    return Apply(op, (arguments.tensor("inputs"),), dtype="float32")


def _apply_reversible(op: Any, arguments: Arguments) -> Apply:
    if arguments.flag("reverse"):
        scores = Linear(units=op.count, input_size=op.units, bias=False)
        return Apply(scores, (arguments.tensor("inputs"),))
    return _apply_embedding(op, arguments)


def function_name(value: Any) -> str:
    """The neutral name of an activation argument."""
    if value is None:
        return "linear"
    return value if isinstance(value, str) else "activation"


def activation(name: str, axis: int = -1) -> Op:
    """The operator of an activation by its Keras name."""
    if name in ("softmax", "log_softmax"):
        return Softmax(axis=axis, log=name == "log_softmax")
    if name == "glu":
        raise NotUnderstood("glu halves an axis")
    return Identity() if name == "linear" else Activation(name)


def _activation(arguments: Arguments) -> Op:
    return activation(function_name(arguments["activation"]))


def _named(function: str, slope: str | None) -> Callable[[Arguments], Op]:
    def build(arguments: Arguments) -> Op:
        value = None if slope is None else arguments[slope]
        return Activation(function, slope=None if value is UNKNOWN else value)

    return build


def _dropout(rank: int | None, whole_channels: bool) -> Callable[[Arguments], Op]:
    def build(arguments: Arguments) -> Op:
        value = arguments["rate"]
        rate = value if isinstance(value, int | float) else 0.5
        return Dropout(rate=rate, whole_channels=whole_channels, allowed=None if rank is None else (rank,))

    return build


def _noise(arguments: Arguments) -> Op:
    value = arguments["stddev"]
    return Noise(deviation=1.0 if value is UNKNOWN else value)


def _neutral(arguments: Arguments) -> Op:
    return Identity()


def _softmax(arguments: Arguments) -> Op:
    axis = arguments.known("axis")
    return Softmax(axis=tuple(axis) if isinstance(axis, tuple | list) else arguments.integer("axis"))


def _prelu(arguments: Arguments) -> Op:
    shared = per_axis(arguments, "shared_axes", single=False)
    return SharedPReLU(shared=shared if isinstance(shared, tuple) else () if shared is None else (shared,))


SPELLINGS = {
    row.name: row
    for row in (
        layer(
            "Dense",
            DENSE,
            _dense,
            call=_apply_dense,
            names={"units": "units", "bias": "use_bias"},
            limits=_dense_limits,
        ),
        layer(
            "Embedding",
            EMBEDDING,
            _embedding,
            call=_apply_embedding,
            names={"count": "input_dim", "units": "output_dim"},
        ),
        layer(
            "ReversibleEmbedding",
            REVERSIBLE,
            _embedding,
            call=_apply_reversible,
            call_signature="inputs, reverse=False, training=None, mask=None",
            names={"count": "input_dim", "units": "output_dim"},
        ),
        layer("Activation", "activation, **kwargs", _activation),
        *(
            layer(name, signature, _named(function, slope))
            for name, (signature, function, slope) in ACTIVATIONS.items()
        ),
        *(
            layer(name, signature, _dropout(rank, whole), names={"rate": "rate"})
            for name, (signature, rank, whole) in DROPOUTS.items()
        ),
        *(layer(name, signature, _neutral) for name, signature in NEUTRAL.items()),
        *(
            layer(name, signature, _neutral, call_signature=DATA_CALL)
            for name, signature in AUGMENTATIONS.items()
        ),
        layer("GaussianNoise", "stddev, seed=None, **kwargs", _noise, names={"deviation": "stddev"}),
        layer("Softmax", "axis=-1, **kwargs", _softmax, names={"axis": "axis"}),
        layer("PReLU", PRELU, _prelu, names={"shared": "shared_axes"}),
    )
}
