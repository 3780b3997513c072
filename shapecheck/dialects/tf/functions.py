"""tf.* functions used in models: shapes, reductions, joining, makers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import array_makers as make
from shapecheck.dialects import array_products as products
from shapecheck.dialects import arrays, image
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.rows import axes_of, combine, first, shape_of, size_of, sizes_of, tensor_of
from shapecheck.dialects.tf.rows import TensorflowTable
from shapecheck.ops.elementwise import Elementwise, SameShape
from shapecheck.ops.gathering import Filter, Take
from shapecheck.ops.narrowing import Block
from shapecheck.ops.padding import Pad
from shapecheck.ops.reductions import Reduce
from shapecheck.ops.shape_moves import Along, Transpose

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

table = TensorflowTable()
SPELLINGS = table.rows
row = table.functions


def gather(_: Any, arguments: Arguments) -> Apply:
    """The axis is that behind the batch axes unless it is given."""
    batch = arguments.integer("batch_dims")
    axis = batch if arguments["axis"] is None else arguments.integer("axis")
    tensor, index = tensor_of(first(arguments)), arrays.indices_of(arguments["indices"])
    if batch < 0:
        batch += len(shape_of(index))
    if axis < batch and axis >= 0:
        raise NotUnderstood("an axis among the batch axes")
    return Apply(Take(axis, batch), (tensor, index))


def gather_nd(_: Any, arguments: Arguments) -> Apply:
    """The last axis of the indices holds one number for each of the first axes."""
    from shapecheck.ops.gathering import TakeMany

    tensor, index = tensor_of(first(arguments)), arrays.indices_of(arguments["indices"])
    return Apply(TakeMany(arguments.integer("batch_dims")), (tensor, index))


def pad(_: Any, arguments: Arguments) -> Apply:
    tensor = tensor_of(first(arguments))
    written = arguments.known("paddings")
    if not isinstance(written, list | tuple):
        raise NotUnderstood("the paddings are unknown")
    pairs = [sizes_of(pair, arguments, "paddings") for pair in written]
    if any(len(pair) != 2 for pair in pairs):
        raise NotUnderstood("the paddings are no pairs")
    widths = tuple((pair[0], pair[1]) for pair in pairs)
    return Apply(Pad(widths, arguments.text("mode").lower(), True), (tensor,))


def slice_(_: Any, arguments: Arguments) -> Apply:
    starts = sizes_of(arguments["begin"], arguments, "begin")
    return Apply(Block(starts, sizes_of(arguments["size"], arguments)), (tensor_of(first(arguments)),))


def boolean_mask(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.indexing import Cut, Index, Masked

    axis = 0 if arguments["axis"] is None else arguments.integer("axis")
    tensor, mask = tensor_of(first(arguments)), arguments.tensor("mask")
    if axis < 0:
        axis += len(shape_of(tensor))
    if axis < 0 or not shape_of(mask):
        raise NotUnderstood("a mask without axes")
    key = (*(Cut(),) * axis, Masked(arguments.fresh("selected")))
    return Apply(Index(key, "numpy"), (tensor, mask))


def clip_norm(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("axes"), "axes")
    return Apply(Along("clip_by_norm", axes, scalar=False), (tensor_of(first(arguments)),))


def clip(_: Any, arguments: Arguments) -> Apply:
    values = list(arguments.values.values())[:3]
    return combine(Elementwise("clip", into_first=True), values)


def norm(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("axis"), "axis")
    op = Reduce("norm", axes, arguments["keepdims"] is not None and arguments.flag("keepdims"), scalar=False)
    return Apply(op, (tensor_of(first(arguments)),))


def normalized(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("axis"), "axis")
    return Apply(Along("normalize", axes, scalar=False), (tensor_of(first(arguments)),))


def ensure_shape(_: Any, arguments: Arguments) -> Apply:
    """The shape that is promised: None leaves an axis open."""
    from shapecheck.ops.reading import EnsureShape

    written = arguments.known("shape")
    if not isinstance(written, list | tuple):
        raise NotUnderstood("the shape is unknown")
    sizes = tuple(None if size is None or size == -1 else size_of(size, arguments) for size in written)
    return Apply(EnsureShape(sizes), (tensor_of(first(arguments)),))


def total(_: Any, arguments: Arguments) -> Apply:
    tensors = arrays.members(first(arguments))
    return Apply(SameShape("add_n"), tensors)


def unknown(_: Any, arguments: Arguments) -> Any:
    """A value that is not followed."""
    return UNKNOWN


def data_dependent(_: Any, arguments: Arguments) -> Any:
    raise NotUnderstood("the shape depends on the data")


def kept_first(_: Any, arguments: Arguments) -> Apply:
    return Apply(Elementwise("update"), (tensor_of(first(arguments)),))


def scattered(_: Any, arguments: Arguments) -> Any:
    return make.sized(None)(_, arguments)


def matrix_transpose(_: Any, arguments: Arguments) -> Apply:
    tensor = tensor_of(first(arguments))
    if len(shape_of(tensor)) < 2:
        raise NotUnderstood("matrix_transpose of less than a matrix")
    return Apply(Transpose(-1, -2), (tensor,))


def top_k(_: Any, arguments: Arguments) -> Apply:
    return make.top_k(_, arguments)


def nonzero(_: Any, arguments: Arguments) -> Any:
    """tf.where(condition, x, y); the condition alone gives the places where it is true."""
    if arguments["x"] is None and arguments["y"] is None:
        tensor = tensor_of(first(arguments))
        return Apply(Filter(arguments.fresh("places"), True), (tensor,), dtype="int64")
    return arrays.where(_, arguments)


def resize(_: Any, arguments: Arguments) -> Apply:
    if arguments["preserve_aspect_ratio"] is not False:
        raise NotUnderstood("a size that keeps the ratio")
    return image.resized(arguments, True)


def _rows() -> None:
    _shape_rows()
    _reduction_rows()
    _linear_rows()


def _shape_rows() -> None:
    row("reshape", "tensor, shape, name=None", arrays.reshape("shape"), {"sizes": "shape"})
    row(
        "transpose",
        "a, perm=None, conjugate=False, name='transpose'",
        arrays.transpose("perm"),
        {"axes": "perm"},
    )
    row("concat", "values, axis, name='concat'", arrays.concatenate, {"axis": "axis"})
    row("stack", "values, axis=0, name='stack'", arrays.stack, {"axis": "axis"})
    row(
        "unstack", "value, num=None, axis=0, name='unstack'", arrays.unstack, {"axis": "axis", "count": "num"}
    )
    pieces = {"axis": "axis", "sizes": "num_or_size_splits", "count": "num_or_size_splits"}
    row("split", "value, num_or_size_splits, axis=0, num=None, name='split'", arrays.split_sizes, pieces)
    row("expand_dims", "input, axis, name=None", arrays.expand_dims, {"axes": "axis"})
    row("squeeze", "input, axis=None, name=None", arrays.squeeze(repeats=True), {"axes": "axis"})
    row("tile", "input, multiples, name=None", arrays.tile("multiples", "equal"), {"times": "multiples"})
    row(
        "repeat",
        "input, repeats, axis=None, name=None",
        arrays.repeat,
        {"repeats": "repeats", "axis": "axis"},
    )
    row("broadcast_to", "input, shape, name=None", arrays.broadcast_to("shape"), {"sizes": "shape"})
    row("reverse", "tensor, axis, name=None", arrays.along("flip", distinct=True), {"axes": "axis"})
    row("roll", "input, shift, axis, name=None", arrays.along("roll"), {"axes": "axis"})
    row(
        "gather",
        "params, indices, validate_indices=None, axis=None, batch_dims=0, name=None",
        gather,
        {"axis": "axis"},
    )
    row("gather_nd", "params, indices, batch_dims=0, name=None, bad_indices_policy=''", gather_nd)
    row("where", "condition, x=None, y=None, name=None", nonzero)
    row("pad", "tensor, paddings, mode='CONSTANT', constant_values=0, name=None", pad, {"widths": "paddings"})
    row("slice", "input_, begin, size, name=None", slice_, {"starts": "begin", "sizes": "size"})
    row("boolean_mask", "tensor, mask, axis=None, name='boolean_mask'", boolean_mask)
    images = "images, size, method='bilinear', preserve_aspect_ratio=False, antialias=False, name=None"
    row("image.resize", images, resize, {"size": "size"})
    row("ensure_shape", "x, shape, name=None", ensure_shape, {"sizes": "shape"})
    row("shape", "input, out_type=None, name=None", arrays.shape_reader)
    row("rank", "input, name=None", arrays.rank_reader)
    row("size", "input, out_type=None, name=None", arrays.size_reader)
    row("cast dtypes.cast", "x, dtype, name=None", arrays.cast)
    row("identity stop_gradient", "input, name=None", arrays.same)
    row("tensor_scatter_nd_update", "tensor, indices, updates, name=None", kept_first)
    row("tensor_scatter_nd_add", "tensor, indices, updates, bad_indices_policy='', name=None", kept_first)
    row("scatter_nd", "indices, updates, shape, bad_indices_policy='', name=None", scattered)
    row("unique", "x, out_idx='int32', name=None", data_dependent)
    row("searchsorted", "sorted_sequence, values, side='left', out_type='int32', name=None", _searched)


def _searched(_: Any, arguments: Arguments) -> Apply:
    return Apply(Elementwise("searchsorted"), (tensor_of(arguments["values"]),), dtype="int32")


def _reduction_rows() -> None:
    names = {"axes": "axis", "keep": "keepdims"}
    plain = "input_tensor, axis=None, keepdims=False, name=None"
    for prefix in ("", "math."):
        for name in ["sum", "mean", "max", "min", "prod"]:
            row(f"{prefix}reduce_{name}", plain, arrays.reduction(f"reduce_{name}"), names)
        row(f"{prefix}reduce_any {prefix}reduce_all", plain, arrays.reduction("reduce_any", "bool"), names)
        row(f"{prefix}reduce_logsumexp", plain, arrays.reduction("reduce_logsumexp"), names)
        position = "input, axis=None, output_type='int64', name=None"
        row(f"{prefix}argmax", position, arrays.position("argmax", 0), {"axes": "axis"})
        row(f"{prefix}argmin", position, arrays.position("argmin", 0), {"axes": "axis"})
        scan = "x, axis=0, exclusive=False, reverse=False, name=None"
        row(f"{prefix}cumsum", scan, arrays.scan("cumsum"), {"axes": "axis"})
        row(f"{prefix}add_n", "inputs, name=None", total)
    for name in ["std", "variance", "euclidean_norm"]:
        row(f"math.reduce_{name}", plain, arrays.reduction(name), names)
    row(
        "math.cumprod",
        "x, axis=0, exclusive=False, reverse=False, name=None",
        arrays.scan("cumprod"),
        {"axes": "axis"},
    )
    count = "input, axis=None, keepdims=None, dtype='int64', name=None"
    row("math.count_nonzero", count, arrays.reduction("count_nonzero"), names)
    row("sort", "values, axis=-1, direction='ASCENDING', name=None", arrays.scan("sort"), {"axes": "axis"})
    row(
        "argsort",
        "values, axis=-1, direction='ASCENDING', stable=False, name=None",
        arrays.scan("argsort", dtype="int32"),
        {"axes": "axis"},
    )
    row(
        "norm linalg.norm",
        "tensor, ord='euclidean', axis=None, keepdims=None, name=None",
        norm,
        {"axes": "axis"},
    )
    unit = "x, axis=None, epsilon=1e-12, name=None, dim=None"
    row("math.l2_normalize linalg.l2_normalize nn.l2_normalize", unit, normalized, {"axes": "axis"})
    row(
        "math.top_k nn.top_k", "input, k=1, sorted=True, index_type='int32', name=None", top_k, {"count": "k"}
    )
    row("clip_by_value", "t, clip_value_min, clip_value_max, name=None", clip)
    row("clip_by_norm", "t, clip_norm, axes=None, name=None", clip_norm)


def _linear_rows() -> None:
    flags = (
        "transpose_a=False, transpose_b=False, adjoint_a=False, adjoint_b=False, "
        "a_is_sparse=False, b_is_sparse=False"
    )
    row(
        "matmul linalg.matmul",
        f"a, b, {flags}, output_type=None, grad_a=False, grad_b=False, name=None",
        products.matmul(least=2),
    )
    row("tensordot linalg.tensordot", "a, b, axes, name=None", products.tensordot(merged=True))
    row(
        "einsum linalg.einsum",
        "equation, *inputs, **kwargs",
        products.einsum("equation", "inputs", stretches=False),
        {"equation": "equation"},
    )
    row("linalg.inv", "input, adjoint=False, name=None", products.square("inverse"))
    row("linalg.cholesky", "input, name=None", products.square("cholesky"))
    row("linalg.det", "input, name=None", products.square("det", 2))
    row("linalg.band_part", "input, num_lower, num_upper, name=None", products.triangle)
    row("linalg.matrix_transpose", "a, name='matrix_transpose', conjugate=False", matrix_transpose)
    row("linalg.qr", "input, full_matrices=False, name=None", products.decomposition("qr", full=False))
    row("linalg.eigh", "tensor, name=None", products.decomposition("eigh"))
    row(
        "math.bincount",
        "arr, weights=None, minlength=None, maxlength=None, dtype='int32', name=None, axis=None, "
        "binary_output=False",
        data_dependent,
    )


_rows()
