"""PyTorch functions that make tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.constructors import count_of, like, made, made_from, numbers, range_dtype
from shapecheck.dialects.rows import first, is_number, literal_dtype, literal_shape, required, tensor_of
from shapecheck.dialects.torch.elementwise import legacy_dtype
from shapecheck.dialects.torch.rows import TorchTable
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = TorchTable()
SPELLINGS = table.rows

OPTIONS = "dtype=None, layout=None, device=None, pin_memory=False, requires_grad=False"


def sized(dtype: str | None = "float32") -> Call:
    """zeros, ones, empty, rand, randn: sizes as numbers or as one list."""

    def call(_: Any, arguments: Arguments) -> Any:
        return made_from(required(arguments, "sizes", "size"), arguments, _dtype(arguments, dtype))

    return call


def _dtype(arguments: Arguments, default: str | None) -> str | None:
    given = arguments.values.get("dtype")
    return default if given is None else arguments.dtype("dtype")


def alike(_: Any, arguments: Arguments) -> Any:
    return like(first(arguments), arguments.dtype("dtype"))


def full(_: Any, arguments: Arguments) -> Any:
    value = arguments["fill_value"]
    dtype = _dtype(arguments, literal_dtype(value) if is_number(value) else None)
    return made_from(arguments["size"], arguments, dtype)


def new(_: Any, arguments: Arguments) -> Any:
    """x.new_zeros(2, 3): the dtype of x."""
    written = required(arguments, "sizes", "size")
    return made_from(written, arguments, _dtype(arguments, arguments.tensor("self").dtype))


def new_full(_: Any, arguments: Arguments) -> Any:
    return made_from(arguments["size"], arguments, _dtype(arguments, arguments.tensor("self").dtype))


def from_data(_: Any, arguments: Arguments) -> Any:
    """torch.tensor, as_tensor, from_numpy, x.new_tensor: nested lists, arrays, numbers."""
    names = list(arguments.values)
    data = arguments["data"] if "data" in arguments.values else arguments[names[0]]
    if data is UNKNOWN:
        return Tensor(None, _dtype(arguments, None))
    if isinstance(data, Tensor):
        return Apply(Elementwise("copy"), (data,), dtype=_dtype(arguments, data.dtype))
    return Tensor(literal_shape(data), _dtype(arguments, literal_dtype(data)))


def legacy(_: Any, arguments: Arguments) -> Any:
    """torch.Tensor(2, 3) and torch.FloatTensor([[1, 2]]): sizes, or data."""
    values = arguments["data"]
    known = legacy_dtype(arguments.spelling.name)
    dtype = known.name if known else "float32"
    if len(values) == 1 and isinstance(values[0], list | tuple):
        return Tensor(literal_shape(values[0]), dtype)
    if len(values) == 1 and isinstance(values[0], Tensor):
        return Apply(Elementwise("copy"), (values[0],), dtype=dtype)
    if UNKNOWN in values[:1] and len(values) == 1:
        return Tensor(None, dtype)
    return made(tuple(count_of(value, arguments) for value in values or (0,)), dtype)


def arange(_: Any, arguments: Arguments) -> Any:
    """arange(end), arange(start, end), arange(start, end, step)."""
    start, end, step = arguments["start"], arguments["end"], arguments["step"]
    if end is None:
        start, end = 0, start
    dtype = _dtype(arguments, range_dtype((start, end, step), floats="float32", integers="int64"))
    return made((numbers(start, end, step, arguments),), dtype)


def spaced(_: Any, arguments: Arguments) -> Any:
    return made((count_of(arguments["steps"], arguments),), _dtype(arguments, "float32"))


def eye(_: Any, arguments: Arguments) -> Any:
    rows = count_of(arguments["n"], arguments)
    columns = rows if arguments["m"] is None else count_of(arguments["m"], arguments)
    return made((rows, columns), _dtype(arguments, "float32"))


def randint(_: Any, arguments: Arguments) -> Any:
    """randint(high, size) and randint(low, high, size)."""
    values = (arguments["low"], arguments["high"], arguments["size"])
    written = values[2] if values[2] is not None else values[1]
    return made_from(written, arguments, _dtype(arguments, "int64"))


def randperm(_: Any, arguments: Arguments) -> Any:
    return made((count_of(arguments["n"], arguments),), _dtype(arguments, "int64"))


def normal(_: Any, arguments: Arguments) -> Any:
    """normal(mean, std) broadcasts tensors; normal(0, 1, size) makes one."""
    values = (arguments["mean"], arguments["std"])
    if arguments["size"] is not None:
        return made_from(arguments["size"], arguments, _dtype(arguments, "float32"))
    tensors = [value for value in values if isinstance(value, Tensor)]
    if not tensors or UNKNOWN in values:
        raise NotUnderstood("the mean is unknown")
    return Apply(Elementwise("normal"), tuple(tensors))


def window(_: Any, arguments: Arguments) -> Any:
    return made((count_of(arguments["window_length"], arguments),), _dtype(arguments, "float32"))


def triangle_indices(_: Any, arguments: Arguments) -> Any:
    return made((2, arguments.fresh("indices")), "int64")


def combinations(_: Any, arguments: Arguments) -> Any:
    raise NotUnderstood("combinations of unknown number")


def parameter(_: Any, arguments: Arguments) -> Any:
    """nn.Parameter(tensor), Variable(tensor)."""
    data = arguments["data"]
    if data is None:
        return Tensor(tensor_of([]).shape, "float32")
    return Apply(Elementwise("parameter"), (tensor_of(data),))


def _rows() -> None:
    table.functions(
        "zeros ones rand randn",
        f"*sizes, size=None, out=None, {OPTIONS}, generator=None, names=None",
        sized(),
    )
    table.functions(
        "empty", f"*sizes, size=None, out=None, {OPTIONS}, memory_format=None, names=None", sized()
    )
    options = f"{OPTIONS}, memory_format=None"
    table.functions("zeros_like ones_like empty_like", f"input, *, {options}", alike)
    table.functions("rand_like randn_like", f"input, *, {options}, generator=None", alike)
    table.functions("full_like", f"input, fill_value, *, {options}", alike)
    table.functions("randint_like", f"input, low=0, high=None, *, {options}, generator=None", alike)
    table.both(
        "bernoulli",
        "p=None, *, generator=None",
        lambda _, a: Apply(Elementwise("random"), (tensor_of(first(a)),)),
    )
    table.functions("full", f"size, fill_value, *, out=None, {OPTIONS}, names=None", full)
    table.functions(
        "tensor",
        "data, *, dtype=None, device=None, requires_grad=False, pin_memory=False, names=None",
        from_data,
    )
    table.functions("as_tensor", "data, dtype=None, device=None", from_data)
    table.functions("asarray", "obj, *, dtype=None, device=None, copy=None, requires_grad=None", from_data)
    table.functions("from_numpy", "ndarray, /", from_data)
    table.functions("scalar_tensor", f"s, *, {OPTIONS}", lambda _, a: made((), _dtype(a, "float32")))
    table.functions("arange range", f"start=0, end=None, step=1, *, out=None, {OPTIONS}", arange)
    table.functions("linspace", f"start, end, steps, *, out=None, {OPTIONS}", spaced)
    table.functions("logspace", f"start, end, steps, base=10.0, *, out=None, {OPTIONS}", spaced)
    table.functions("eye", f"n, m=None, *, out=None, {OPTIONS}", eye)
    table.functions(
        "randint", f"low=0, high=None, size=None, *, generator=None, out=None, {OPTIONS}", randint
    )
    table.functions("randperm", f"n, *, generator=None, out=None, {OPTIONS}", randperm)
    table.functions("normal", f"mean=0, std=1, size=None, *, generator=None, out=None, {OPTIONS}", normal)
    table.functions(
        "hann_window hamming_window blackman_window bartlett_window",
        f"window_length, periodic=True, alpha=None, beta=None, *, {OPTIONS}",
        window,
    )
    table.functions("tril_indices triu_indices", f"row, col, offset=0, *, {OPTIONS}", triangle_indices)
    table.functions("combinations", "input, r=2, with_replacement=False", combinations)
    table.methods("new_zeros new_ones new_empty", f"*sizes, size=None, {OPTIONS}", new)
    table.methods("new_full", f"size, fill_value, *, {OPTIONS}", new_full)
    table.methods(
        "new_tensor", "data, *, dtype=None, device=None, requires_grad=False, pin_memory=False", from_data
    )
    types = (
        "Tensor FloatTensor DoubleTensor HalfTensor LongTensor IntTensor "
        "ShortTensor ByteTensor CharTensor BoolTensor"
    )
    table.functions(types, "*data, device=None, dtype=None", legacy)
    for name in types.split()[1:]:
        table.function(f"torch.cuda.{name}", "*data, device=None", legacy)
    table.functions(
        "autograd.Variable autograd.variable.Variable", "data, requires_grad=False, volatile=False", parameter
    )
    table.functions("nn.Parameter nn.parameter.Parameter", "data=None, requires_grad=True", parameter)
    table.functions("nn.Buffer", "data=None, *, persistent=True", parameter)


_rows()
