"""numpy functions that move, join, split and pad, and those methods of its arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import arrays
from shapecheck.dialects.base import Apply, NotUnderstood
from shapecheck.dialects.dtypes import promote
from shapecheck.dialects.numpy.rows import NumpyTable, data_dependent
from shapecheck.dialects.ranks import raised
from shapecheck.dialects.rows import axes_of, first, shape_of, sizes_of, tensor_of, variadic
from shapecheck.ops.elementwise import Broadcast
from shapecheck.ops.joining import Concat
from shapecheck.ops.padding import Pad
from shapecheck.ops.reshaping import Flatten, Reshape
from shapecheck.ops.shape_moves import Along, Permute, Transpose, Unsqueeze
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = NumpyTable()
SPELLINGS = table.rows
row, both = table.functions, table.both


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


def broadcast_arrays(_: Any, arguments: Arguments) -> Apply:
    return Apply(Broadcast(), tuple(tensor_of(value) for value in arguments["args"]))


def append(_: Any, arguments: Arguments) -> Apply:
    pair = (tensor_of(first(arguments)), tensor_of(arguments["values"]))
    axis = arrays.axis_of(arguments)
    dtype = promote(tensor.dtype for tensor in pair)
    if axis is None:
        return Apply(Concat(0), tuple(Apply(Flatten(), (tensor,)) for tensor in pair), dtype=dtype)
    return Apply(Concat(axis), pair, dtype=dtype)


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
        "ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True, "
        "sorted=True",
        data_dependent,
    )


_shape_rows()
