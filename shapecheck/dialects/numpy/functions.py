"""numpy functions, and the methods of its arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import array_products as products
from shapecheck.dialects import arrays
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.dtypes import promote
from shapecheck.dialects.rows import (
    Table,
    axes_of,
    combine,
    first,
    pointwise,
    shape_of,
    sizes_of,
    tensor_of,
    variadic,
)
from shapecheck.dialects.torch.shapes import raised
from shapecheck.ops.elementwise import Broadcast, Elementwise
from shapecheck.ops.joining import Concat
from shapecheck.ops.padding import Pad
from shapecheck.ops.reshaping import Flatten, Reshape
from shapecheck.ops.shape_moves import Along, Permute, Transpose, Unsqueeze
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = Table()
SPELLINGS = table.rows

UFUNC = "out=None, *, where=True, casting='same_kind', order='K', dtype=None, subok=True, signature=None"
TO_FLOAT = (
    "sqrt exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh "
    "reciprocal deg2rad rad2deg"
)
KEEP = "abs absolute sign square floor ceil rint trunc negative positive conj conjugate bitwise_not invert"
TO_BOOL = "isnan isinf isfinite logical_not signbit"
ARITHMETIC = (
    "add subtract multiply floor_divide power float_power mod remainder fmod maximum minimum fmax fmin hypot arctan2 "
    "bitwise_and bitwise_or bitwise_xor left_shift right_shift logaddexp gcd lcm copysign heaviside"
)
COMPARED = "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor"


def both(
    name: str, params: str, call: Call, names: dict[str, str] | None = None, *, method: str | None = None
) -> None:
    """`numpy.NAME(a, …)`, and `array.NAME(…)` with the same parameters or those of `method`."""
    table.function(f"numpy.{name}", f"a, {params}" if params else "a", call, names)
    own = params if method is None else method
    table.method(f"numpy.ndarray.{name}", f"self, /, {own}" if own else "self, /", call, names)


def row(names: str, signature: str, call: Call, attributes: dict[str, str] | None = None) -> None:
    """`numpy.NAME(…)` for each of the names."""
    for name in names.split():
        table.function(f"numpy.{name}", signature, call, attributes)


def reshape(_: Any, arguments: Arguments) -> Apply:
    written = arguments["shape"] if arguments["shape"] is not None else arguments["newshape"]
    return reshaped(written, arguments)


def reshape_method(_: Any, arguments: Arguments) -> Apply:
    return reshaped(variadic(arguments, "shape"), arguments)


def reshaped(written: Any, arguments: Arguments) -> Apply:
    if arguments["order"] not in ("C", "A", None):
        raise NotUnderstood("another order than by rows")
    sizes = sizes_of(written, arguments, "shape")
    open_sizes = tuple(
        -1 if isinstance(size, int) and size < 0 else size for size in sizes
    )  # any negative number
    return Apply(Reshape(open_sizes), (tensor_of(first(arguments)),))


def transpose_method(_: Any, arguments: Arguments) -> Apply:
    tensor = tensor_of(first(arguments))
    reverse = arguments["axes"] in ((), (None,))
    axes = None if reverse else axes_of(variadic(arguments, "axes"), "axes")
    order = tuple(reversed(range(len(shape_of(tensor))))) if axes is None else axes
    return Apply(Permute(order), (tensor,))


def flip_axis(axis: int) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        return Apply(Along("flip", (axis,), scalar=False), (tensor_of(first(arguments)),))

    return call


def rotate(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("axes"), "axes") or ()
    tensor = tensor_of(first(arguments))
    if len(axes) != 2:
        raise NotUnderstood("rot90 wants two axes")
    turned = Apply(Along("rot90", axes, scalar=False, distinct=True), (tensor,))
    return Apply(Transpose(*axes), (turned,)) if arguments.integer("k") % 2 else turned


def joined(rank: int, axis: int) -> Call:
    """vstack, dstack: arrays of at least so many axes along one of them."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensors = arrays.members(first(arguments))
        parts = tuple(raised(tensor, rank) for tensor in tensors)
        return Apply(Concat(axis), parts, dtype=promote(tensor.dtype for tensor in tensors))

    return call


