"""tf, tf.math and tf.nn functions of each element, and the methods of tf.Tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import arrays
from shapecheck.dialects.base import Apply, NotUnderstood
from shapecheck.dialects.rows import activation, axes_of, combine, first, pointwise, shape_of, tensor_of
from shapecheck.dialects.tf.rows import TensorflowTable
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.losses import LastAxisLoss, SoftmaxLoss
from shapecheck.ops.reductions import Reduce

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

table = TensorflowTable()
SPELLINGS = table.rows
row = table.functions

# Names that both tf and tf.math have, and names that only tf.math has.
BOTH = (
    "abs acos acosh asin asinh atan atanh cos cosh exp floor negative round "
    "sigmoid sign sin sinh sqrt square tan tanh"
)
MATH = "ceil digamma erf erfinv expm1 lgamma log log1p reciprocal rsqrt log_sigmoid conj"
ARITHMETIC = "add subtract multiply divide pow maximum minimum"
MATH_ARITHMETIC = "mod floormod floordiv divide_no_nan squared_difference multiply_no_nan"
COMPARED = "equal not_equal greater greater_equal less less_equal logical_and logical_or"


def scaled(_: Any, arguments: Arguments) -> Apply:
    return combine(Elementwise("multiply"), (arguments["scalar"], arguments["x"]))


def bias_add(_: Any, arguments: Arguments) -> Apply:
    """The bias belongs to the last axis."""
    if arguments["data_format"] not in (None, "NHWC"):
        raise NotUnderstood("channels first")
    return Apply(Elementwise("add", into_first=True), (tensor_of(first(arguments)), arguments.tensor("bias")))


def moments(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("axes"), "axes")
    return Apply(Reduce("moments", axes, arrays.kept(arguments), 2, False), (tensor_of(first(arguments)),))


def looked_up(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.gathering import Take

    table_, ids = tensor_of(first(arguments)), arrays.indices_of(arguments["ids"])
    return Apply(Take(0), (table_, ids))


def softmax_loss(_: Any, arguments: Arguments) -> Apply:
    if arguments["axis"] != -1:
        raise NotUnderstood("classes in another axis than the last")
    return _loss(SoftmaxLoss(), arguments)


def class_loss(_: Any, arguments: Arguments) -> Apply:
    return _loss(
        LastAxisLoss("sparse_softmax_cross_entropy_with_logits", classes=True, squeezes=False), arguments
    )


def _loss(op: LastAxisLoss | SoftmaxLoss, arguments: Arguments) -> Apply:
    labels, logits = tensor_of(arguments["labels"]), tensor_of(arguments["logits"])
    shape_of(labels)
    return Apply(op, (labels, logits), dtype=logits.dtype)


def sigmoid_loss(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.losses import ElementLoss

    logits, labels = tensor_of(arguments["logits"]), tensor_of(arguments["labels"])
    return Apply(
        ElementLoss("sigmoid_cross_entropy_with_logits", False, True), (logits, labels), dtype=logits.dtype
    )


def set_shape(_: Any, arguments: Arguments) -> Any:
    """A promise about the shape; nothing comes back."""
    return None


def _rows() -> None:
    for name in BOTH.split():
        row(
            f"{name} math.{name}",
            "x, name=None",
            activation(name) if name in ("sigmoid", "tanh") else pointwise(name),
        )
    for name in MATH.split():
        row(f"math.{name}", "x, name=None", pointwise(name))
    row("math.real math.imag math.angle", "input, name=None", pointwise("real"))
    row("math.is_nan math.is_inf math.is_finite", "x, name=None", pointwise("is_nan", dtype="bool"))
    row("logical_not math.logical_not", "x, name=None", pointwise("logical_not", dtype="bool"))
    for name in ARITHMETIC.split():
        row(f"{name} math.{name}", "x, y, name=None", arrays.arithmetic(name))
    for name in MATH_ARITHMETIC.split():
        row(f"math.{name}", "x, y, name=None", arrays.arithmetic(name))
    row("truediv math.truediv truncatediv math.xlogy", "x, y, name=None", arrays.arithmetic("divide"))
    row("atan2 math.atan2", "y, x, name=None", arrays.arithmetic("atan2"))
    for name in COMPARED.split():
        row(f"{name} math.{name}", "x, y, name=None", arrays.arithmetic("compare", dtype="bool"))
    row("scalar_mul math.scalar_mul", "scalar, x, name=None", scaled)
    row("complex", "real, imag, name=None", arrays.arithmetic("complex"))
    _nn_rows()
    _method_rows()


def _nn_rows() -> None:
    for name in ["relu", "relu6", "elu", "selu", "softplus", "softsign"]:
        row(f"nn.{name}", "features, name=None", activation(name))
    row("math.softplus", "features, name=None", activation("softplus"))
    row("nn.sigmoid nn.tanh", "x, name=None", activation("tanh"))
    row("nn.leaky_relu", "features, alpha=0.2, name=None", activation("leaky_relu"))
    row("nn.gelu", "features, approximate=False, name=None", activation("gelu"))
    row("nn.silu nn.swish", "features, beta=1.0", activation("silu"))
    row("nn.crelu", "features, axis=-1, name=None", _crelu)
    softmax = "logits, axis=None, name=None"
    row("nn.softmax math.softmax", softmax, arrays.softmax(), {"axis": "axis"})
    row("nn.log_softmax math.log_softmax", softmax, arrays.softmax(log=True), {"axis": "axis"})
    row("nn.dropout", "x, rate, noise_shape=None, seed=None, name=None", pointwise("dropout"))
    row("nn.bias_add", "value, bias, data_format=None, name=None", bias_add)
    row("nn.moments", "x, axes, shift=None, keepdims=False, name=None", moments, {"axes": "axes"})
    row("nn.embedding_lookup", "params, ids, max_norm=None, name=None", looked_up)
    row("nn.l2_loss", "t, name=None", lambda _, a: Apply(Reduce("l2_loss"), (tensor_of(first(a)),)))
    row("nn.softmax_cross_entropy_with_logits", "labels, logits, axis=-1, name=None", softmax_loss)
    row("nn.sparse_softmax_cross_entropy_with_logits", "labels, logits, name=None", class_loss)
    row("nn.sigmoid_cross_entropy_with_logits", "labels=None, logits=None, name=None", sigmoid_loss)
    row(
        "nn.batch_normalization", "x, mean, variance, offset, scale, variance_epsilon, name=None", _normalized
    )
    pixel = "input, depth_radius=5, bias=1, alpha=1, beta=0.5, name=None"
    row("nn.local_response_normalization", pixel, pointwise("local_response_normalization"))


def _crelu(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.joining import Concat

    tensor = tensor_of(first(arguments))
    return Apply(Concat(arguments.integer("axis")), (tensor, tensor))


def _normalized(_: Any, arguments: Arguments) -> Apply:
    values = [value for value in list(arguments.values.values())[:5] if value is not None]
    return combine(Elementwise("normalize"), values)


def _method_rows() -> None:
    table.method("tf.Tensor.set_shape", "self, shape", set_shape)
    table.method("tf.Tensor.numpy", "self", arrays.same)
    table.method("tf.Tensor.get_shape", "self", arrays.shape_reader)
    table.method("tf.Tensor.__len__", "self", _length)
    for name, value in {"assign": "value", "assign_add": "delta", "assign_sub": "delta"}.items():
        signature = f"self, {value}, use_locking=False, name=None, read_value=True"
        table.method(f"tf.Variable.{name}", signature, arrays.same)
    table.method("tf.Variable.read_value", "self", arrays.same)
    table.method("tf.Variable.numpy", "self", arrays.same)
    table.method(
        "keras.KerasTensor.reshape", "self, newshape", arrays.reshape("newshape"), {"sizes": "newshape"}
    )
    table.method(
        "keras.KerasTensor.squeeze", "self, axis=None", arrays.squeeze(repeats=True), {"axes": "axis"}
    )


def _length(_: Any, arguments: Arguments) -> Any:
    shape = shape_of(tensor_of(first(arguments)))
    if not shape:
        raise NotUnderstood("a tensor without axes has no length")
    return shape[0]


_rows()
