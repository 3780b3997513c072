"""PyTorch functions and methods that move, merge, split off, add and repeat axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim
from shapecheck.dialects.base import UNKNOWN, Apply, DType, NotUnderstood
from shapecheck.dialects.ranks import raised
from shapecheck.dialects.rows import (
    axes_of,
    first,
    required,
    shape_of,
    size_of,
    sizes_of,
    tensor_of,
    variadic,
)
from shapecheck.dialects.torch.rows import TorchTable
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.shape_moves import (
    Along,
    Expand,
    Flatten,
    MoveAxis,
    Permute,
    RepeatInterleave,
    Reshape,
    Squeeze,
    Tile,
    Transpose,
    Unflatten,
    Unsqueeze,
)
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.algebra import Size
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = TorchTable()
SPELLINGS = table.rows


def view(_: Any, arguments: Arguments) -> Apply:
    """x.view(2, -1), x.view((2, -1)), x.view(torch.int32)."""
    tensor = arguments.tensor("self")
    written = arguments["dtype"] or required(arguments, "sizes", "size")
    single = written[0] if isinstance(written, tuple) and len(written) == 1 else written
    if isinstance(single, DType):
        if tensor.dtype == single.name:
            return Apply(Elementwise("view"), (tensor,))
        raise NotUnderstood("view as another dtype")
    return Apply(Reshape(sizes_of(written, arguments), verb="view"), (tensor,))


def reshape(_: Any, arguments: Arguments) -> Apply:
    return Apply(Reshape(sizes_of(arguments["shape"], arguments, "shape")), (tensor_of(first(arguments)),))


def reshape_method(_: Any, arguments: Arguments) -> Apply:
    return Apply(
        Reshape(sizes_of(required(arguments, "sizes", "shape"), arguments)), (arguments.tensor("self"),)
    )


def reshape_as(_: Any, arguments: Arguments) -> Apply:
    verb = arguments.spelling.name.rpartition(".")[2].removesuffix("_as")
    return Apply(Reshape(tuple(shape_of(arguments.tensor("other"))), verb=verb), (arguments.tensor("self"),))


def flatten(_: Any, arguments: Arguments) -> Apply:
    op = Flatten(arguments.integer("start_dim"), arguments.integer("end_dim"))
    return Apply(op, (tensor_of(first(arguments)),))


def ravel(_: Any, arguments: Arguments) -> Apply:
    return Apply(Flatten(), (tensor_of(first(arguments)),))


def unflatten(_: Any, arguments: Arguments) -> Apply:
    op = Unflatten(arguments.integer("dim"), sizes_of(arguments["sizes"], arguments, "sizes"))
    return Apply(op, (tensor_of(first(arguments)),))


def permute(_: Any, arguments: Arguments) -> Apply:
    return Apply(Permute(axes_of(arguments["dims"], "dims")), (tensor_of(first(arguments)),))


def permute_method(_: Any, arguments: Arguments) -> Apply:
    return Apply(Permute(axes_of(required(arguments, "axes", "dims"), "dims")), (arguments.tensor("self"),))


def transpose(_: Any, arguments: Arguments) -> Apply:
    names = list(arguments.values)[1:3]
    op = Transpose(arguments.integer(names[0]), arguments.integer(names[1]))
    return Apply(op, (tensor_of(first(arguments)),))


def transpose_matrix(_: Any, arguments: Arguments) -> Apply:
    """t(): a matrix, or less."""
    tensor = tensor_of(first(arguments))
    if len(shape_of(tensor)) < 2:
        return Apply(Elementwise("t"), (tensor,))
    return Apply(Permute((1, 0)), (tensor,))


def last_two(_: Any, arguments: Arguments) -> Apply:
    """adjoint, mT: exchange the last two axes."""
    if not shape_of(tensor_of(first(arguments))):
        return Apply(Elementwise("adjoint"), (tensor_of(first(arguments)),))
    return Apply(Transpose(-2, -1), (tensor_of(first(arguments)),))


def move_axis(_: Any, arguments: Arguments) -> Apply:
    names = list(arguments.values)[1:3]
    source, destination = (axes_of(arguments.known(name)) or () for name in names)
    return Apply(MoveAxis(source, destination, True), (tensor_of(first(arguments)),))


def squeeze(_: Any, arguments: Arguments) -> Apply:
    written: Any = ()
    if "axes" in arguments.values:
        written = variadic(arguments, "axes", "dim")
    elif "dim" in arguments.given:
        written = arguments["dim"]
    if written is UNKNOWN:
        raise NotUnderstood("dim is unknown")
    none = written == () and "dim" not in arguments.given and "axes" not in arguments.given
    axes = None if none else axes_of(written)
    return Apply(Squeeze(axes), (tensor_of(first(arguments)),))


def unsqueeze(_: Any, arguments: Arguments) -> Apply:
    return Apply(Unsqueeze((arguments.integer("dim"),)), (tensor_of(first(arguments)),))


def expand(_: Any, arguments: Arguments) -> Apply:
    return Apply(
        Expand(sizes_of(required(arguments, "sizes", "size"), arguments)), (arguments.tensor("self"),)
    )


def expand_as(_: Any, arguments: Arguments) -> Apply:
    return Apply(Expand(tuple(shape_of(arguments.tensor("other")))), (arguments.tensor("self"),))


def broadcast_to(_: Any, arguments: Arguments) -> Apply:
    written = required(arguments, "sizes", "size") if "sizes" in arguments.values else arguments["size"]
    op = Expand(sizes_of(written, arguments), verb="broadcast")
    return Apply(op, (tensor_of(first(arguments)),))


def repeat(_: Any, arguments: Arguments) -> Apply:
    times = sizes_of(required(arguments, "repeats", "repeats_"), arguments, "repeats")
    return Apply(Tile(times, "at_least", "repeat"), (arguments.tensor("self"),))


def tile(_: Any, arguments: Arguments) -> Apply:
    return Apply(Tile(sizes_of(arguments["dims"], arguments, "dims")), (tensor_of(first(arguments)),))


def tile_method(_: Any, arguments: Arguments) -> Apply:
    return Apply(
        Tile(sizes_of(required(arguments, "times", "dims"), arguments, "dims")), (arguments.tensor("self"),)
    )


def repeat_interleave(_: Any, arguments: Arguments) -> Apply:
    """Repeats are one number, or a tensor of numbers: then the size is `output_size`, or not known."""
    tensor = tensor_of(first(arguments))
    axis = None if arguments["dim"] is None else arguments.integer("dim")
    if arguments["repeats"] is None:
        raise NotUnderstood("repeat_interleave of repeats alone")
    if isinstance(arguments["repeats"], Tensor):
        known = arguments["output_size"]
        total: Size = known if isinstance(known, int | Dim) else arguments.fresh("repeats")
        return Apply(RepeatInterleave(None, axis, total), (tensor,))
    return Apply(RepeatInterleave(size_of(arguments["repeats"], arguments), axis), (tensor,))


def roll(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("dims"), "dims")
    tensor = tensor_of(first(arguments))
    return Apply(Along("roll", axes or None, scalar=False, skips_empty=True), (tensor,))


def flip(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(arguments.known("dims"), "dims")
    return Apply(Along("flip", axes, distinct=True), (tensor_of(first(arguments)),))


def flip_method(_: Any, arguments: Arguments) -> Apply:
    axes = axes_of(required(arguments, "axes", "dims"), "dims")
    return Apply(Along("flip", axes, distinct=True), (arguments.tensor("self"),))


def flip_axis(axis: int) -> Call:
    """fliplr, flipud."""

    def call(_: Any, arguments: Arguments) -> Apply:
        return Apply(Along("flip", (axis,), scalar=False), (tensor_of(first(arguments)),))

    return call


def rotate(_: Any, arguments: Arguments) -> Apply:
    """rot90: an odd number of turns exchanges the two axes."""
    dims = axes_of(arguments.known("dims"), "dims") or ()
    tensor = tensor_of(first(arguments))
    if len(dims) != 2:
        raise NotUnderstood("rot90 wants two axes")
    turned = Apply(Along("rot90", dims, scalar=False, distinct=True), (tensor,))
    return Apply(Transpose(*dims), (turned,)) if arguments.integer("k") % 2 else turned


def at_least(rank: int) -> Call:
    """atleast_1d and its like."""

    def call(_: Any, arguments: Arguments) -> Any:
        values = variadic(arguments, "tensors")
        if not isinstance(values, list | tuple) or not all(isinstance(value, Tensor) for value in values):
            raise NotUnderstood("the tensors are unknown")
        results = [raised(value, rank) for value in values]
        return results[0] if len(results) == 1 and values is arguments["tensors"] else tuple(results)

    return call


def resize(_: Any, arguments: Arguments) -> Apply:
    """resize_: whatever there was, it has this shape now."""
    raise NotUnderstood("resize_ changes the storage")


def unfold(_: Any, arguments: Arguments) -> Any:
    """Sliding windows along one axis: they become a new last axis."""
    from shapecheck.ops.sliding import SlidingWindow

    axis, size, step = (arguments.integer("dimension"), arguments.size("size"), arguments.size("step"))
    return Apply(SlidingWindow(axis, size, step), (arguments.tensor("self"),))


def _rows() -> None:
    sizes = {"sizes": "sizes"}
    table.methods("view", "*sizes, size=None, dtype=None", view, sizes)
    table.functions("reshape", "input, shape", reshape, {"sizes": "shape"})
    table.methods("reshape", "*sizes, shape=None", reshape_method, sizes)
    table.methods("view_as reshape_as", "other", reshape_as, {"sizes": "other"})
    table.both(
        "flatten", "start_dim=0, end_dim=-1", flatten, {"start": "start_dim", "end": "end_dim"}, out=False
    )
    table.both("ravel", "", ravel, out=False)
    table.both("unflatten", "dim, sizes", unflatten, {"axis": "dim", "sizes": "sizes"}, out=False)
    table.functions("permute", "input, dims", permute, {"axes": "dims"})
    table.methods("permute", "*axes, dims=None", permute_method, {"axes": "axes"})
    pair = {"first": "dim0", "second": "dim1"}
    table.both("transpose swapdims", "dim0, dim1", transpose, pair, out=False)
    table.both("swapaxes", "axis0, axis1", transpose, {"first": "axis0", "second": "axis1"}, out=False)
    table.methods("transpose_ swapdims_", "dim0, dim1", transpose, pair)
    table.methods("swapaxes_", "axis0, axis1", transpose)
    table.both("t", "", transpose_matrix, out=False)
    table.methods("t_", "", transpose_matrix)
    table.both("adjoint", "", last_two, out=False)
    table.both("movedim moveaxis", "source, destination", move_axis, out=False)
    table.functions("squeeze", "input, dim=None", squeeze, {"axes": "dim"})
    table.methods("squeeze squeeze_", "*axes, dim=None", squeeze, {"axes": "axes"})
    table.both("unsqueeze", "dim", unsqueeze, {"axes": "dim"}, out=False)
    table.methods("unsqueeze_", "dim", unsqueeze, {"axes": "dim"})
    table.methods("expand", "*sizes, size=None, implicit=False", expand, sizes)
    table.methods("expand_as", "other", expand_as, {"sizes": "other"})
    table.functions("broadcast_to", "input, size", broadcast_to, {"sizes": "size"})
    table.methods("broadcast_to", "*sizes, size=None", broadcast_to, sizes)
    table.methods("repeat", "*repeats, repeats_=None", repeat, {"times": "repeats"})
    table.functions("tile", "input, dims", tile, {"times": "dims"})
    table.methods("tile", "*times, dims=None", tile_method, {"times": "times"})
    table.both(
        "repeat_interleave",
        "repeats=None, dim=None, *, output_size=None",
        repeat_interleave,
        {"axis": "dim"},
        out=False,
    )
    table.both("roll", "shifts, dims=()", roll, {"axes": "dims"}, out=False)
    table.functions("flip", "input, dims", flip, {"axes": "dims"})
    table.methods("flip", "*axes, dims=None", flip_method, {"axes": "axes"})
    table.both("fliplr", "", flip_axis(1), out=False)
    table.both("flipud", "", flip_axis(0), out=False)
    table.both("rot90", "k=1, dims=(0, 1)", rotate, out=False)
    for rank in (1, 2, 3):
        table.functions(f"atleast_{rank}d", "*tensors", at_least(rank))
    table.methods("unfold", "dimension, size, step", unfold, {"size": "size"})
    table.methods("resize_", "*size, memory_format=None", resize)


_rows()
