"""numpy functions of each element, and those methods of its arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import arrays
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.numpy.rows import NumpyTable
from shapecheck.dialects.rows import combine, first, floats, pointwise, shape_of, tensor_of
from shapecheck.ops.elementwise import Elementwise

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

table = NumpyTable()
SPELLINGS = table.rows
row, both = table.functions, table.both

UFUNC = "out=None, *, where=True, casting='same_kind', order='K', dtype=None, subok=True, signature=None"
TO_FLOAT = (
    "sqrt exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh "
    "arccosh arctanh "
    "reciprocal deg2rad rad2deg"
)
KEEP = "abs absolute sign square floor ceil rint trunc negative positive conj conjugate bitwise_not invert"
TO_BOOL = "isnan isinf isfinite logical_not signbit"
ARITHMETIC = (
    "add subtract multiply floor_divide power float_power mod remainder fmod maximum minimum fmax fmin "
    "hypot arctan2 "
    "bitwise_and bitwise_or bitwise_xor left_shift right_shift logaddexp gcd lcm copysign heaviside"
)
COMPARED = "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor"


def clip(_: Any, arguments: Arguments) -> Apply:
    values = list(arguments.values.values())[:3]
    return combine(Elementwise("clip"), values)


def astype(_: Any, arguments: Arguments) -> Apply:
    return Apply(Elementwise("cast"), (tensor_of(first(arguments)),), dtype=arguments.dtype("dtype"))


def unknown(_: Any, arguments: Arguments) -> Any:
    return UNKNOWN


def length(_: Any, arguments: Arguments) -> Any:
    shape = shape_of(tensor_of(first(arguments)))
    if not shape:
        raise NotUnderstood("an array without axes has no length")
    return shape[0]


def _elementwise_rows() -> None:
    for name in TO_FLOAT.split():
        row(name, f"x, /, {UFUNC}", floats(name))
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
    for name, signature in {"item": "*args", "tolist": "", "tobytes": "order='C'"}.items():
        table.method(f"numpy.ndarray.{name}", f"self, /, {signature}" if signature else "self, /", unknown)
    table.method("numpy.ndarray.__len__", "self, /", length)
    table.method("numpy.ndarray.fill", "self, /, value", lambda _, arguments: None)


_elementwise_rows()
