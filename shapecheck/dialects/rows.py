"""What the tables of tensor functions are written with: rows,
and readers of arguments that several of them share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim, Shape
from shapecheck.dialects.base import UNKNOWN, Apply, BindError, NotUnderstood, Refused, Spelling
from shapecheck.dialects.dtypes import floating, result_dtype
from shapecheck.ops.activation import Activation
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shapecheck.algebra import Size
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

    Call = Callable[[Any, Arguments], Any]


class Table:
    """The rows of one module; names get the prefixes that they are spelled with."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: dict[str, Spelling] = {}

    def function(self, name: str, signature: str, call: Call, names: dict[str, str] | None = None) -> None:
        """One function."""
        self.rows[name] = Spelling(name, "function", signature, call=call, names=names)

    def method(self, name: str, signature: str, call: Call, names: dict[str, str] | None = None) -> None:
        """One method: the first parameter is the tensor."""
        self.rows[name] = Spelling(name, "method", signature, call=call, names=names)


def first(arguments: Arguments) -> Any:
    """The value of the first parameter."""
    return next(iter(arguments.values.values()))


def tensor_of(value: Any, what: str = "input") -> Tensor:
    """A tensor, or the tensor that a number or a nested list of numbers stands for."""
    if isinstance(value, Tensor):
        return value
    if value is UNKNOWN:
        raise NotUnderstood(f"{what} is unknown")
    # A symbolic size is left out: it may stand for an argument that is a tensor itself.
    if isinstance(value, bool | int | float | complex | list | tuple):
        return Tensor(literal_shape(value), literal_dtype(value))
    raise NotUnderstood(f"{what} is no tensor")


def literal_shape(value: Any) -> Shape | None:
    """The shape of the array that nested lists make; tensors inside are stacked.

    None when it is not known.
    """
    if isinstance(value, Tensor):
        return value.shape
    if value is UNKNOWN or not isinstance(value, list | tuple):
        return Shape() if isinstance(value, bool | int | float | complex | str | Dim) else None
    inner = {literal_shape(entry) for entry in value}
    if not value:
        return Shape(0)
    if len(inner) != 1 or None in inner:
        return None
    return Shape(len(value)) + next(shape for shape in inner if shape is not None)


def literal_dtype(value: Any, *, floats: str = "float32", integers: str = "int64") -> str | None:
    """The dtype of the array that nested lists of numbers make; None when it is not known."""
    leaves = list(_leaves(value))
    if any(isinstance(leaf, Tensor) for leaf in leaves):
        return result_dtype(leaves)
    if any(isinstance(leaf, float) for leaf in leaves) or not leaves:
        return floats
    if all(isinstance(leaf, bool) for leaf in leaves):
        return "bool"
    return integers if all(isinstance(leaf, int | Dim) for leaf in leaves) else None


def _leaves(value: Any) -> Iterable[Any]:
    if isinstance(value, list | tuple):
        for entry in value:
            yield from _leaves(entry)
    else:
        yield value


def shape_of(tensor: Tensor) -> Shape:
    """The shape of a tensor whose rank is known; raises NotUnderstood otherwise."""
    if tensor.shape is None:
        raise NotUnderstood("the rank of a tensor is unknown")
    return tensor.shape


def is_number(value: Any) -> bool:
    """Whether a plain value is one Python number."""
    return isinstance(value, bool | int | float | complex | Dim)


def combine(op: Op, values: Sequence[Any], dtype: str | None = None) -> Apply:
    """Apply an elementwise operator to those values that are tensors; numbers change no shape."""
    tensors = []
    for value in values:
        if value is UNKNOWN:
            raise NotUnderstood("an operand is unknown")
        if value is not None and not is_number(value):
            tensors.append(tensor_of(value, "an operand"))
    if not tensors:
        if any(value is None for value in values):
            raise NotUnderstood("an operand is None")
        tensors = [Tensor(Shape())]
    return Apply(op, tuple(tensors), dtype=dtype or result_dtype(values))


class Keeps:
    """The call of a function of one tensor that keeps its shape: `dtype` is what comes out,
    a name or a function of it.
    """

    __slots__ = ("dtype", "op")

    def __init__(self, op: Op, dtype: str | Callable[[str | None], str | None] | None = None) -> None:
        self.op = op
        self.dtype = dtype

    def __call__(self, _: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        dtype = self.dtype(tensor.dtype) if callable(self.dtype) else self.dtype
        return Apply(self.op, (tensor,), dtype=dtype)


def pointwise(name: str, *, dtype: str | None = None) -> Keeps:
    """The call of a function of one tensor that keeps its shape."""
    return Keeps(Elementwise(name), dtype)


def floats(name: str) -> Keeps:
    """The call of a function of one tensor that keeps its shape and gives floats."""
    return Keeps(Elementwise(name), floating)


def activation(name: str) -> Keeps:
    """A function of each element that networks have between their layers."""
    return Keeps(Activation(name))


def axes_of(value: Any, name: str = "dim") -> tuple[int, ...] | None:
    """One axis or several as a tuple; None stays None."""
    if value is None:
        return None
    axes = tuple(value) if isinstance(value, tuple | list) else (value,)
    if not all(isinstance(axis, int) for axis in axes):
        raise NotUnderstood(f"{name} is no known axis")
    return tuple(int(axis) for axis in axes)


def sizes_of(value: Any, arguments: Arguments, name: str = "size") -> tuple[Size, ...]:
    """Sizes written as one integer or as several.

    Entries that are not understood become new unknown sizes.
    """
    if value is UNKNOWN or isinstance(value, Tensor):
        raise NotUnderstood(f"{name} is unknown")
    entries = tuple(value) if isinstance(value, tuple | list) else (value,)
    return tuple(size_of(entry, arguments, name) for entry in entries)


def size_of(value: Any, arguments: Arguments, name: str = "size") -> Size:
    """One size; a value that is not understood becomes a new unknown size."""
    if value is UNKNOWN or isinstance(value, Tensor):
        return arguments.fresh(name)
    if isinstance(value, bool) or not isinstance(value, int | Dim):
        _refuse_shape(value, arguments)
        raise NotUnderstood(f"{name} holds something that is no integer")
    return value


def _refuse_shape(value: Any, arguments: Arguments) -> None:
    """A whole shape where one size belongs, as in `x.view(x.size(), -1)`. Raises Refused."""
    if not arguments.spelling.name.startswith("torch.") or not isinstance(value, tuple | list):
        return
    if all(isinstance(entry, int | Dim) and not isinstance(entry, bool) for entry in value):
        shape = str(Shape(*value))
        raise Refused(
            "SHP120",
            f"takes one size for each axis, got the shape {shape} among them",
            help=("size(0), or shape[0], is one size; *shape gives all",),
        )


def variadic(arguments: Arguments, name: str, keyword: str | None = None) -> Any:
    """The values of `f(2, 3)`, `f((2, 3))` and `f(size=(2, 3))` alike."""
    values = arguments[name]
    if not values and keyword is not None and arguments[keyword] is not None:
        return arguments[keyword]
    if len(values) == 1 and (isinstance(values[0], list | tuple) or values[0] is UNKNOWN):
        return values[0]
    return values


def required(arguments: Arguments, name: str, keyword: str) -> Any:
    """`variadic`, of what must be given. Raises BindError where it is not."""
    if arguments[name] == () and keyword not in arguments.given:
        raise BindError(f"{keyword.rstrip('_')} is missing")
    return variadic(arguments, name, keyword)
