"""PyTorch methods and functions that read a tensor: its sizes, its rank, its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.rows import first, shape_of, tensor_of
from shapecheck.dialects.torch.rows import TorchTable
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

table = TorchTable()
SPELLINGS = table.rows


def size(_: Any, arguments: Arguments) -> Any:
    """x.size() and x.size(1)."""
    shape = shape_of(tensor_of(first(arguments)))
    if arguments["dim"] is None:
        return tuple(shape)
    return entry(shape, arguments.integer("dim"))


def entry(shape: Any, axis: int) -> Any:
    """One size; an axis that is not there is an error of the operator that reads it."""
    if not -len(shape) <= axis < len(shape):
        from shapecheck.ops.reading import ReadSize

        return Apply(ReadSize(axis), (Tensor(shape),))
    return shape[axis]


def rank(_: Any, arguments: Arguments) -> int:
    return len(shape_of(tensor_of(first(arguments))))


def elements(_: Any, arguments: Arguments) -> Any:
    return shape_of(tensor_of(first(arguments))).size


def length(_: Any, arguments: Arguments) -> Any:
    return entry(shape_of(tensor_of(first(arguments))), 0)


def value(_: Any, arguments: Arguments) -> Any:
    return UNKNOWN


def is_tensor(_: Any, arguments: Arguments) -> Any:
    found = first(arguments)
    return UNKNOWN if found is UNKNOWN else isinstance(found, Tensor)


def is_kind(_: Any, arguments: Arguments) -> Any:
    from shapecheck.dialects.dtypes import kind

    dtype = tensor_of(first(arguments)).dtype
    if dtype is None:
        return UNKNOWN
    return (
        kind(dtype) == {"is_floating_point": 2, "is_complex": 3}[arguments.spelling.name.rpartition(".")[2]]
    )


def to_numpy(_: Any, arguments: Arguments) -> Apply:
    return Apply(Elementwise("numpy"), (arguments.tensor("self"),))


def itself(_: Any, arguments: Arguments) -> Any:
    """A method that returns the tensor."""
    return Apply(Elementwise("same"), (tensor_of(first(arguments)),))


def complex_view(_: Any, arguments: Arguments) -> Apply:
    """view_as_complex: the last axis holds two numbers."""
    from shapecheck.ops.reading import PairToComplex

    tensor = tensor_of(first(arguments))
    dtype = {"float32": "complex64", "float64": "complex128"}.get(tensor.dtype or "")
    return Apply(PairToComplex(), (tensor,), dtype=dtype)


def real_view(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.gathering import OneHot

    tensor = tensor_of(first(arguments))
    dtype = {"complex64": "float32", "complex128": "float64"}.get(tensor.dtype or "")
    return Apply(OneHot(2), (tensor,), dtype=dtype)


def bucket(_: Any, arguments: Arguments) -> Any:
    """bucketize: one number for each element."""
    found = first(arguments)
    if not isinstance(found, Tensor):
        raise NotUnderstood("the input is a number")
    return Apply(Elementwise("bucketize"), (found,), dtype="int64")


def multinomial(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.reading import Draw

    op = Draw(arguments.size("num_samples"), arguments["replacement"] is True)
    return Apply(op, (tensor_of(first(arguments)),), dtype="int64")


def _rows() -> None:
    table.methods("size", "dim=None", size)
    table.methods("dim ndimension", "", rank)
    table.methods("numel nelement", "", elements)
    table.functions("numel", "input", elements)
    table.methods("__len__", "", length)
    table.methods("item tolist element_size get_device storage_offset is_inference", "", value)
    table.methods("stride", "dim=None", value)
    table.functions("is_tensor", "obj, /", is_tensor)
    table.both("is_floating_point is_complex", "", is_kind, out=False)
    table.methods("numpy", "*, force=False", to_numpy)
    table.methods(
        "backward", "gradient=None, retain_graph=None, create_graph=False, inputs=None", lambda _, a: None
    )
    table.methods("register_hook", "hook", value)
    table.methods("to_sparse", "*args, **kwargs", itself)
    table.both("bucketize", "boundaries, *, out_int32=False, right=False", bucket)
    table.functions(
        "searchsorted",
        "sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None, out=None",
        searched,
    )
    table.functions("view_as_complex", "input", complex_view)
    table.functions("view_as_real", "input", real_view)
    table.both("multinomial", "num_samples, replacement=False, *, generator=None", multinomial)


def searched(_: Any, arguments: Arguments) -> Any:
    found = arguments["input"]
    if not isinstance(found, Tensor):
        raise NotUnderstood("the values are a number")
    return Apply(Elementwise("searchsorted"), (found,), dtype="int64")


_rows()
