"""Dtypes by their neutral names, and what comes out when they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim
from shapecheck.dialects.base import UNKNOWN, DType
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMES = frozenset(
    [
        "bool",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "int8",
        "int16",
        "int32",
        "int64",
        "float16",
        "bfloat16",
        "float32",
        "float64",
        "complex64",
        "complex128",
        "string",
    ]
)
SHORT = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "long": "int64",
    "int": "int32",
    "short": "int16",
    "cfloat": "complex64",
    "cdouble": "complex128",
    "char": "int8",
    "byte": "uint8",
    "bool_": "bool",
    "float_": "float64",
    "int_": "int64",
    "single": "float32",
    "intp": "int64",
}
_KINDS = ("bool", "int", "float", "complex")


def kind(dtype: str) -> int | None:
    """0 for bool, 1 for integers, 2 for floats, 3 for complex numbers, None for anything else."""
    if dtype == "bool":
        return 0
    if dtype.startswith(("int", "uint")):
        return 1
    if dtype.startswith(("float", "bfloat")):
        return 2
    return 3 if dtype.startswith("complex") else None


def width(dtype: str) -> int:
    """Bits of one number."""
    return int("".join(letter for letter in dtype if letter.isdigit()) or 1)


def promote(dtypes: Iterable[str | None]) -> str | None:
    """The dtype of a result, where the kinds agree or differ in an obvious way.

    None when that is not sure.
    """
    result: str | None = None
    for dtype in dtypes:
        if dtype is None:
            return None
        if result is None or result == dtype:
            result = dtype
            continue
        left, right = kind(result), kind(dtype)
        if (
            left is None
            or right is None
            or "bfloat16" in (result, dtype)
            or (left == right and left == 1 and ("u" in result + dtype))
        ):
            return None
        if left == right:
            result = max(result, dtype, key=width)
        else:
            result = result if left > right else dtype
    return result


def scalar_kind(value: Any) -> int | None:
    """The kind of a Python number; None for anything else."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, int | Dim):
        return 1
    return 2 if isinstance(value, float) else None


def result_dtype(values: Iterable[Any], *, default_float: str = "float32") -> str | None:
    """The dtype of arithmetic between tensors and Python numbers; None when it is not sure."""
    tensors: list[str | None] = []
    scalars: list[int] = []
    for value in values:
        if isinstance(value, Tensor):
            tensors.append(value.dtype)
        elif value is not None:
            number = scalar_kind(value)
            if value is UNKNOWN or number is None:
                return None
            scalars.append(number)
    found = promote(tensors)
    if found is None or not scalars:
        return found
    have, want = kind(found), max(scalars)
    if have is None or want <= have:
        return found
    return "int64" if want == 1 else default_float


def floating(dtype: str | None) -> str | None:
    """The dtype of a function that gives floats: integers become float32."""
    if dtype is None or (kind(dtype) or 0) >= 2:
        return dtype
    return "float32"


def real(dtype: str | None) -> str | None:
    """The dtype of the real part of a number."""
    return {"complex64": "float32", "complex128": "float64"}.get(dtype or "", dtype)


def named(name: str) -> DType | None:
    """The dtype that the last part of a dotted name stands for ("torch.float" is float32), or None."""
    last = name.rpartition(".")[2]
    if last in NAMES:
        return DType(last)
    return DType(SHORT[last]) if last in SHORT else None
