"""keras.backend: the functions of the old backend module, and what the new one keeps of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import array_makers as make
from shapecheck.dialects import arrays
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.rows import (
    Table,
    activation,
    axes_of,
    combine,
    first,
    floats,
    pointwise,
    shape_of,
    size_of,
    sizes_of,
    tensor_of,
)
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.losses import LastAxisLoss
from shapecheck.ops.matmul import Tensordot
from shapecheck.ops.padding import Pad
from shapecheck.ops.reshaping import Reshape
from shapecheck.ops.shape_moves import Along, RepeatInterleave, Tile, Unsqueeze
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = Table()
SPELLINGS = table.rows


def row(names: str, signature: str, call: Call, attributes: dict[str, str] | None = None) -> None:
    """`keras.backend.NAME(…)` for each of the names."""
    for name in names.split():
        table.function(f"keras.backend.{name}", signature, call, attributes)


def constant(value: Any) -> Call:
    """A function that gives always the same."""
    return lambda _, arguments: value


def batch_flatten(_: Any, arguments: Arguments) -> Apply:
    """(n, …) becomes (n, product of the rest)."""
    tensor = tensor_of(first(arguments))
    if not shape_of(tensor):
        raise NotUnderstood("batch_flatten of a number")
    return Apply(Reshape((-1,), 1, "flatten"), (tensor,))


def dot(_: Any, arguments: Arguments) -> Apply:
    """Like numpy's dot."""
    left, right = (tensor_of(value) for value in list(arguments.values.values())[:2])
    if not shape_of(left) or not shape_of(right):
        raise NotUnderstood("dot of a number")
    place = -2 if len(shape_of(right)) > 1 else -1
    return Apply(Tensordot((-1,), (place,)), (left, right))


def repeat(_: Any, arguments: Arguments) -> Apply:
    """(n, d) becomes (n, times, d)."""
    tensor, times = tensor_of(first(arguments)), size_of(arguments["n"], arguments)
    if len(shape_of(tensor)) != 2:
        raise NotUnderstood("repeat wants a matrix")
    return Apply(Tile((1, times, 1)), (Apply(Unsqueeze((1,)), (tensor,)),))


def repeat_elements(_: Any, arguments: Arguments) -> Apply:
    op = RepeatInterleave(size_of(arguments["rep"], arguments), arguments.integer("axis"))
    return Apply(op, (tensor_of(first(arguments)),))


def reverse(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("axes"), "axes")
    return Apply(Along("flip", axes, scalar=False), (tensor_of(first(arguments)),))


def clip(_: Any, arguments: Arguments) -> Apply:
    return Apply(Elementwise("clip"), (tensor_of(first(arguments)),))


