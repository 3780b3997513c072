"""Products, contractions and diagonals as numpy, TensorFlow and Keras share them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import Apply, NotUnderstood
from shapecheck.dialects.dtypes import promote, result_dtype
from shapecheck.dialects.rows import axes_of, combine, first, shape_of, tensor_of
from shapecheck.ops.einsum import Einsum
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.linear_algebra import Decomposition, DiagonalMatrix, Solve, SquareMatrix, Triangle
from shapecheck.ops.matmul import MatMul, Outer, Tensordot
from shapecheck.ops.reductions import Diagonal, Reduce
from shapecheck.ops.shape_moves import Transpose
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call


def pair(arguments: Arguments) -> tuple[Tensor, Tensor]:
    """The first two arguments."""
    left, right = list(arguments.values.values())[:2]
    return tensor_of(left), tensor_of(right)


def matmul(*, least: int = 1) -> Call:
    """Matrix products; flags such as `transpose_a` turn an input first (TensorFlow)."""
    op = MatMul(least)

    def call(_: Any, arguments: Arguments) -> Apply:
        tensors = pair(arguments)
        found: list[Any] = list(tensors)
        for place, side in enumerate(("a", "b")):
            for flag in (f"transpose_{side}", f"adjoint_{side}"):
                if flag in arguments.values and arguments.flag(flag):
                    if len(shape_of(tensors[place])) < 2:
                        raise NotUnderstood("a transposed vector")
                    found[place] = Apply(Transpose(-1, -2), (tensors[place],))
        return Apply(op, tuple(found), dtype=result_dtype(tensors))

    return call


def dot(_: Any, arguments: Arguments) -> Apply:
    """numpy's dot: the last axis of the left with the last but one of the right."""
    left, right = pair(arguments)
    dtype = result_dtype((left, right))
    if not shape_of(left) or not shape_of(right):
        return combine(Elementwise("multiply"), (left, right), dtype)
    place = -2 if len(shape_of(right)) > 1 else -1
    return Apply(Tensordot((-1,), (place,)), (left, right), dtype=dtype)


def inner(_: Any, arguments: Arguments) -> Apply:
    """Sum over the last axis of both."""
    left, right = pair(arguments)
    dtype = result_dtype((left, right))
    if not shape_of(left) or not shape_of(right):
        return combine(Elementwise("multiply"), (left, right), dtype)
    return Apply(Tensordot((-1,), (-1,)), (left, right), dtype=dtype)


def outer(_: Any, arguments: Arguments) -> Apply:
    tensors = pair(arguments)
    return Apply(Outer(True), tensors, dtype=result_dtype(tensors))


def tensordot(*, merged: bool = False) -> Call:
    """Sum over pairs of axes; `merged` as in the operator."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensors = pair(arguments)
        op = contraction(arguments.known("axes"), *tensors, merged=merged)
        return Apply(op, tensors, dtype=result_dtype(tensors))

    return call


def contraction(
    axes: Any, left: Tensor, right: Tensor, *, stretches: bool = False, merged: bool = False
) -> Tensordot:
    """The operator for an `axes` argument: a number of axes, or a pair of lists."""
    if isinstance(axes, int):
        rank = len(shape_of(left))
        if not 0 <= axes <= min(rank, len(shape_of(right))):
            raise NotUnderstood("more axes than there are")
        return Tensordot(tuple(range(rank - axes, rank)), tuple(range(axes)), stretches, merged)
    if isinstance(axes, tuple | list) and len(axes) == 2:
        return Tensordot(axes_of(axes[0], "axes") or (), axes_of(axes[1], "axes") or (), stretches, merged)
    raise NotUnderstood("the axes are unknown")


def einsum(equation: str, operands: str, *, stretches: bool = True) -> Call:
    """The equation and the operands under these parameter names."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensors = tuple(tensor_of(value) for value in arguments[operands])
        text = arguments.text(equation)
        if "..." in text and "->" not in text:
            raise NotUnderstood("an equation with ... and no arrow")
        op = Einsum(text, stretches, sums_more=False)
        return Apply(op, tensors, dtype=promote(tensor.dtype for tensor in tensors))

    return call


def triangle(_: Any, arguments: Arguments) -> Apply:
    return Apply(Triangle(), (tensor_of(first(arguments)),))


def diag(_: Any, arguments: Arguments) -> Apply:
    """A vector becomes a matrix, a matrix its diagonal."""
    tensor, offset = tensor_of(first(arguments)), arguments.integer("k")
    rank = len(shape_of(tensor))
    if rank == 1:
        return Apply(DiagonalMatrix(offset), (tensor,))
    if rank == 2:
        return Apply(Diagonal(offset), (tensor,))
    raise NotUnderstood("diag of an array with other than one or two axes")


def diagonal(*, drop: bool = False) -> Call:
    """diagonal and trace."""

    def call(_: Any, arguments: Arguments) -> Apply:
        op = Diagonal(
            arguments.integer("offset"), arguments.integer("axis1"), arguments.integer("axis2"), drop
        )
        return Apply(op, (tensor_of(first(arguments)),))

    return call


def square(name: str, drops: int = 0) -> Call:
    """A function of square matrices."""
    op = SquareMatrix(name, drops)

    def call(_: Any, arguments: Arguments) -> Apply:
        return Apply(op, (tensor_of(first(arguments)),))

    return call


def decomposition(name: str, *, full: bool = True) -> Call:
    """eigh, svd, qr."""

    def call(_: Any, arguments: Arguments) -> Apply:
        whole = full
        if "full_matrices" in arguments.values:
            whole = arguments.flag("full_matrices")
        if arguments.values.get("compute_uv") is False:
            raise NotUnderstood("singular values alone")
        if "mode" in arguments.values:
            if arguments["mode"] not in ("reduced", "complete"):
                raise NotUnderstood("an unusual mode")
            whole = arguments["mode"] == "complete"
        return Apply(Decomposition(name, whole), (tensor_of(first(arguments)),))

    return call


def solve(_: Any, arguments: Arguments) -> Apply:
    return Apply(Solve(), pair(arguments))


def norm(_: Any, arguments: Arguments) -> Apply:
    op = Reduce("norm", axes_of(arguments.known("axis"), "axis"), arguments.flag("keepdims"), scalar=False)
    return Apply(op, (tensor_of(first(arguments)),))
