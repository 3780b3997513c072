"""PyTorch reductions, scans, sorts and selections along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import Apply, NotUnderstood
from shapecheck.dialects.dtypes import floating, kind, result_dtype
from shapecheck.dialects.rows import Keeps, axes_of, combine, first, tensor_of, variadic
from shapecheck.dialects.torch.rows import TorchTable
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.reductions import Diagonal, Reduce, Select
from shapecheck.ops.shape_moves import Along
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = TorchTable()
SPELLINGS = table.rows


def axes(arguments: Arguments, name: str = "dim") -> tuple[int, ...] | None:
    """The axes of a reduction; no axes at all means all of them."""
    return axes_of(arguments.known(name)) or None


def keep(arguments: Arguments) -> bool:
    return "keepdim" in arguments.values and arguments.flag("keepdim")


def reduction(name: str, result: str = "same", *, nonempty: bool = False) -> Call:
    """A function that reduces axes; `result` is its dtype: "same", "float", "sum", or a dtype's name."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        over = axes(arguments) if "dim" in arguments.values else None
        given = arguments.dtype("dtype") if "dtype" in arguments.values else None
        dtype = given or reduced_dtype(tensor.dtype, result)
        return Apply(Reduce(name, over, keep(arguments), nonempty=nonempty), (tensor,), dtype=dtype)

    return call


def reduced_dtype(dtype: str | None, result: str) -> str | None:
    """The dtype that a reduction gives."""
    if result == "same" or dtype is None:
        return dtype if result in ("same", "float", "sum") else result
    if result == "float":
        return floating(dtype)
    if result == "sum":
        return "int64" if (kind(dtype) or 0) < 2 else dtype
    return result


def extremum(name: str) -> Call:
    """max, min: everything, one axis with indices, or elementwise against another tensor."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        other = arguments["other"] if arguments["other"] is not None else arguments["dim"]
        if isinstance(other, Tensor):
            return combine(Elementwise(name), (tensor, other))
        if arguments["dim"] is None:
            return Apply(Reduce(name, None, nonempty=True), (tensor,))
        op = Reduce(name, (arguments.integer("dim"),), keep(arguments), 2, nonempty=True)
        return Apply(op, (tensor,), dtype=(tensor.dtype, "int64"), fields=("values", "indices"))

    return call


def with_indices(name: str, default: int | None = -1) -> Call:
    """Reductions of one axis that give values and indices: median, mode, kthvalue."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        if arguments["dim"] is None:
            return Apply(Reduce(name, None), (tensor,))
        op = Reduce(name, (arguments.integer("dim"),), keep(arguments), 2, nonempty=True)
        return Apply(op, (tensor,), dtype=(tensor.dtype, "int64"), fields=("values", "indices"))

    return call


def position(name: str) -> Call:
    """argmax, argmin: one axis, or everything flattened."""

    def call(_: Any, arguments: Arguments) -> Apply:
        over = None if arguments["dim"] is None else (arguments.integer("dim"),)
        op = Reduce(name, over, keep(arguments), nonempty=True)
        return Apply(op, (tensor_of(first(arguments)),), dtype="int64")

    return call


def spread(name: str, outputs: int = 1) -> Call:
    """std, var: the first optional argument is an axis, or the old `unbiased` flag."""

    def call(_: Any, arguments: Arguments) -> Apply:
        value = arguments.known("dim")
        over = None if isinstance(value, bool) else axes_of(value) or None
        op = Reduce(name, over, keep(arguments), outputs)
        return Apply(op, (tensor_of(first(arguments)),))

    return call


def count_nonzero(_: Any, arguments: Arguments) -> Apply:
    """tensor.count_nonzero(0, 1), count_nonzero(dim=0)."""
    over = axes_of(variadic(arguments, "axes", "dim")) or None
    return Apply(Reduce("count_nonzero", over), (arguments.tensor("self"),), dtype="int64")


def boolean(name: str) -> Call:
    """any, all: with no axes at all, nothing is reduced."""

    def call(_: Any, arguments: Arguments) -> Apply:
        op = Reduce(name, axes_of(arguments.known("dim")), keep(arguments))
        return Apply(op, (tensor_of(first(arguments)),), dtype="bool")

    return call


def log_sum(_: Any, arguments: Arguments) -> Apply:
    """logsumexp: at least one axis."""
    if arguments.known("dim") in ((), []):
        raise NotUnderstood("logsumexp over no axes")
    return reduction("logsumexp", "float")(_, arguments)  # type: ignore[no-any-return]


