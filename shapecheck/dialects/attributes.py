"""Attributes of tensors: `.shape`, `.ndim`, `.T`, `.dtype`, …"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, DType, NotUnderstood
from shapecheck.dialects.dtypes import real
from shapecheck.dialects.rows import shape_of
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.shape_moves import Permute, Transpose

if TYPE_CHECKING:
    from shapecheck.ops.tensor import Tensor

_SAME = frozenset({"data", "grad", "value", "values"})
_UNKNOWN = frozenset(
    [
        "device",
        "is_cuda",
        "requires_grad",
        "is_leaf",
        "layout",
        "grad_fn",
        "names",
        "is_sparse",
        "is_quantized",
        "is_meta",
        "is_mps",
        "itemsize",
        "flags",
        "strides",
        "base",
        "name",
        "op",
        "graph",
        "is_nested",
        "output_nr",
        "flat",
    ]
)


def attribute(tensor: Tensor, name: str) -> Any:
    """The value of `tensor.NAME`: a plain value (sizes, DType, UNKNOWN) or an Apply. Raises NotUnderstood.

    Names that are methods are not attributes: NotUnderstood, ask the registry.
    """
    if name == "shape":
        return tuple(shape_of(tensor))
    if name in ("ndim", "rank"):
        return len(shape_of(tensor))
    if name == "dtype":
        return UNKNOWN if tensor.dtype is None else DType(tensor.dtype)
    if name == "size":  # numpy's; torch and TensorFlow have a method or nothing
        return shape_of(tensor).size
    if name in ("T", "H"):
        rank = len(shape_of(tensor))
        return Apply(Permute(tuple(reversed(range(rank)))), (tensor,))
    if name in ("mT", "mH"):
        return Apply(Transpose(-2, -1), (tensor,))
    if name in ("real", "imag"):
        return Apply(Elementwise(name), (tensor,), dtype=real(tensor.dtype))
    if name in _SAME:
        return Apply(Elementwise(name), (tensor,))
    if name in _UNKNOWN:
        return UNKNOWN
    raise NotUnderstood(f"no attribute {name}")
