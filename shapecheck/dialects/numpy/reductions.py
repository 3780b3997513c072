"""numpy reductions, scans, products and linear algebra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import array_products as products
from shapecheck.dialects import arrays
from shapecheck.dialects.base import Apply, NotUnderstood
from shapecheck.dialects.dtypes import promote
from shapecheck.dialects.numpy.rows import NumpyTable
from shapecheck.dialects.rows import first, shape_of, tensor_of

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

table = NumpyTable()
SPELLINGS = table.rows
row, both = table.functions, table.both


def einsum(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.einsum import Einsum

    values = arguments["operands"]
    if not values or not isinstance(values[0], str):
        raise NotUnderstood("the equation is unknown")
    tensors = tuple(tensor_of(value) for value in values[1:])
    return Apply(
        Einsum(values[0], sums_more=False), tensors, dtype=promote(tensor.dtype for tensor in tensors)
    )


def difference(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.indexing import Cut, Index

    if arguments["prepend"] is not None or arguments["append"] is not None:
        raise NotUnderstood("diff with more values")
    tensor, axis, times = tensor_of(first(arguments)), arguments.integer("axis"), arguments.integer("n")
    rank = len(shape_of(tensor))
    if not -rank <= axis < rank or times < 0:
        raise NotUnderstood("an axis that the array does not have")
    return Apply(Index(((Cut(),) * (axis % rank)) + (Cut(times),), "numpy"), (tensor,))


def quantile(_: Any, arguments: Arguments) -> Apply:
    if not isinstance(arguments["q"], int | float):
        raise NotUnderstood("q is no number")
    return arrays.reduction("quantile", "float")(_, arguments)  # type: ignore[no-any-return]


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
        spread = (
            "axis=None, dtype=None, out=None, ddof=0, keepdims=None, *, "
            "where=None, mean=None, correction=None"
        )
        own = "axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None"
        both(name, spread, arrays.reduction(name, "float"), names, method=own)
    row(
        "median",
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


def _product_rows() -> None:
    row(
        "matmul",
        "x1, x2, /, out=None, *, axes=None, axis=None, keepdims=False, casting='same_kind', order='K', "
        "dtype=None, subok=True, signature=None",
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


_reduction_rows()
_product_rows()
