"""What the tables of constructors share: sizes in, a tensor out."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim, Shape
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.rows import sizes_of, tensor_of
from shapecheck.ops.constructors import Make, steps
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.algebra import Size
    from shapecheck.dialects.base import Arguments


def made(sizes: Sequence[Size], dtype: str | None) -> Tensor | Apply:
    """A tensor of these sizes; a negative size is for the operator to refuse."""
    if any(isinstance(size, int) and size < 0 for size in sizes):
        return Apply(Make(tuple(sizes)), (), dtype=dtype)
    return Tensor(Shape(*sizes), dtype)


def made_from(written: Any, arguments: Arguments, dtype: str | None) -> Tensor | Apply:
    """The same from a written size: an integer, a list of integers, the shape of another tensor,
    or not known.
    """
    if written is UNKNOWN:
        return Tensor(None, dtype)
    return made(sizes_of(written, arguments), dtype)


def like(value: Any, dtype: str | None) -> Tensor:
    """A tensor of the same shape; its dtype too, if no other is asked for."""
    tensor = tensor_of(value)
    return Tensor(tensor.shape, dtype or tensor.dtype)


def numbers(start: Any, end: Any, step: Any, arguments: Arguments) -> Size:
    """How many numbers a range holds; a new unknown size when that is not known."""
    values = (start, end, step)
    if all(isinstance(value, int | Dim) and not isinstance(value, bool) for value in values):
        found: Size | None = steps(start, end, step)
        return arguments.fresh("range") if found is None else found
    if all(isinstance(value, int | float) for value in values) and step != 0:
        count: int = ceil((end - start) / step)
        return max(count, 0)
    return arguments.fresh("range")


def range_dtype(values: Sequence[Any], *, floats: str, integers: str) -> str | None:
    """The dtype of a range: floats if one of its bounds is a float."""
    if any(isinstance(value, float) for value in values):
        return floats
    if all(value is None or isinstance(value, int | Dim) for value in values):
        return integers
    return None


def count_of(value: Any, arguments: Arguments) -> Size:
    """One size, a new unknown one where it is not understood."""
    if value is UNKNOWN or isinstance(value, Tensor):
        return arguments.fresh("count")
    if isinstance(value, bool) or not isinstance(value, int | Dim):
        raise NotUnderstood("a count that is no integer")
    return value
