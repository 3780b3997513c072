"""keras.ops: functions of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import array_makers as make
from shapecheck.dialects import array_products as products
from shapecheck.dialects import arrays, image
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
    sizes_of,
    tensor_of,
)
from shapecheck.ops.attention import Attention
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.padding import Pad
from shapecheck.ops.shape_moves import Along, Transpose
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = Table()
SPELLINGS = table.rows

TO_FLOAT = (
    "arccos arccosh arcsin arcsinh arctan arctanh cos cosh cbrt deg2rad rad2deg erf erfc erfinv exp exp2 "
    "expm1 i0 log "
    "log10 log1p log2 reciprocal rsqrt sin sinc sinh sqrt tan tanh sigmoid"
)
KEEP = (
    "abs absolute angle ceil conj conjugate copy fabs floor imag negative real sign square trunc "
    "bitwise_invert bitwise_not "
    "stop_gradient convert_to_numpy"
)
ACTIVATIONS = (
    "relu relu6 silu swish softsign log_sigmoid hard_sigmoid hard_silu hard_swish hard_tanh selu softplus "
    "tanh_shrink "
    "sparse_plus sparse_sigmoid"
)
TO_BOOL = "isfinite isinf isnan isneginf isposinf isreal logical_not signbit"
ARITHMETIC = (
    "add subtract multiply maximum minimum power floor_divide mod fmod fmax fmin hypot gcd lcm logaddexp "
    "logaddexp2 "
    "nextafter heaviside ldexp"
)
BITS = "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift left_shift right_shift"
COMPARED = "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor"


def row(names: str, signature: str, call: Call, attributes: dict[str, str] | None = None) -> None:
    """`keras.ops.NAME(…)` for each of the names."""
    for name in names.split():
        table.function(f"keras.ops.{name}", signature, call, attributes)


def clip(_: Any, arguments: Arguments) -> Apply:
    values = list(arguments.values.values())[:3]
    return combine(Elementwise("clip"), values)


def pad(_: Any, arguments: Arguments) -> Apply:
    tensor = tensor_of(first(arguments))
    pairs = arrays.pairs_of(arguments.known("pad_width"), len(shape_of(tensor)), arguments)
    return Apply(Pad(pairs, arguments.text("mode"), True), (tensor,))


def slice_(_: Any, arguments: Arguments) -> Apply:
    """slice(inputs, start_indices, shape): within bounds, one number for each axis."""
    from shapecheck.ops.narrowing import Block

    tensor = tensor_of(first(arguments))
    starts = arguments["start_indices"]
    if starts is UNKNOWN or isinstance(starts, Tensor):
        starts = (0,) * len(shape_of(tensor))
    sizes = sizes_of(arguments["shape"], arguments, "shape")
    return Apply(Block(sizes_of(starts, arguments), sizes), (tensor,))


def kept_first(_: Any, arguments: Arguments) -> Apply:
    """slice_update, scatter_update: the first tensor keeps its shape."""
    return Apply(Elementwise("update"), (tensor_of(first(arguments)),))


def normalize(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("axis"), "axis")
    return Apply(Along("normalize", axes, scalar=False), (tensor_of(first(arguments)),))


def scatter(_: Any, arguments: Arguments) -> Any:
    from shapecheck.dialects.constructors import made_from

    return made_from(arguments["shape"], arguments, arguments.tensor("values").dtype)


def moments(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.reductions import Reduce

    op = Reduce("moments", axes_of(arguments.known("axes"), "axes"), arrays.kept(arguments), 2, False)
    return Apply(op, (tensor_of(first(arguments)),))


def predicted(_: Any, arguments: Arguments) -> Apply:
    """in_top_k: a truth value for each target."""
    return Apply(Elementwise("in_top_k"), (tensor_of(first(arguments)),), dtype="bool")


def data_dependent(_: Any, arguments: Arguments) -> Any:
    raise NotUnderstood("the shape depends on the data")


def attention(_: Any, arguments: Arguments) -> Apply:
    """dot_product_attention: (n, t, heads, d) tensors; the heads go in front for the operator."""
    tensors = [arguments.tensor(name) for name in ("query", "key", "value")]
    if any(len(shape_of(tensor)) != 4 for tensor in tensors):
        raise NotUnderstood("attention on other than four axes")
    heads_first = tuple(Apply(Transpose(1, 2), (tensor,)) for tensor in tensors)
    mask = (arguments["mask"],) if isinstance(arguments["mask"], Tensor) else ()
    return Apply(Transpose(1, 2), (Apply(Attention(), (*heads_first, *mask)),))


def resize(_: Any, arguments: Arguments) -> Apply:
    """image.resize: (n, h, w, c) or channels first."""
    layout = arguments["data_format"]
    if layout not in (None, "channels_last", "channels_first"):
        raise NotUnderstood("data_format is unknown")
    return image.resized(arguments, layout != "channels_first")


def is_tensor(_: Any, arguments: Arguments) -> Any:
    found = first(arguments)
    return UNKNOWN if found is UNKNOWN else isinstance(found, Tensor)


def _rows() -> None:
    for name in TO_FLOAT.split():
        row(name, "x", activation(name) if name in ("tanh", "sigmoid") else floats(name))
    for name in KEEP.split():
        row(name, "variable" if name == "stop_gradient" else "x", pointwise(name))
    for name in ACTIVATIONS.split():
        row(name, "x", activation(name))
    for name, signature in {
        "leaky_relu": "x, negative_slope=0.2",
        "elu": "x, alpha=1.0",
        "celu": "x, alpha=1.0",
        "gelu": "x, approximate=True",
        "hard_shrink": "x, threshold=0.5",
        "soft_shrink": "x, threshold=0.5",
        "squareplus": "x, b=4",
        "threshold": "x, threshold, default_value",
    }.items():
        row(name, signature, activation(name))
    row("softmax", "x, axis=-1", arrays.softmax(), {"axis": "axis"})
    row("log_softmax", "x, axis=-1", arrays.softmax(log=True), {"axis": "axis"})
    row("sparsemax", "x, axis=-1", arrays.softmax(), {"axis": "axis"})
    for name in TO_BOOL.split():
        row(name, "x", pointwise(name, dtype="bool"))
    _arithmetic_rows()
    _reduction_rows()
    _shape_rows()
    _product_rows()
    _maker_rows()


def _arithmetic_rows() -> None:
    for name in ARITHMETIC.split():
        row(name, "x1, x2", arrays.arithmetic(name))
    row("divide true_divide divide_no_nan", "x1, x2", arrays.arithmetic("divide", divides=True))
    row("arctan2", "x1, x2", arrays.arithmetic("arctan2", divides=True))
    row(
        BITS.replace("bitwise_left_shift bitwise_right_shift left_shift right_shift", ""),
        "x, y",
        arrays.arithmetic("bits"),
    )
    row("bitwise_left_shift bitwise_right_shift left_shift right_shift", "x, y", arrays.arithmetic("bits"))
    row(COMPARED, "x1, x2", arrays.arithmetic("compare", dtype="bool"))
    row(
        "isclose",
        "x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False",
        arrays.arithmetic("compare", dtype="bool"),
    )
    row("clip", "x, x_min, x_max", clip)
    row("round", "x, decimals=0", pointwise("round"))
    row("nan_to_num", "x, nan=0.0, posinf=None, neginf=None", pointwise("nan_to_num"))
    row("where", "condition, x1=None, x2=None", arrays.where)
    row("cast saturate_cast", "x, dtype", arrays.cast)
    row("digitize", "x, bins", pointwise("digitize", dtype="int32"))


def _reduction_rows() -> None:
    names = {"axes": "axis", "keep": "keepdims"}
    plain = "x, axis=None, keepdims=False"
    for name in ["sum", "prod", "nansum", "nanprod"]:
        signature = "x, axis=None, keepdims=False" + (", dtype=None" if name == "prod" else "")
        row(name, signature, arrays.reduction(name), names)
    for name in ["mean", "std", "var", "median", "nanmean", "nanstd", "nanvar", "nanmedian", "logsumexp"]:
        row(name, plain, arrays.reduction(name, "float"), names)
    for name in ["max", "min"]:
        row(name, f"{plain}, initial=None", arrays.reduction(name, nonempty=True), names)
    for name in ["amax", "amin", "ptp", "nanmax", "nanmin"]:
        row(name, plain, arrays.reduction(name, nonempty=True), names)
    row("any", plain, arrays.reduction("any", "bool"), names)
    row("all", plain, arrays.reduction("all", "bool"), names)
    row("count_nonzero", "x, axis=None", arrays.reduction("count_nonzero", "int32"), names)
    row("argmax", plain, arrays.position("argmax"), names)
    row("argmin", plain, arrays.position("argmin"), names)
    row("cumsum", "x, axis=None, dtype=None", arrays.scan("cumsum"), {"axes": "axis"})
    row("cumprod", "x, axis=None, dtype=None", arrays.scan("cumprod"), {"axes": "axis"})
    row("sort", "x, axis=-1", arrays.scan("sort"), {"axes": "axis"})
    row("argsort", "x, axis=-1", arrays.scan("argsort", dtype="int32"), {"axes": "axis"})
    row("norm linalg.norm", "x, ord=None, axis=None, keepdims=False", products.norm, names)
    row("moments", "x, axes, keepdims=False, synchronized=False", moments, {"axes": "axes"})
    row("normalize", "x, axis=-1, order=2, epsilon=None", normalize, {"axes": "axis"})
    row("rms_normalization", "x, scale=None, axis=-1, epsilon=None", pointwise("rms_normalization"))
    row("top_k", "x, k, sorted=True", make.top_k, {"count": "k"})
    row("in_top_k", "targets, predictions, k", predicted)


def _shape_rows() -> None:
    row("reshape", "x, newshape", arrays.reshape("newshape"), {"sizes": "newshape"})
    row("ravel", "x", arrays.flatten)
    row("transpose", "x, axes=None", arrays.transpose("axes"), {"axes": "axes"})
    row("swapaxes", "x, axis1, axis2", arrays.swap_axes, {"first": "axis1", "second": "axis2"})
    row(
        "moveaxis",
        "x, source, destination",
        arrays.move_axis,
        {"source": "source", "destination": "destination"},
    )
    row("expand_dims", "x, axis", arrays.expand_dims, {"axes": "axis"})
    row("squeeze", "x, axis=None", arrays.squeeze(repeats=True), {"axes": "axis"})
    row("broadcast_to", "x, shape", arrays.broadcast_to("shape"), {"sizes": "shape"})
    row("tile", "x, repeats", arrays.tile("repeats"), {"times": "repeats"})
    row("repeat", "x, repeats, axis=None", arrays.repeat, {"repeats": "repeats", "axis": "axis"})
    row("flip", "x, axis=None", arrays.along("flip", distinct=True), {"axes": "axis"})
    row("roll", "x, shift, axis=None", arrays.along("roll"), {"axes": "axis"})
    row("concatenate", "xs, axis=0", arrays.concatenate, {"axis": "axis"})
    row("stack", "x, axis=0", arrays.stack, {"axis": "axis"})
    row(
        "split",
        "x, indices_or_sections, axis=0",
        arrays.split(),
        {"axis": "axis", "count": "indices_or_sections"},
    )
    row("array_split", "x, indices_or_sections, axis=0", arrays.split(uneven=True), {"axis": "axis"})
    row("unstack", "x, num=None, axis=0", arrays.unstack, {"axis": "axis", "count": "num"})
    row("take", "x, indices, axis=None", arrays.take, {"axis": "axis"})
    row("take_along_axis", "x, indices, axis=None", arrays.take_along_axis, {"axis": "axis"})
    row("pad", "x, pad_width, mode='constant', constant_values=None", pad, {"widths": "pad_width"})
    row("slice", "inputs, start_indices, shape", slice_)
    row("slice_update", "inputs, start_indices, updates", kept_first)
    row("scatter_update", "inputs, indices, updates, reduction=None", kept_first)
    row("scatter", "indices, values, shape", scatter)
    row("vstack hstack dstack", "xs", data_dependent)
    row("nonzero", "x", data_dependent)
    row(
        "unique",
        "x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None, "
        "fill_value=None",
        data_dependent,
    )
    row("shape", "x", arrays.shape_reader)
    row("ndim", "x", arrays.rank_reader)
    row("size", "x", arrays.size_reader)
    row("dtype", "x", arrays.dtype_reader)
    row("is_tensor", "x", is_tensor)
    attend = "query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None"
    row("dot_product_attention", f"{attend}, attn_logits_soft_cap=None", attention)
    images = (
        "images, size, interpolation='bilinear', antialias=False, crop_to_aspect_ratio=False, "
        "pad_to_aspect_ratio=False, fill_mode='constant', fill_value=0.0, data_format=None"
    )
    row("image.resize", images, resize, {"size": "size"})


def _product_rows() -> None:
    row("matmul", "x1, x2", products.matmul())
    row("dot", "x1, x2", products.dot)
    row("vdot", "x1, x2", data_dependent)
    row("inner", "x1, x2", products.inner)
    row("outer", "x1, x2", products.outer)
    row("tensordot", "x1, x2, axes=2", products.tensordot(merged=True), {"left": "axes", "right": "axes"})
    row(
        "einsum",
        "subscripts, *operands, **kwargs",
        products.einsum("subscripts", "operands", stretches=False),
        {"equation": "subscripts"},
    )
    row("tril triu", "x, k=0", products.triangle)
    row("diag", "x, k=0", products.diag)
    row("diagonal", "x, offset=0, axis1=0, axis2=1", products.diagonal())
    row("trace", "x, offset=0, axis1=0, axis2=1", products.diagonal(drop=True))
    row("inv linalg.inv", "x", products.square("inverse"))
    row("cholesky linalg.cholesky", "x, upper=False", products.square("cholesky"))
    row("det linalg.det", "x", products.square("det", 2))
    row("eigh linalg.eigh", "x", products.decomposition("eigh"))
    row("qr linalg.qr", "x, mode='reduced'", products.decomposition("qr"))
    row("svd linalg.svd", "x, full_matrices=True, compute_uv=True", products.decomposition("svd"))
    row("solve linalg.solve", "a, b", products.solve)


def _maker_rows() -> None:
    row("zeros ones empty", "shape, dtype=None", make.sized("float32"))
    row("zeros_like ones_like", "x, dtype=None", make.alike)
    row("empty_like", "x, dtype=None", make.alike)
    row("full", "shape, fill_value, dtype=None", make.full("shape", "fill_value", "float32", "int32"))
    row("full_like", "x, fill_value, dtype=None", make.alike)
    row(
        "arange", "start, stop=None, step=None, dtype=None", make.counting("stop", "step", "float32", "int32")
    )
    linspace = "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0"
    row("linspace", linspace, make.spaced("num", "float32"))
    row("eye", "N, M=None, k=0, dtype=None", make.eye("N", "M", "float32"))
    row("identity", "n, dtype=None", make.eye("n", None, "float32"))
    row("tri", "N, M=None, k=0, dtype=None", make.eye("N", "M", "float32"))
    row("meshgrid", "*x, indexing='xy'", make.meshgrid("x"))
    row(
        "one_hot",
        "x, num_classes, axis=-1, dtype=None, sparse=False",
        make.one_hot("num_classes", "float32"),
        {"classes": "num_classes"},
    )
    row("array", "x, dtype=None", arrays.array(floats="float32", integers="int32"))
    row(
        "convert_to_tensor",
        "x, dtype=None, sparse=None, ragged=None",
        arrays.array(floats="float32", integers="int32"),
    )


_rows()
