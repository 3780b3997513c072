"""PyTorch products of matrices, einsum and linear algebra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.array_products import contraction
from shapecheck.dialects.base import Apply, NotUnderstood
from shapecheck.dialects.dtypes import promote, result_dtype
from shapecheck.dialects.rows import axes_of, first, shape_of, tensor_of
from shapecheck.dialects.torch.rows import TorchTable
from shapecheck.ops.einsum import Einsum
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.matmul import MatMul, Outer, StrictProduct

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call
    from shapecheck.ops.base import Op

table = TorchTable()
SPELLINGS = table.rows


def two(op: Op) -> Call:
    """A product of the first two arguments."""

    def call(_: Any, arguments: Arguments) -> Apply:
        left, right, *_rest = arguments.values.values()
        pair = (tensor_of(left), tensor_of(right))
        return Apply(op, pair, dtype=result_dtype(pair))

    return call


def added(op: Op) -> Call:
    """addmm and its like: a product added to a tensor that broadcasts to it."""

    def call(_: Any, arguments: Arguments) -> Apply:
        base, left, right, *_rest = arguments.values.values()
        product = Apply(op, (tensor_of(left), tensor_of(right)))
        return Apply(Elementwise("add", into_first=True), (product, tensor_of(base)))

    return call


def einsum(_: Any, arguments: Arguments) -> Apply:
    values = arguments["args"]
    if values and isinstance(values[0], str):
        equation, operands = values[0], values[1:]
        if len(operands) == 1 and isinstance(operands[0], list | tuple):
            operands = tuple(operands[0])
        tensors = tuple(tensor_of(value) for value in operands)
        return Apply(Einsum(equation, True), tensors, dtype=promote(tensor.dtype for tensor in tensors))
    raise NotUnderstood("the equation is unknown")


def tensordot(_: Any, arguments: Arguments) -> Apply:
    left, right = tensor_of(arguments["a"]), tensor_of(arguments["b"])
    return Apply(contraction(arguments.known("dims"), left, right, stretches=True), (left, right))


def square(name: str, drops: int = 0, outputs: tuple[str, ...] = ()) -> Call:
    """A function of square matrices; `drops` axes are gone, `outputs` names several results."""
    from shapecheck.ops.linear_algebra import SquareMatrix

    op = SquareMatrix(name, drops)

    def call(_: Any, arguments: Arguments) -> Apply:
        return Apply(op, (tensor_of(first(arguments)),))

    return call


def decomposition(name: str) -> Call:
    """eigh, svd, qr, slogdet."""
    from shapecheck.ops.linear_algebra import Decomposition

    def call(_: Any, arguments: Arguments) -> Apply:
        full = bool(arguments.values.get("full_matrices", True))
        if arguments.values.get("some") is not None:
            full = not arguments.flag("some")
        return Apply(Decomposition(name, full), (tensor_of(first(arguments)),))

    return call


def solve(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.linear_algebra import Solve

    return Apply(Solve(), (arguments.tensor("A"), arguments.tensor("B")))


def pinv(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.shape_moves import Transpose

    tensor = tensor_of(first(arguments))
    if len(shape_of(tensor)) < 2:
        raise NotUnderstood("pinv of less than a matrix")
    return Apply(Transpose(-2, -1), (tensor,))


def triangle(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.linear_algebra import Triangle

    return Apply(Triangle(), (tensor_of(first(arguments)),))


def diag(_: Any, arguments: Arguments) -> Apply:
    """A vector becomes a matrix, a matrix its diagonal."""
    from shapecheck.ops.linear_algebra import DiagonalMatrix
    from shapecheck.ops.reductions import Diagonal

    tensor, offset = tensor_of(first(arguments)), arguments.integer("diagonal")
    if len(shape_of(tensor)) == 1:
        return Apply(DiagonalMatrix(offset), (tensor,))
    if len(shape_of(tensor)) == 2:
        return Apply(Diagonal(offset), (tensor,))
    raise NotUnderstood("diag of a tensor with other than one or two axes")


def diag_embed(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.linear_algebra import DiagonalMatrix

    if (arguments["dim1"], arguments["dim2"]) != (-2, -1):
        raise NotUnderstood("diag_embed into other axes")
    return Apply(DiagonalMatrix(arguments.integer("offset")), (tensor_of(first(arguments)),))


def cdist(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.shape_moves import Transpose

    left, right = arguments.tensor("x1"), arguments.tensor("x2")
    if min(len(shape_of(left)), len(shape_of(right))) < 2:
        raise NotUnderstood("cdist of less than a matrix")
    return Apply(MatMul(), (left, Apply(Transpose(-2, -1), (right,))))


def vector_norm(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.reductions import Reduce

    op = Reduce("norm", axes_of(arguments.known("dim")), arguments.flag("keepdim"))
    return Apply(op, (tensor_of(arguments.values.get("x", arguments.values.get("A"))),))


def cross(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.reductions import Cross

    if arguments["dim"] is None:
        raise NotUnderstood("cross without an axis")
    op = Cross("cross", 3, arguments.integer("dim"))
    pair = (tensor_of(first(arguments)), arguments.tensor("other"))
    return Apply(
        Elementwise("cross"), tuple(Apply(op, (tensor,)) for tensor in pair), dtype=result_dtype(pair)
    )


def _rows() -> None:
    table.both("matmul", "other", two(MatMul()))
    table.functions("linalg.matmul", "input, other, *, out=None", two(MatMul()))
    table.both("mm", "mat2, out_dtype=None", two(StrictProduct("mm", 2, 2)))
    table.both("bmm", "mat2, out_dtype=None", two(StrictProduct("bmm", 3, 3)))
    table.both("mv", "vec", two(StrictProduct("mv", 2, 1)))
    table.both("dot", "tensor", two(StrictProduct("dot", 1, 1)))
    table.both("inner vdot", "other", two(StrictProduct("dot", 1, 1)))
    table.both("outer ger", "vec2", two(Outer()))
    table.both("addmm", "mat1, mat2, out_dtype=None, *, beta=1, alpha=1", added(StrictProduct("addmm", 2, 2)))
    table.both(
        "baddbmm", "batch1, batch2, out_dtype=None, *, beta=1, alpha=1", added(StrictProduct("baddbmm", 3, 3))
    )
    table.both("addmv", "mat, vec, *, beta=1, alpha=1", added(StrictProduct("addmv", 2, 1)))
    table.functions("einsum", "*args", einsum, {"equation": "args"})
    table.functions("tensordot", "a, b, dims=2, out=None", tensordot, {"left": "dims", "right": "dims"})
    for name in ("inverse", "linalg.inv"):
        table.functions(
            name, "input, *, out=None" if name == "inverse" else "A, *, out=None", square("inverse")
        )
    table.methods("inverse", "", square("inverse"))
    table.both("cholesky", "upper=False", square("cholesky"))
    table.functions("linalg.cholesky", "input, *, upper=False, out=None", square("cholesky"))
    table.both("matrix_power", "n", square("matrix_power"))
    table.functions("linalg.matrix_power", "input, n, *, out=None", square("matrix_power"))
    table.functions("matrix_exp linalg.matrix_exp", "input", square("matrix_exp"))
    table.both("det", "", square("det", 2), out=False)
    table.both("logdet", "", square("logdet", 2), out=False)
    table.functions("linalg.det", "A, *, out=None", square("det", 2))
    table.both("slogdet", "", decomposition("slogdet"))
    table.functions("linalg.slogdet", "A, *, out=None", decomposition("slogdet"))
    table.functions("linalg.eigh", "input, UPLO='L', *, out=None", decomposition("eigh"))
    table.functions("linalg.eigvalsh", "input, UPLO='L', *, out=None", square("eigvalsh", 1))
    table.functions("linalg.svd", "A, full_matrices=True, *, driver=None, out=None", decomposition("svd"))
    table.functions("linalg.qr", "A, mode='reduced', *, out=None", qr)
    table.functions("linalg.solve", "A, B, *, left=True, out=None", solve)
    table.functions(
        "linalg.pinv", "input, rcond=None, hermitian=False, *, atol=None, rtol=None, out=None", pinv
    )
    table.both("pinverse", "rcond=1e-15", pinv, out=False)
    norm = "ord=2, dim=None, keepdim=False, *, dtype=None, out=None"
    table.functions("linalg.vector_norm", f"x, {norm}", vector_norm)
    table.functions("linalg.norm", f"A, {norm.replace('ord=2', 'ord=None')}", vector_norm)
    table.both("tril triu", "diagonal=0", triangle)
    table.methods("tril_ triu_", "diagonal=0", triangle)
    table.both("diag", "diagonal=0", diag)
    table.both("diag_embed", "offset=0, dim1=-2, dim2=-1", diag_embed, out=False)
    table.functions("cdist", "x1, x2, p=2.0, compute_mode='use_mm_for_euclid_dist_if_necessary'", cdist)
    table.both("cross", "other, dim=None", cross)
    table.functions("linalg.cross", "input, other, *, dim=-1, out=None", cross)


def qr(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.linear_algebra import Decomposition

    mode = arguments.text("mode")
    if mode not in ("reduced", "complete"):
        raise NotUnderstood(f"qr in mode {mode}")
    return Apply(Decomposition("qr", mode == "complete"), (arguments.tensor("A"),))


_rows()
