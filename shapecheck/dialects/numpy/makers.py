"""numpy functions that make arrays, and numpy.random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import array_makers as make
from shapecheck.dialects import arrays
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.constructors import count_of, made, made_from
from shapecheck.dialects.numpy.rows import NumpyTable
from shapecheck.dialects.rows import first, is_number, sizes_of, tensor_of
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.shape_moves import Along
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = NumpyTable()
SPELLINGS = table.rows
row = table.functions


def drawn(dtype: str, *parameters: str) -> Call:
    """A distribution: `size` says the shape.

    Without it, the shape of its parameters, which are numbers mostly.
    """

    def call(_: Any, arguments: Arguments) -> Any:
        size = arguments["size"]
        if size is not None:
            return made_from(size, arguments, arguments.dtype("dtype") if _has_dtype(arguments) else dtype)
        values = [arguments[name] for name in parameters if arguments[name] is not None]
        if any(value is UNKNOWN for value in values):
            raise NotUnderstood("a parameter is unknown")
        if all(is_number(value) for value in values):
            return UNKNOWN  # one Python number
        return Apply(
            Elementwise("random"),
            tuple(tensor_of(value) for value in values if not is_number(value)),
            dtype=dtype,
        )

    return call


def _has_dtype(arguments: Arguments) -> bool:
    return arguments.values.get("dtype") is not None


def sizes(dtype: str) -> Call:
    """rand(2, 3), randn(2, 3): a number without sizes."""

    def call(_: Any, arguments: Arguments) -> Any:
        if not arguments["sizes"]:
            return UNKNOWN
        return made(sizes_of(arguments["sizes"], arguments), dtype)

    return call


def choice(_: Any, arguments: Arguments) -> Any:
    """choice(a, size): elements of an array, or of a range."""
    source = arguments["a"]
    if not (is_number(source) or isinstance(source, list | tuple | Tensor)):
        raise NotUnderstood("the choices are unknown")
    if arguments["size"] is None:
        return UNKNOWN
    return made_from(
        arguments["size"], arguments, "int64" if isinstance(source, int) else tensor_of(source).dtype
    )


def permutation(_: Any, arguments: Arguments) -> Any:
    value = first(arguments)
    if isinstance(value, Tensor):
        return Apply(Along("permutation", (0,), scalar=False), (value,))
    return made((count_of(value, arguments),), "int64")


def alike(_: Any, arguments: Arguments) -> Any:
    """zeros_like and its kind, which can take another shape."""
    if arguments["shape"] is not None:
        return made_from(
            arguments["shape"], arguments, make.dtype_of(arguments, tensor_of(first(arguments)).dtype)
        )
    return make.alike(_, arguments)


def array(_: Any, arguments: Arguments) -> Any:
    if arguments.values.get("ndmin", 0) != 0:
        raise NotUnderstood("array with ndmin")
    return arrays.array(floats="float64", integers="int64")(_, arguments)


def meshgrid(_: Any, arguments: Arguments) -> Apply:
    if arguments["sparse"] is not False:
        raise NotUnderstood("a sparse grid")
    return make.meshgrid("xi")(_, arguments)  # type: ignore[no-any-return]


def counting(_: Any, arguments: Arguments) -> Any:
    """arange; its first parameter has had two names."""
    start = arguments["start_or_stop"] if arguments["start_or_stop"] is not None else arguments["start"]
    arguments.values["start"] = start if start is not None else arguments["stop"]
    if start is None:
        arguments.values["stop"] = None
    return make.counting("stop", "step", "float64", "int64")(_, arguments)


def indices(_: Any, arguments: Arguments) -> Any:
    """indices(dimensions): the coordinates of every cell."""
    if arguments["sparse"] is not False:
        raise NotUnderstood("sparse indices")
    written = sizes_of(arguments["dimensions"], arguments)
    return made((len(written), *written), "int64")


def unknown(_: Any, arguments: Arguments) -> Any:
    return UNKNOWN


def _rows() -> None:
    options = "dtype=None, order='C', *, device=None, like=None"
    row("zeros ones empty", f"shape, {options}", make.sized("float64"))
    row("full", f"shape, fill_value, {options}", make.full("shape", "fill_value", "float64", "int64"))
    like = "dtype=None, order='K', subok=True, shape=None, *, device=None"
    row("zeros_like ones_like", f"a, {like}", alike)
    row("empty_like", f"prototype, /, {like}", alike)
    row("full_like", f"a, fill_value, {like}", alike)
    row(
        "array",
        "object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0, ndmax=0, like=None",
        array,
    )
    row("asarray", "a, dtype=None, order=None, *, device=None, copy=None, like=None", array)
    row("ascontiguousarray asfortranarray", "a, dtype=None, *, like=None", array)
    row(
        "arange",
        "start_or_stop=None, stop=None, step=1, *, dtype=None, device=None, like=None, start=None",
        counting,
    )
    row(
        "linspace",
        "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None",
        make.spaced("num", "float64"),
    )
    row(
        "logspace",
        "start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0",
        make.spaced("num", "float64"),
    )
    row("eye", f"N, M=None, k=0, {options}", make.eye("N", "M", "float64"))
    row("identity", "n, dtype=None, *, like=None", make.eye("n", None, "float64"))
    row("tri", "N, M=None, k=0, dtype=None, *, like=None", make.eye("N", "M", "float64"))
    row("meshgrid", "*xi, copy=True, sparse=False, indexing='xy'", meshgrid)
    row("indices", "dimensions, dtype=None, sparse=False", indices)
    row(
        "load",
        "file, mmap_mode=None, allow_pickle=False, fix_imports=True, "
        "encoding='ASCII', *, max_header_size=10000",
        lambda _, arguments: Tensor(None),
    )
    _random_rows()


def _random_rows() -> None:
    row("random.rand random.randn", "*sizes", sizes("float64"))
    row(
        "random.random random.random_sample random.ranf random.sample random.standard_normal",
        "size=None",
        drawn("float64"),
    )
    row("random.normal", "loc=0.0, scale=1.0, size=None", drawn("float64", "loc", "scale"))
    row("random.uniform", "low=0.0, high=1.0, size=None", drawn("float64", "low", "high"))
    row("random.randint", "low, high=None, size=None, dtype=None", drawn("int64", "low", "high"))
    row("random.binomial", "n, p, size=None", drawn("int64", "n", "p"))
    row("random.poisson", "lam=1.0, size=None", drawn("int64", "lam"))
    row("random.exponential", "scale=1.0, size=None", drawn("float64", "scale"))
    row("random.beta", "a, b, size=None", drawn("float64", "a", "b"))
    row("random.choice", "a, size=None, replace=True, p=None", choice)
    row("random.permutation", "x", permutation)
    row("random.shuffle", "x", lambda _, arguments: None)
    row("random.seed", "seed=None", lambda _, arguments: None)
    generator = "numpy.random.Generator"
    table.function("numpy.random.default_rng", "seed=None", unknown)
    options = "size=None, dtype=None, out=None"
    for name in ("random", "standard_normal"):
        table.function(f"{generator}.{name}", f"self, {options}", drawn("float64"))
    table.function(
        f"{generator}.normal", "self, loc=0.0, scale=1.0, size=None", drawn("float64", "loc", "scale")
    )
    table.function(
        f"{generator}.uniform", "self, low=0.0, high=1.0, size=None", drawn("float64", "low", "high")
    )
    table.function(
        f"{generator}.integers",
        "self, low, high=None, size=None, dtype=None, endpoint=False",
        drawn("int64", "low", "high"),
    )


_rows()