def gather(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.gathering import Take

    return Apply(Take(0), (tensor_of(first(arguments)), arrays.indices_of(arguments["indices"])))


def l2_normalize(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("axis"), "axis")
    return Apply(Along("normalize", axes, scalar=False), (tensor_of(first(arguments)),))


def spatial_padding(axes: int) -> Call:
    """temporal_padding, spatial_2d_padding: the axes between batch and channels."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        written = arguments.known("padding")
        pairs = (
            [sizes_of(written, arguments)] if axes == 1 else [sizes_of(pair, arguments) for pair in written]
        )
        if len(pairs) != axes or any(len(pair) != 2 for pair in pairs):
            raise NotUnderstood("the padding is no pairs")
        none = ((0, 0),)
        found = tuple((pair[0], pair[1]) for pair in pairs)
        layout = arguments.values.get("data_format")
        if layout is UNKNOWN:
            raise NotUnderstood("data_format is unknown")
        widths = none + none + found if layout == "channels_first" else none + found + none
        return Apply(Pad(widths, whole=True), (tensor,))

    return call


def crossentropy(name: str, *, classes: bool = False, elements: bool = False) -> Call:
    """Losses of the old backend: target first, one number for each sample (or each element)."""

    def call(_: Any, arguments: Arguments) -> Apply:
        target, output = (tensor_of(value) for value in list(arguments.values.values())[:2])
        if arguments.values.get("axis", -1) != -1:
            raise NotUnderstood("classes in another axis than the last")
        if elements:
            return Apply(Elementwise(name), (target, output), dtype=output.dtype)
        return Apply(
            LastAxisLoss(name, strict=True, classes=classes, squeezes=classes),
            (target, output),
            dtype=output.dtype,
        )

    return call


def switch(_: Any, arguments: Arguments) -> Apply:
    values = list(arguments.values.values())[:3]
    return combine(Elementwise("switch"), values)


def int_shape(_: Any, arguments: Arguments) -> Any:
    return tuple(shape_of(tensor_of(first(arguments))))


def is_tensor(_: Any, arguments: Arguments) -> Any:
    found = first(arguments)
    return UNKNOWN if found is UNKNOWN or isinstance(found, Tensor) else False


def random(_: Any, arguments: Arguments) -> Any:
    return make.sized("float32")(_, arguments)


def update(_: Any, arguments: Arguments) -> Apply:
    values = list(arguments.values.values())[:2]
    return combine(Elementwise("update"), values)


def _rows() -> None:
    for name in ["exp", "log", "cos", "sin", "sqrt"]:
        row(name, "x", floats(name))
    for name in ["abs", "round", "sign", "square", "cast_to_floatx", "to_dense"]:
        row(name, "tensor" if name == "to_dense" else "x", pointwise(name))
    for name in ["sigmoid", "tanh", "hard_sigmoid", "softplus", "softsign"]:
        row(name, "x", activation(name))
    row("stop_gradient", "variables", pointwise("same"))
    row("relu", "x, alpha=0.0, max_value=None, threshold=0.0", activation("relu"))
    row("elu", "x, alpha=1.0", activation("elu"))
    row("softmax", "x, axis=-1", arrays.softmax(), {"axis": "axis"})
    row("dropout", "x, level, noise_shape=None, seed=None", pointwise("dropout"))
    row("maximum minimum", "x, y", arrays.arithmetic("maximum"))
    row(
        "equal not_equal greater greater_equal less less_equal",
        "x, y",
        arrays.arithmetic("compare", dtype="bool"),
    )
    row("pow", "x, a", arrays.arithmetic("power"))
    row("clip", "x, min_value, max_value", clip)
    row("cast", "x, dtype", arrays.cast)
    row("switch", "condition, then_expression, else_expression", switch)
    row("update", "x, new_x", update)
    row("update_add", "x, increment", update)
    row("update_sub", "x, decrement", update)
    row("moving_average_update", "x, value, momentum", update)
    _reduction_rows()
    _shape_rows()
    _maker_rows()


def _reduction_rows() -> None:
    names = {"axes": "axis", "keep": "keepdims"}
    plain = "x, axis=None, keepdims=False"
    for name in ["sum", "prod"]:
        row(name, plain, arrays.reduction(name), names)
    for name in ["mean", "std", "var"]:
        row(name, plain, arrays.reduction(name, "float"), names)
    for name in ["max", "min"]:
        row(name, plain, arrays.reduction(name, nonempty=True), names)
    row("any", plain, arrays.reduction("any", "bool"), names)
    row("all", plain, arrays.reduction("all", "bool"), names)
    row("logsumexp", plain, arrays.reduction("logsumexp", "float"), names)
    row("argmax argmin", "x, axis=-1", arrays.position("argmax"), {"axes": "axis"})
    row("cumsum cumprod", "x, axis=0", arrays.scan("cumsum"), {"axes": "axis"})
    row("l2_normalize", "x, axis=None", l2_normalize, {"axes": "axis"})
    row(
        "binary_crossentropy",
        "target, output, from_logits=False",
        crossentropy("binary_crossentropy", elements=True),
    )
    row(
        "categorical_crossentropy",
        "target, output, from_logits=False, axis=-1",
        crossentropy("categorical_crossentropy"),
    )
    sparse = "target, output, from_logits=False, axis=-1, ignore_class=None"
    row(
        "sparse_categorical_crossentropy",
        sparse,
        crossentropy("sparse_categorical_crossentropy", classes=True),
    )


def _shape_rows() -> None:
    row("reshape", "x, shape", arrays.reshape("shape"), {"sizes": "shape"})
    row("flatten", "x", arrays.flatten)
    row("batch_flatten", "x", batch_flatten)
    row("permute_dimensions", "x, pattern", arrays.transpose("pattern"), {"axes": "pattern"})
    row("transpose", "x", _reversed)
    row("expand_dims", "x, axis=-1", arrays.expand_dims, {"axes": "axis"})
    row("squeeze", "x, axis", arrays.squeeze(repeats=True), {"axes": "axis"})
    row("concatenate", "tensors, axis=-1", arrays.concatenate, {"axis": "axis"})
    row("stack", "x, axis=0", arrays.stack, {"axis": "axis"})
    row("tile", "x, n", _tile, {"times": "n"})
    row("repeat", "x, n", repeat)
    row("repeat_elements", "x, rep, axis", repeat_elements, {"axis": "axis"})
    row("reverse", "x, axes", reverse, {"axes": "axes"})
    row("gather", "reference, indices", gather)
    row("dot", "x, y", dot)
    row("temporal_padding", "x, padding=(1, 1)", spatial_padding(1), {"widths": "padding"})
    row(
        "spatial_2d_padding",
        "x, padding=((1, 1), (1, 1)), data_format=None",
        spatial_padding(2),
        {"widths": "padding"},
    )
    volume = "x, padding=((1, 1), (1, 1), (1, 1)), data_format=None"
    row("spatial_3d_padding", volume, spatial_padding(3), {"widths": "padding"})
    row("int_shape", "x", int_shape)
    row("shape", "x", arrays.shape_reader)
    row("ndim", "x", arrays.rank_reader)
    row("dtype", "x", arrays.dtype_reader)
    row("is_keras_tensor", "x", is_tensor)
    row("get_value eval", "x", pointwise("same"))


def _reversed(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.shape_moves import Permute

    tensor = tensor_of(first(arguments))
    return Apply(Permute(tuple(reversed(range(len(shape_of(tensor)))))), (tensor,))


def _tile(_: Any, arguments: Arguments) -> Apply:
    """One number repeats the last axis only when there is one axis; TensorFlow wants a number for each."""
    tensor, times = tensor_of(first(arguments)), arguments.known("n")
    if not isinstance(times, list | tuple):
        times = (times,)
    return Apply(Tile(sizes_of(times, arguments), "equal"), (tensor,))


def _maker_rows() -> None:
    row("zeros ones", "shape, dtype=None, name=None", make.sized("float32"))
    row("zeros_like ones_like", "x, dtype=None, name=None", make.alike)
    row("eye", "size, dtype=None, name=None", make.eye("size", None, "float32"))
    row(
        "arange", "start, stop=None, step=1, dtype='int32'", make.counting("stop", "step", "float32", "int32")
    )
    row("one_hot", "indices, num_classes", _one_hot, {"classes": "num_classes"})
    row("random_normal", "shape, mean=0.0, stddev=1.0, dtype=None, seed=None", random)
    row("truncated_normal", "shape, mean=0.0, stddev=1.0, dtype=None, seed=None", random)
    row("random_uniform", "shape, minval=0.0, maxval=1.0, dtype=None, seed=None", random)
    row("random_bernoulli", "shape, p=0.0, dtype=None, seed=None", random)
    row("random_normal_variable", "shape, mean, scale, dtype=None, name=None, seed=None", random)
    row("random_uniform_variable", "shape, low, high, dtype=None, name=None, seed=None", random)
    data = arrays.array(floats="float32", integers="float32")
    row("variable", "value, dtype=None, name=None, constraint=None", data)
    row("constant", "value, dtype=None, shape=None, name=None", _constant)
    row("floatx", "", constant("float32"))
    row("epsilon", "", constant(1e-07))
    row("backend", "", constant(UNKNOWN))
    row("image_data_format", "", constant("channels_last"))
    row("clear_session", "free_memory=True", constant(None))
    row("set_floatx set_epsilon", "value", constant(None))
    row("set_image_data_format", "data_format", constant(None))
    row("get_uid", "prefix=''", constant(UNKNOWN))
    row("standardize_dtype", "dtype", constant(UNKNOWN))
    row("name_scope", "name", constant(UNKNOWN))
    for name, value in {"floatx": "float32", "epsilon": 1e-07, "image_data_format": "channels_last"}.items():
        table.function(f"keras.config.{name}", "", constant(value))
    table.function("keras.config.backend", "", constant(UNKNOWN))


def _one_hot(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.gathering import OneHot

    return Apply(OneHot(arguments.size("num_classes")), (tensor_of(first(arguments)),), dtype="float32")


def _constant(_: Any, arguments: Arguments) -> Any:
    if arguments["shape"] is not None:
        return make.sized("float32")(_, arguments)
    return arrays.array(floats="float32", integers="float32")(_, arguments)


_rows()