def hstack(_: Any, arguments: Arguments) -> Apply:
    tensors = arrays.members(first(arguments))
    parts = tuple(raised(tensor, 1) for tensor in tensors)
    flat = not tensors or len(shape_of(tensors[0])) < 2
    return Apply(Concat(0 if flat else 1), parts, dtype=promote(tensor.dtype for tensor in tensors))


def column_stack(_: Any, arguments: Arguments) -> Apply:
    tensors = arrays.members(first(arguments))
    parts = tuple(_as_column(tensor) for tensor in tensors)
    return Apply(Concat(1), parts, dtype=promote(tensor.dtype for tensor in tensors))


def _as_column(tensor: Tensor) -> Any:
    rank = len(shape_of(tensor))
    if rank >= 2:
        return tensor
    return Apply(Unsqueeze((0, 1) if rank == 0 else (1,)), (tensor,))


def fixed_split(axis: int, rank: int) -> Call:
    """vsplit, hsplit, dsplit."""

    def call(_: Any, arguments: Arguments) -> Apply:
        have = len(shape_of(tensor_of(first(arguments))))
        if have < rank:
            raise NotUnderstood("too few axes")
        arguments.values["axis"] = 0 if axis == 1 and have == 1 else axis
        return arrays.split()(_, arguments)  # type: ignore[no-any-return]

    return call


def at_least(rank: int) -> Call:
    def call(_: Any, arguments: Arguments) -> Any:
        results = [raised(tensor_of(value), rank) for value in arguments["arys"]]
        if rank == 3 and any(len(shape_of(tensor_of(value))) == 1 for value in arguments["arys"]):
            results = [_raised_vector(tensor_of(value)) for value in arguments["arys"]]
        return results[0] if len(results) == 1 else tuple(results)

    return call


def _raised_vector(tensor: Tensor) -> Any:
    """atleast_3d makes (1, n, 1) of a vector."""
    if len(shape_of(tensor)) == 1:
        return Apply(Unsqueeze((0, 2)), (tensor,))
    return raised(tensor, 3)


def clip(_: Any, arguments: Arguments) -> Apply:
    values = list(arguments.values.values())[:3]
    return combine(Elementwise("clip"), values)


def pad(_: Any, arguments: Arguments) -> Apply:
    tensor = tensor_of(first(arguments))
    pairs = arrays.pairs_of(arguments.known("pad_width"), len(shape_of(tensor)), arguments)
    mode = arguments.text("mode")
    if mode not in (
        "constant",
        "edge",
        "reflect",
        "symmetric",
        "wrap",
        "empty",
        "mean",
        "maximum",
        "minimum",
        "median",
    ):
        raise NotUnderstood(f"mode {mode!r}")
    return Apply(Pad(pairs, "constant" if mode == "empty" else mode, True, False), (tensor,))


