"""keras.random and keras.activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import array_makers as make
from shapecheck.dialects import arrays
from shapecheck.dialects.base import UNKNOWN, Apply
from shapecheck.dialects.rows import Table, activation, first, pointwise, tensor_of
from shapecheck.ops.activation import GatedLinear
from shapecheck.ops.reading import Draw
from shapecheck.ops.shape_moves import Along

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

table = Table()
SPELLINGS = table.rows


def categorical(_: Any, arguments: Arguments) -> Apply:
    op = Draw(arguments.size("num_samples"), True)
    return Apply(op, (tensor_of(first(arguments)),), dtype=arguments.dtype("dtype"))


def shuffle(_: Any, arguments: Arguments) -> Apply:
    return Apply(Along("shuffle", (arguments.integer("axis"),), scalar=False), (tensor_of(first(arguments)),))


def gated(_: Any, arguments: Arguments) -> Apply:
    return Apply(GatedLinear(arguments.integer("axis")), (tensor_of(first(arguments)),))


def _random_rows() -> None:
    for name, signature, dtype in (
        ("normal", "shape, mean=0.0, stddev=1.0, dtype=None, seed=None", "float32"),
        ("truncated_normal", "shape, mean=0.0, stddev=1.0, dtype=None, seed=None", "float32"),
        ("uniform", "shape, minval=0.0, maxval=1.0, dtype=None, seed=None", "float32"),
        ("randint", "shape, minval, maxval, dtype='int32', seed=None", "int32"),
        ("gamma", "shape, alpha, dtype=None, seed=None", "float32"),
        ("beta", "shape, alpha, beta, dtype=None, seed=None", "float32"),
        ("binomial", "shape, counts, probabilities, dtype=None, seed=None", "float32"),
    ):
        table.function(f"keras.random.{name}", signature, make.sized(dtype))
    table.function("keras.random.categorical", "logits, num_samples, dtype='int32', seed=None", categorical)
    table.function("keras.random.dropout", "inputs, rate, noise_shape=None, seed=None", pointwise("dropout"))
    table.function("keras.random.shuffle", "x, axis=0, seed=None", shuffle)
    table.function(
        "keras.random.SeedGenerator", "seed=None, name=None, **kwargs", lambda _, arguments: UNKNOWN
    )
    table.function("keras.utils.set_random_seed", "seed", lambda _, arguments: None)


def _activation_rows() -> None:
    plain = (
        "relu6 selu sigmoid silu swish softplus softsign tanh tanh_shrink hard_sigmoid hard_silu "
        "hard_swish hard_tanh "
        "log_sigmoid mish linear exponential sparse_plus sparse_sigmoid"
    )
    for name in plain.split():
        table.function(f"keras.activations.{name}", "x", activation(name))
    for name, signature in {
        "relu": "x, negative_slope=0.0, max_value=None, threshold=0.0",
        "leaky_relu": "x, negative_slope=0.2",
        "elu": "x, alpha=1.0",
        "celu": "x, alpha=1.0",
        "gelu": "x, approximate=False",
        "hard_shrink": "x, threshold=0.5",
        "soft_shrink": "x, threshold=0.5",
        "squareplus": "x, b=4",
        "threshold": "x, threshold, default_value",
    }.items():
        table.function(f"keras.activations.{name}", signature, activation(name))
    table.function("keras.activations.softmax", "x, axis=-1", arrays.softmax(), {"axis": "axis"})
    table.function("keras.activations.log_softmax", "x, axis=-1", arrays.softmax(log=True), {"axis": "axis"})
    table.function("keras.activations.sparsemax", "x, axis=-1", arrays.softmax(), {"axis": "axis"})
    table.function("keras.activations.glu", "x, axis=-1", gated, {"axis": "axis"})


_random_rows()
_activation_rows()
