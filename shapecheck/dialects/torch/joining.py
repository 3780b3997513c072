"""PyTorch functions that join tensors and take them apart, and that pick elements by an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Refused
from shapecheck.dialects.dtypes import promote
from shapecheck.dialects.ranks import raised
from shapecheck.dialects.rows import first, shape_of, sizes_of, tensor_of, variadic
from shapecheck.dialects.torch.rows import TorchTable
from shapecheck.ops.gathering import Filter, Gather, IndexWrite, Scatter, Take
from shapecheck.ops.indexing import Cut, Index
from shapecheck.ops.joining import Concat, Stack
from shapecheck.ops.splitting import Chunk, Split, SplitAt, SplitEvery, SplitInto, Unbind
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = TorchTable()
SPELLINGS = table.rows


def members(arguments: Arguments) -> tuple[Tensor, ...]:
    """The list of tensors that a joining function gets."""
    value = arguments.known("tensors")
    if isinstance(value, Tensor):
        if value.shape is None:
            raise NotUnderstood("tensors is no known list of tensors")
        raise Refused("SHP120", f"takes a list of tensors, got a tensor of shape {value.shape}")
    return arguments.tensors("tensors")


def axis_of(arguments: Arguments) -> int:
    """`dim`, or `axis`, which these functions also know."""
    return arguments.integer("dim" if arguments["axis"] is None else "axis")


def cat(_: Any, arguments: Arguments) -> Apply:
    tensors = members(arguments)
    return Apply(Concat(axis_of(arguments), True), tensors, dtype=promote(tensor.dtype for tensor in tensors))


def stack(_: Any, arguments: Arguments) -> Apply:
    tensors = members(arguments)
    return Apply(Stack(axis_of(arguments)), tensors, dtype=promote(tensor.dtype for tensor in tensors))


def stacked(rank: int, axis: int) -> Call:
    """vstack, hstack, dstack: tensors of at least so many axes, joined along one of them."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensors = members(arguments)
        parts = tuple(raised(tensor, rank) for tensor in tensors)
        return Apply(Concat(axis, True), parts, dtype=promote(tensor.dtype for tensor in tensors))

    return call


def hstack(_: Any, arguments: Arguments) -> Apply:
    tensors = members(arguments)
    parts = tuple(raised(tensor, 1) for tensor in tensors)
    flat = len(shape_of(tensors[0])) < 2 if tensors else True
    return Apply(Concat(0 if flat else 1, True), parts, dtype=promote(tensor.dtype for tensor in tensors))


def split(_: Any, arguments: Arguments) -> Apply:
    tensor = tensor_of(first(arguments))
    pieces = arguments[list(arguments.values)[1]]
    axis = arguments.integer("dim")
    if isinstance(pieces, tuple | list):
        return Apply(Split(sizes=sizes_of(pieces, arguments), axis=axis), (tensor,))
    if isinstance(pieces, bool) or not isinstance(pieces, int | Dim):
        raise NotUnderstood("the sizes of the pieces are unknown")
    return Apply(SplitEvery(size=pieces, axis=axis), (tensor,))


def chunk(_: Any, arguments: Arguments) -> Apply:
    op = Chunk(count=arguments.integer("chunks"), axis=arguments.integer("dim"))
    return Apply(op, (tensor_of(first(arguments)),))


def tensor_split(_: Any, arguments: Arguments) -> Apply:
    given = [arguments.known(name) for name in ("indices_or_sections", "indices", "sections")]
    value = next((found for found in given if found is not None), None)
    axis = arguments.integer("dim")
    if isinstance(value, tuple | list):
        return Apply(SplitAt(places=sizes_of(value, arguments), axis=axis), (tensor_of(first(arguments)),))
    if not isinstance(value, int):
        raise NotUnderstood("the sections are unknown")
    return Apply(SplitInto(count=value, uneven=True, axis=axis), (tensor_of(first(arguments)),))


def unbind(_: Any, arguments: Arguments) -> Apply:
    return Apply(Unbind(axis=arguments.integer("dim")), (tensor_of(first(arguments)),))


def narrow(_: Any, arguments: Arguments) -> Apply:
    """narrow(dim, start, length): within bounds, unlike a slice."""
    from shapecheck.ops.narrowing import Narrow

    op = Narrow(arguments.integer("dim"), arguments.size("start"), arguments.size("length"))
    return Apply(op, (tensor_of(first(arguments)),))


def select(_: Any, arguments: Arguments) -> Apply:
    """select(dim, index): an integer index on one axis."""
    tensor = tensor_of(first(arguments))
    axis, rank = arguments.integer("dim"), len(shape_of(tensor))
    if not -rank <= axis < rank:
        raise NotUnderstood("an axis that the tensor does not have")
    key = (Cut(),) * (axis % rank) + (arguments.size("index"),)
    return Apply(Index(key), (tensor,))


def gather(_: Any, arguments: Arguments) -> Apply:
    return Apply(Gather(arguments.integer("dim")), (tensor_of(first(arguments)), arguments.tensor("index")))