def scan(name: str, axis_parameter: str = "dim", result: str = "same") -> Call:
    """Functions along one axis that keep the shape: cumsum, softmax."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        given = arguments.dtype("dtype") if "dtype" in arguments.values else None
        op = Along(name, (arguments.integer(axis_parameter),))
        return Apply(op, (tensor,), dtype=given or reduced_dtype(tensor.dtype, result))

    return call


def scan_with_indices(name: str) -> Call:
    """cummax, cummin: values and indices."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        return Apply(
            Along(name, (arguments.integer("dim"),), outputs=2),
            (tensor,),
            dtype=(tensor.dtype, "int64"),
            fields=("values", "indices"),
        )

    return call


def sort(_: Any, arguments: Arguments) -> Apply:
    tensor = tensor_of(first(arguments))
    return Apply(
        Along("sort", (arguments.integer("dim"),), outputs=2),
        (tensor,),
        dtype=(tensor.dtype, "int64"),
        fields=("values", "indices"),
    )


def argsort(_: Any, arguments: Arguments) -> Apply:
    return Apply(Along("argsort", (arguments.integer("dim"),)), (tensor_of(first(arguments)),), dtype="int64")


def top_k(_: Any, arguments: Arguments) -> Apply:
    op = Select("topk", arguments.size("k"), arguments.integer("dim"))
    tensor = tensor_of(first(arguments))
    return Apply(op, (tensor,), dtype=(tensor.dtype, "int64"), fields=("values", "indices"))


def kth_value(_: Any, arguments: Arguments) -> Apply:
    op = Select("kthvalue", arguments.size("k"), arguments.integer("dim"), keep(arguments), least=1)
    if keep(arguments):
        raise NotUnderstood("kthvalue with keepdim")
    tensor = tensor_of(first(arguments))
    return Apply(op, (tensor,), dtype=(tensor.dtype, "int64"), fields=("values", "indices"))


def norm(_: Any, arguments: Arguments) -> Apply:
    """torch.norm and tensor.norm: the order changes no shape."""
    tensor = tensor_of(first(arguments))
    return Apply(
        Reduce("norm", axes(arguments), keep(arguments)),
        (tensor,),
        dtype=arguments.dtype("dtype") or tensor.dtype,
    )


def quantile(_: Any, arguments: Arguments) -> Apply:
    """A number as q reduces like a mean; a vector puts its axis in front."""
    if not isinstance(arguments["q"], float | int):
        raise NotUnderstood("q is no number")
    over = None if arguments["dim"] is None else (arguments.integer("dim"),)
    return Apply(Reduce("quantile", over, keep(arguments), nonempty=True), (tensor_of(first(arguments)),))


def aminmax(_: Any, arguments: Arguments) -> Apply:
    over = None if arguments["dim"] is None else (arguments.integer("dim"),)
    op = Reduce("aminmax", over, keep(arguments), 2, nonempty=True)
    return Apply(op, (tensor_of(first(arguments)),), fields=("min", "max"))


def diagonal(_: Any, arguments: Arguments) -> Apply:
    op = Diagonal(arguments.integer("offset"), arguments.integer("dim1"), arguments.integer("dim2"))
    return Apply(op, (tensor_of(first(arguments)),))


def trace(_: Any, arguments: Arguments) -> Apply:
    return Apply(Diagonal(drop=True, matrix=True), (tensor_of(first(arguments)),))


def unsupported(reason: str) -> Call:
    """A function whose result depends on the values in the tensor."""

    def call(_: Any, arguments: Arguments) -> Any:
        raise NotUnderstood(reason)

    return call


def distance(_: Any, arguments: Arguments) -> Apply:
    """dist: the difference broadcasts, and a number comes out."""
    left, right = arguments.tensor(next(iter(arguments.values))), arguments.tensor("other")
    joined = Apply(Elementwise("subtract"), (left, right), dtype=result_dtype((left, right)))
    return Apply(Reduce("norm"), (joined,))


