"""What Python's own syntax means on tensors: `a + b`, `-a`, `a < b`, `a @ b`, `a[...]`, `a[...] = b`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.dtypes import floating, result_dtype
from shapecheck.dialects.rows import combine, literal_dtype, literal_shape, shape_of, tensor_of
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.indexing import Cut, Index, IndexAssign, Masked, Picked
from shapecheck.ops.matmul import MatMul
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

ARITHMETIC = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "and": "&",
    "or": "|",
    "xor": "^",
    "lshift": "<<",
    "rshift": ">>",
}
COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
UNARY = {"neg": "-", "pos": "+", "invert": "~", "abs": "abs"}

_VERBS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "divide",
    "mod": "divide",
    "pow": "raise",
}
_CACHED: dict[tuple[str, bool], Elementwise] = {}


def _elementwise(name: str, into_first: bool) -> Elementwise:
    found = _CACHED.get((name, into_first))
    if found is None:
        found = _CACHED[name, into_first] = Elementwise(name, into_first=into_first)
    return found


def binary(name: str, left: Any, right: Any, *, in_place: bool = False) -> Apply:
    """`left OP right`, at least one of them a tensor; `name` is that of the `operator` module without
    underscores.

    `in_place` is `left OP= right` where `left` is a torch tensor. Raises NotUnderstood.
    """
    if name == "matmul":
        left, right = tensor_of(left, "an operand"), tensor_of(right, "an operand")
        return Apply(MatMul(), (left, right), dtype=result_dtype((left, right)))
    if name in COMPARISONS:
        return combine(_elementwise("compare", False), (left, right), "bool")
    if name not in ARITHMETIC:
        raise NotUnderstood(f"no operator {name}")
    dtype = result_dtype((left, right))
    if name == "truediv":
        dtype = floating(dtype)
    into_first = in_place and isinstance(left, Tensor)
    return combine(
        _elementwise(_VERBS.get(name, "combine"), into_first),
        (left, right),
        left.dtype if into_first else dtype,
    )


def unary(name: str, value: Tensor) -> Apply:
    """`-x`, `+x`, `~x`, `abs(x)`."""
    if name not in UNARY:
        raise NotUnderstood(f"no operator {name}")
    return Apply(_elementwise(UNARY[name], False), (value,))


def index(tensor: Tensor, key: Any, *, style: str = "torch", fresh: Callable[[str], Dim]) -> Apply:
    """`tensor[key]`: plain values, slices, Ellipsis, None, tensors, UNKNOWN. Raises NotUnderstood.

    `style` is "torch", "numpy" or "tf": whose tensor it is.
    """
    entries, tensors = read_key(key, fresh)
    return Apply(Index(entries, style), (tensor, *tensors))


def assign(
    tensor: Tensor, key: Any, value: Any, *, style: str = "torch", fresh: Callable[[str], Dim]
) -> Apply:
    """`tensor[key] = value`; the result is the tensor again. Raises NotUnderstood."""
    entries, tensors = read_key(key, fresh)
    return Apply(IndexAssign(entries, style), (tensor, *tensors, tensor_of(value, "the value")))


def read_key(key: Any, fresh: Callable[[str], Dim]) -> tuple[tuple[Any, ...], list[Tensor]]:
    """The entries of an index, and the tensors among them in order."""
    entries: list[Any] = []
    tensors: list[Tensor] = []
    for part in key if isinstance(key, tuple) else (key,):
        if isinstance(part, bool):
            raise NotUnderstood("an index that is a truth value")
        if part is None or part is Ellipsis or isinstance(part, int | Dim):
            entries.append(part)
        elif isinstance(part, slice):
            entries.append(cut(part, fresh))
        else:
            entry, tensor = _tensor_entry(part, fresh)
            entries.append(entry)
            tensors.append(tensor)
    return tuple(entries), tensors


def _tensor_entry(part: Any, fresh: Callable[[str], Dim]) -> tuple[Any, Tensor]:
    if part is UNKNOWN:
        raise NotUnderstood("an index is unknown")
    if isinstance(part, list):
        part = Tensor(literal_shape(part), literal_dtype(part))
    if not isinstance(part, Tensor):
        raise NotUnderstood("an index is neither integer, slice nor tensor")
    shape_of(part)
    if part.dtype == "bool":
        return Masked(fresh("selected")), part
    if part.dtype is None:
        raise NotUnderstood("it is not known whether an index is a mask")
    return Picked(), part


def cut(part: slice, fresh: Callable[[str], Dim]) -> Cut:
    """A slice of plain values."""
    bounds = (part.start, part.stop, part.step)
    if all(
        bound is None or (isinstance(bound, int | Dim) and not isinstance(bound, bool)) for bound in bounds
    ):
        return Cut(*bounds)
    return Cut(length=fresh("slice"))