def take_along_dim(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.gathering import TakeAlong

    if arguments["dim"] is None:
        raise NotUnderstood("take_along_dim on the flattened tensor")
    return Apply(
        TakeAlong(arguments.integer("dim")), (tensor_of(first(arguments)), arguments.tensor("indices"))
    )


def index_select(_: Any, arguments: Arguments) -> Apply:
    op = Take(arguments.integer("dim"), most=1)
    return Apply(op, (tensor_of(first(arguments)), arguments.tensor("index")))


def take(_: Any, arguments: Arguments) -> Apply:
    """torch.take: the tensor is flattened, the result has the shape of the indices."""
    from shapecheck.ops.elementwise import Elementwise

    return Apply(Elementwise("take"), (arguments.tensor("index"),), dtype=tensor_of(first(arguments)).dtype)


def masked_select(_: Any, arguments: Arguments) -> Apply:
    op = Filter(arguments.fresh("selected"))
    return Apply(op, (tensor_of(first(arguments)), arguments.tensor("mask")))


def nonzero(_: Any, arguments: Arguments) -> Any:
    if arguments["as_tuple"] is not False:
        raise NotUnderstood("nonzero as a tuple")
    return Apply(Filter(arguments.fresh("nonzero"), True), (tensor_of(first(arguments)),), dtype="int64")


def scatter(_: Any, arguments: Arguments) -> Apply:
    source = arguments["src"] if "src" in arguments.values else None
    if source is None and "value" in arguments.values:
        source = arguments["value"]
    if source is UNKNOWN:
        raise NotUnderstood("the source is unknown")
    tensors = (source,) if isinstance(source, Tensor) else ()
    op = Scatter("scatter", arguments.integer("dim"))
    return Apply(op, (tensor_of(first(arguments)), arguments.tensor("index"), *tensors))


def index_write(name: str) -> Call:
    """index_add, index_copy, index_fill."""

    def call(_: Any, arguments: Arguments) -> Apply:
        source = arguments.values.get("source")
        tensors = (source,) if isinstance(source, Tensor) else ()
        op = IndexWrite(name, arguments.integer("dim"), name == "index_copy")
        return Apply(op, (tensor_of(first(arguments)), arguments.tensor("index"), *tensors))

    return call


def broadcast_tensors(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.elementwise import Broadcast

    values = variadic(arguments, "tensors")
    return Apply(Broadcast(), tuple(tensor_of(value) for value in values))


def meshgrid(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.rearranging import MeshGrid

    values = variadic(arguments, "tensors")
    if not isinstance(values, tuple | list):
        raise NotUnderstood("the tensors are unknown")
    indexing = arguments["indexing"]
    if indexing is UNKNOWN:
        raise NotUnderstood("indexing is unknown")
    return Apply(MeshGrid(indexing == "xy"), tuple(tensor_of(value) for value in values))


def cartesian_prod(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.rearranging import CartesianProduct

    values = variadic(arguments, "tensors")
    return Apply(CartesianProduct(), tuple(tensor_of(value) for value in values))


def _rows() -> None:
    joined = {"axis": "dim"}
    table.functions("cat concat concatenate", "tensors, dim=0, *, axis=None, out=None", cat, joined)
    table.functions("stack", "tensors, dim=0, *, axis=None, out=None", stack, joined)
    table.functions("vstack row_stack", "tensors, *, out=None", stacked(2, 0))
    table.functions("dstack", "tensors, *, out=None", stacked(3, 2))
    table.functions("hstack", "tensors, *, out=None", hstack)
    table.functions(
        "split",
        "tensor, split_size_or_sections, dim=0",
        split,
        {"axis": "dim", "sizes": "split_size_or_sections"},
    )
    table.methods("split", "split_size, dim=0", split, {"axis": "dim", "sizes": "split_size"})
    table.functions("split_with_sizes", "input, split_sizes, dim=0", split)
    table.methods("split_with_sizes", "split_sizes, dim=0", split)
    table.both("chunk", "chunks, dim=0", chunk, {"axis": "dim", "count": "chunks"}, out=False)
    table.both(
        "tensor_split",
        "indices_or_sections=None, dim=0, *, indices=None, sections=None",
        tensor_split,
        {"axis": "dim"},
        out=False,
    )
    table.both("unbind", "dim=0", unbind, {"axis": "dim"}, out=False)
    table.both("narrow", "dim, start, length", narrow, {"axis": "dim", "length": "length"}, out=False)
    table.both("select", "dim, index", select, {"key": "index"}, out=False)
    table.both("gather", "dim, index, *, sparse_grad=False", gather, {"axis": "dim"})
    table.both("take_along_dim", "indices, dim=None", take_along_dim, {"axis": "dim"})
    table.both("index_select", "dim, index", index_select, {"axis": "dim"})
    table.both("take", "index", take)
    table.both("masked_select", "mask", masked_select)
    table.functions("nonzero argwhere", "input, *, out=None, as_tuple=False", nonzero)
    table.methods("nonzero", "*, as_tuple=False", nonzero)
    table.both("scatter", "dim, index, src=None, *, value=None, reduce=None", scatter, joined)
    table.methods("scatter_", "dim, index, src=None, *, value=None, reduce=None", scatter, joined)
    table.both("scatter_add", "dim, index, src", scatter, joined)
    table.methods("scatter_add_", "dim, index, src", scatter, joined)
    table.both("scatter_reduce", "dim, index, src, reduce, *, include_self=True", scatter, joined)
    table.methods("scatter_reduce_", "dim, index, src, reduce, *, include_self=True", scatter, joined)
    table.both("index_add", "dim, index, source, *, alpha=1", index_write("index_add"), joined)
    table.methods("index_add_", "dim, index, source, *, alpha=1", index_write("index_add"), joined)
    table.both("index_copy", "dim, index, source", index_write("index_copy"), joined)
    table.methods("index_copy_", "dim, index, source", index_write("index_copy"), joined)
    table.both("index_fill", "dim, index, value", index_write("index_fill"), joined, out=False)
    table.methods("index_fill_", "dim, index, value", index_write("index_fill"), joined)
    table.functions("broadcast_tensors", "*tensors", broadcast_tensors)
    table.functions("meshgrid", "*tensors, indexing=None", meshgrid)
    table.functions("cartesian_prod", "*tensors", cartesian_prod)


_rows()