def _rows() -> None:
    names = {"axes": "dim", "keep": "keepdim"}
    for name in ("sum", "nansum"):
        table.both(name, "dim=None, keepdim=False, *, dtype=None", reduction(name, "sum"), names)
    for name in ("mean", "nanmean"):
        table.both(name, "dim=None, keepdim=False, *, dtype=None", reduction(name), names)
    table.both("prod", "dim=None, keepdim=False, *, dtype=None", reduction("prod", "sum"), names)
    table.both("amax", "dim=(), keepdim=False", reduction("amax", nonempty=True), names)
    table.both("amin", "dim=(), keepdim=False", reduction("amin", nonempty=True), names)
    table.both("aminmax", "*, dim=None, keepdim=False", aminmax, names)
    table.both("logsumexp", "dim, keepdim=False", log_sum, names)
    table.both("all", "dim=None, keepdim=False", boolean("all"), names)
    table.both("any", "dim=None, keepdim=False", boolean("any"), names)
    table.functions("count_nonzero", "input, dim=None", reduction("count_nonzero", "int64"), names)
    table.methods("count_nonzero", "*axes, dim=None", count_nonzero, {"axes": "axes"})
    table.both("max", "dim=None, keepdim=False, *, other=None", extremum("max"), names)
    table.both("min", "dim=None, keepdim=False, *, other=None", extremum("min"), names)
    table.both("median nanmedian", "dim=None, keepdim=False", with_indices("median"), names)
    table.both("mode", "dim=-1, keepdim=False", with_indices("mode"), names)
    table.both("argmax", "dim=None, keepdim=False", position("argmax"), names)
    table.both("argmin", "dim=None, keepdim=False", position("argmin"), names)
    for name in ("std", "var"):
        table.both(name, "dim=None, unbiased=True, keepdim=False, *, correction=None", spread(name), names)
    for name in ("std_mean", "var_mean"):
        table.functions(
            name, "input, dim=None, unbiased=True, keepdim=False, *, correction=None", spread(name, 2), names
        )
    table.functions("norm", "input, p='fro', dim=None, keepdim=False, out=None, dtype=None", norm, names)
    table.methods("norm", "p='fro', dim=None, keepdim=False, dtype=None", norm, names)
    table.both(
        "quantile nanquantile", "q, dim=None, keepdim=False, *, interpolation='linear'", quantile, names
    )
    table.both("dist", "other, p=2", distance, out=False)
    _scan_rows()


def _scan_rows() -> None:
    axis = {"axes": "dim"}
    table.both("cumsum", "dim, *, dtype=None", scan("cumsum", result="sum"), axis)
    table.both("cumprod", "dim, *, dtype=None", scan("cumprod", result="sum"), axis)
    table.methods("cumsum_ cumprod_", "dim, *, dtype=None", scan("cumsum"), axis)
    table.both("logcumsumexp", "dim", scan("logcumsumexp", result="float"), axis)
    table.both("cummax", "dim", scan_with_indices("cummax"), axis)
    table.both("cummin", "dim", scan_with_indices("cummin"), axis)
    table.both("softmax", "dim, dtype=None", scan("softmax"), axis)
    table.both("log_softmax", "dim, dtype=None", scan("log_softmax"), axis)
    table.both("sort", "dim=-1, descending=False, *, stable=False", sort, axis)
    table.both("argsort", "dim=-1, descending=False, *, stable=False", argsort, axis)
    table.both("msort", "", lambda _, a: Apply(Along("msort", (0,)), (tensor_of(first(a)),)))
    table.both("topk", "k, dim=-1, largest=True, sorted=True", top_k, {"axis": "dim", "count": "k"})
    table.both("kthvalue", "k, dim=-1, keepdim=False", kth_value, {"axis": "dim", "count": "k"})
    table.both(
        "diagonal", "offset=0, dim1=0, dim2=1", diagonal, {"first": "dim1", "second": "dim2"}, out=False
    )
    table.both("trace", "", trace, out=False)
    table.both(
        "unique",
        "sorted=True, return_inverse=False, return_counts=False, dim=None",
        unsupported("the number of unique values depends on the data"),
        out=False,
    )
    table.both(
        "unique_consecutive",
        "return_inverse=False, return_counts=False, dim=None",
        unsupported("the number of unique values depends on the data"),
        out=False,
    )
    table.both(
        "bincount",
        "weights=None, minlength=0",
        unsupported("the number of bins depends on the data"),
        out=False,
    )
    table.functions(
        "isin",
        "elements, test_elements, *, assume_unique=False, invert=False, out=None",
        Keeps(Elementwise("isin"), "bool"),
    )


_rows()