def einsum(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.einsum import Einsum

    values = arguments["operands"]
    if not values or not isinstance(values[0], str):
        raise NotUnderstood("the equation is unknown")
    tensors = tuple(tensor_of(value) for value in values[1:])
    return Apply(
        Einsum(values[0], sums_more=False), tensors, dtype=promote(tensor.dtype for tensor in tensors)
    )


def broadcast_arrays(_: Any, arguments: Arguments) -> Apply:
    return Apply(Broadcast(), tuple(tensor_of(value) for value in arguments["args"]))


def append(_: Any, arguments: Arguments) -> Apply:
    pair = (tensor_of(first(arguments)), tensor_of(arguments["values"]))
    axis = arrays.axis_of(arguments)
    dtype = promote(tensor.dtype for tensor in pair)
    if axis is None:
        return Apply(Concat(0), tuple(Apply(Flatten(), (tensor,)) for tensor in pair), dtype=dtype)
    return Apply(Concat(axis), pair, dtype=dtype)


def difference(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.indexing import Cut, Index

    if arguments["prepend"] is not None or arguments["append"] is not None:
        raise NotUnderstood("diff with more values")
    tensor, axis, times = tensor_of(first(arguments)), arguments.integer("axis"), arguments.integer("n")
    rank = len(shape_of(tensor))
    if not -rank <= axis < rank or times < 0:
        raise NotUnderstood("an axis that the array does not have")
    return Apply(Index(((Cut(),) * (axis % rank)) + (Cut(times),), "numpy"), (tensor,))


def astype(_: Any, arguments: Arguments) -> Apply:
    return Apply(Elementwise("cast"), (tensor_of(first(arguments)),), dtype=arguments.dtype("dtype"))


def quantile(_: Any, arguments: Arguments) -> Apply:
    if not isinstance(arguments["q"], int | float):
        raise NotUnderstood("q is no number")
    return arrays.reduction("quantile", "float")(_, arguments)  # type: ignore[no-any-return]


def unknown(_: Any, arguments: Arguments) -> Any:
    return UNKNOWN


def data_dependent(_: Any, arguments: Arguments) -> Any:
    raise NotUnderstood("the shape depends on the data")


def length(_: Any, arguments: Arguments) -> Any:
    shape = shape_of(tensor_of(first(arguments)))
    if not shape:
        raise NotUnderstood("an array without axes has no length")
    return shape[0]


def _elementwise_rows() -> None:
    for name in TO_FLOAT.split():
        row(name, f"x, /, {UFUNC}", arrays.floats(name))
    for name in KEEP.split():
        row(name, f"x, /, {UFUNC}", pointwise(name))
    for name in TO_BOOL.split():
        row(name, f"x, /, {UFUNC}", pointwise(name, dtype="bool"))
    for name in ARITHMETIC.split():
        row(name, f"x1, x2, /, {UFUNC}", arrays.arithmetic(name))
    row("divide true_divide", f"x1, x2, /, {UFUNC}", arrays.arithmetic("divide", divides=True))
    row(COMPARED, f"x1, x2, /, {UFUNC}", arrays.arithmetic("compare", dtype="bool"))
    row(
        "isclose", "a, b, rtol=1e-05, atol=1e-08, equal_nan=False", arrays.arithmetic("compare", dtype="bool")
    )
    row("allclose", "a, b, rtol=1e-05, atol=1e-08, equal_nan=False", unknown)
    row("array_equal", "a1, a2, equal_nan=False", unknown)
    row("round around", "a, decimals=0, out=None", pointwise("round"))
    row("real imag", "val", pointwise("real"))
    row("nan_to_num", "x, copy=True, nan=0.0, posinf=None, neginf=None", pointwise("nan_to_num"))
    row("sinc i0", "x", pointwise("sinc"))
    row("copy", "a, order='K', subok=False", arrays.same)
    row("clip", "a, a_min=None, a_max=None, out=None, *, min=None, max=None, **kwargs", clip)
    row("where", "condition, x=None, y=None, /", arrays.where)
    row("digitize", "x, bins, right=False", pointwise("digitize", dtype="int64"))
    for name, signature in {
        "astype": "dtype, order='K', casting='unsafe', subok=True, copy=True",
        "copy": "order='C'",
        "conj": "",
        "conjugate": "",
        "round": "decimals=0, out=None",
        "clip": "min=None, max=None, out=None, **kwargs",
    }.items():
        call = {"astype": astype, "clip": clip}.get(name, arrays.same)
        table.method(f"numpy.ndarray.{name}", f"self, /, {signature}" if signature else "self, /", call)
    for name in ("item", "tolist", "tobytes"):
        table.method(f"numpy.ndarray.{name}", "self, /, *args, **kwargs", unknown)
    table.method("numpy.ndarray.__len__", "self, /", length)
    table.method("numpy.ndarray.fill", "self, /, value", lambda _, arguments: None)


def _reduction_rows() -> None:
    names = {"axes": "axis", "keep": "keepdims"}
    rest = "dtype=None, out=None, keepdims=None, initial=None, where=None"
    for name in ("sum", "prod"):
        both(
            name,
            f"axis=None, {rest}",
            arrays.reduction(name),
            names,
            method="axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True",
        )
        row(f"nan{name}", f"a, axis=None, {rest}", arrays.reduction(name), names)
    mean = "axis=None, dtype=None, out=None, keepdims=None, *, where=None"
    both(
        "mean",
        mean,
        arrays.reduction("mean", "float"),
        names,
        method="axis=None, dtype=None, out=None, keepdims=False, *, where=True",
    )
    row("nanmean", f"a, {mean}", arrays.reduction("mean", "float"), names)
    for name in ("max", "min"):
        extremum = arrays.reduction(name, nonempty=True)
        signature = "axis=None, out=None, keepdims=None, initial=None, where=None"
        both(
            name,
            signature,
            extremum,
            names,
            method="axis=None, out=None, keepdims=False, initial=None, where=True",
        )
        row(f"a{name} nan{name}", f"a, {signature}", extremum, names)
    for name in ("std", "var"):
        spread = "axis=None, dtype=None, out=None, ddof=0, keepdims=None, *, where=None, mean=None, correction=None"
        own = "axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None"
        both(name, spread, arrays.reduction(name, "float"), names, method=own)
    row(
        "median nanmedian",
        "a, axis=None, out=None, overwrite_input=False, keepdims=False",
        arrays.reduction("median", "float"),
        names,
    )
    row("ptp", "a, axis=None, out=None, keepdims=None", arrays.reduction("ptp", nonempty=True), names)
    row(
        "average",
        "a, axis=None, weights=None, returned=False, *, keepdims=None",
        arrays.reduction("average", "float"),
        names,
    )
    share = (
        "a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, *, weights=None"
    )
    row("percentile quantile", share, quantile, names)
    for name in ("any", "all"):
        both(
            name,
            "axis=None, out=None, keepdims=None, *, where=None",
            arrays.reduction(name, "bool"),
            names,
            method="axis=None, out=None, keepdims=False, *, where=True",
        )
    row("count_nonzero", "a, axis=None, *, keepdims=False", arrays.reduction("count_nonzero", "int64"), names)
    for name in ("argmax", "argmin"):
        both(
            name,
            "axis=None, out=None, *, keepdims=None",
            arrays.position(name),
            names,
            method="axis=None, out=None, *, keepdims=False",
        )
    for name in ("cumsum", "cumprod"):
        both(name, "axis=None, dtype=None, out=None", arrays.scan(name), {"axes": "axis"})
    row("sort", "a, axis=-1, kind=None, order=None, *, stable=None", arrays.scan("sort"), {"axes": "axis"})
    both(
        "argsort",
        "axis=-1, kind=None, order=None, *, stable=None",
        arrays.scan("argsort", dtype="int64"),
        {"axes": "axis"},
    )
    row("linalg.norm", "x, ord=None, axis=None, keepdims=False", products.norm, names)
    row("diff", "a, n=1, axis=-1, prepend=None, append=None", difference, {"axis": "axis"})


def _shape_rows() -> None:
    row("reshape", "a, /, shape=None, order='C', *, newshape=None, copy=None", reshape, {"sizes": "shape"})
    table.method(
        "numpy.ndarray.reshape", "self, /, *shape, order='C', copy=None", reshape_method, {"sizes": "shape"}
    )
    both("ravel", "order='C'", arrays.flatten)
    table.method("numpy.ndarray.flatten", "self, /, order='C'", arrays.flatten)
    row("transpose permute_dims", "a, axes=None", arrays.transpose("axes"), {"axes": "axes"})
    table.method("numpy.ndarray.transpose", "self, /, *axes", transpose_method, {"axes": "axes"})
    row("swapaxes", "a, axis1, axis2", arrays.swap_axes, {"first": "axis1", "second": "axis2"})
    table.method("numpy.ndarray.swapaxes", "self, axis1, axis2, /", arrays.swap_axes)
    row(
        "moveaxis",
        "a, source, destination",
        arrays.move_axis,
        {"source": "source", "destination": "destination"},
    )
    row("expand_dims", "a, axis", arrays.expand_dims, {"axes": "axis"})
    both("squeeze", "axis=None", arrays.squeeze(), {"axes": "axis"})
    row("broadcast_to", "array, shape, subok=False", arrays.broadcast_to("shape"), {"sizes": "shape"})
    row("broadcast_arrays", "*args, subok=False", broadcast_arrays)
    row("tile", "A, reps", arrays.tile("reps"), {"times": "reps"})
    row("repeat", "a, repeats, axis=None", arrays.repeat, {"repeats": "repeats", "axis": "axis"})
    table.method("numpy.ndarray.repeat", "self, repeats, /, axis=None", arrays.repeat, {"repeats": "repeats"})
    row("roll", "a, shift, axis=None", arrays.along("roll"), {"axes": "axis"})
    row("flip", "m, axis=None", arrays.along("flip", distinct=True), {"axes": "axis"})
    row("fliplr", "m", flip_axis(1))
    row("flipud", "m", flip_axis(0))
    row("rot90", "m, k=1, axes=(0, 1)", rotate)
    row(
        "concatenate",
        "arrays, /, axis=0, out=None, *, dtype=None, casting='same_kind'",
        arrays.concatenate,
        {"axis": "axis"},
    )
    row(
        "concat",
        "arrays, /, axis=0, out=None, *, dtype=None, casting='same_kind'",
        arrays.concatenate,
        {"axis": "axis"},
    )
    row(
        "stack",
        "arrays, axis=0, out=None, *, dtype=None, casting='same_kind'",
        arrays.stack,
        {"axis": "axis"},
    )
    row("vstack", "tup, *, dtype=None, casting='same_kind'", joined(2, 0))
    row("hstack", "tup, *, dtype=None, casting='same_kind'", hstack)
    row("dstack", "tup", joined(3, 2))
    row("column_stack", "tup", column_stack)
    row("append", "arr, values, axis=None", append, {"axis": "axis"})
    pieces = {"axis": "axis", "count": "indices_or_sections"}
    row("split", "ary, indices_or_sections, axis=0", arrays.split(), pieces)
    row("array_split", "ary, indices_or_sections, axis=0", arrays.split(uneven=True), pieces)
    row("vsplit", "ary, indices_or_sections", fixed_split(0, 2))
    row("hsplit", "ary, indices_or_sections", fixed_split(1, 1))
    row("dsplit", "ary, indices_or_sections", fixed_split(2, 3))
    row("take", "a, indices, axis=None, out=None, mode='raise'", arrays.take, {"axis": "axis"})
    table.method("numpy.ndarray.take", "self, indices, /, axis=None, out=None, mode='raise'", arrays.take)
    row("take_along_axis", "arr, indices, axis=-1", arrays.take_along_axis, {"axis": "axis"})
    row("pad", "array, pad_width, mode='constant', **kwargs", pad, {"widths": "pad_width"})
    for rank in (1, 2, 3):
        row(f"atleast_{rank}d", "*arys", at_least(rank))
    row("shape", "a", arrays.shape_reader)
    row("ndim", "a", arrays.rank_reader)
    row("size", "a, axis=None", arrays.size_reader)
    row("nonzero", "a", data_dependent)
    row("argwhere flatnonzero", "a", data_dependent)
    row(
        "unique",
        "ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True, sorted=True",
        data_dependent,
    )


def _product_rows() -> None:
    row(
        "matmul",
        "x1, x2, /, out=None, *, axes=None, axis=None, keepdims=False, casting='same_kind', order='K', dtype=None, subok=True, signature=None",
        products.matmul(),
    )
    row("dot", "a, b, out=None", products.dot)
    table.method("numpy.ndarray.dot", "self, other, /, out=None", products.dot)
    row("inner", "a, b, /", products.inner)
    row("outer", "a, b, out=None", products.outer)
    row("tensordot", "a, b, axes=2", products.tensordot(), {"left": "axes", "right": "axes"})
    row("einsum", "*operands, out=None, optimize=False, **kwargs", einsum, {"equation": "operands"})
    row("tril triu", "m, k=0", products.triangle)
    row("diag", "v, k=0", products.diag)
    row("diagonal", "a, offset=0, axis1=0, axis2=1", products.diagonal())
    table.method("numpy.ndarray.diagonal", "self, /, offset=0, axis1=0, axis2=1", products.diagonal())
    row("trace", "a, offset=0, axis1=0, axis2=1, dtype=None, out=None", products.diagonal(drop=True))
    row("linalg.inv", "a", products.square("inverse"))
    row("linalg.det", "a", products.square("det", 2))
    row("linalg.cholesky", "a, /, *, upper=False", products.square("cholesky"))
    row("linalg.eigh", "a, UPLO='L'", products.decomposition("eigh"))
    row("linalg.qr", "a, mode='reduced'", products.decomposition("qr"))
    row(
        "linalg.svd", "a, full_matrices=True, compute_uv=True, hermitian=False", products.decomposition("svd")
    )
    row("linalg.solve", "a, b", products.solve)


_elementwise_rows()
_reduction_rows()
_shape_rows()
_product_rows()
