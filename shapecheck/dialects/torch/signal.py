"""torch.fft, and sampling images by a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import Apply, NotUnderstood, Spelling
from shapecheck.dialects.rows import Table, axes_of, first, sizes_of, tensor_of
from shapecheck.ops.sampling import AffineGrid, GridSample
from shapecheck.ops.shape_moves import Along
from shapecheck.ops.spectrum import HalfSpectrum

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

table = Table()
SPELLINGS = table.rows


def transform(name: str, parameter: str) -> Call:
    """A transform that keeps the shape, unless another size is asked for."""

    def call(_: Any, arguments: Arguments) -> Apply:
        if arguments.values.get("n") is not None or arguments.values.get("s") is not None:
            raise NotUnderstood("a transform of another size")
        axes = axes_of(arguments.known(parameter), parameter)
        tensor = tensor_of(first(arguments))
        dtype = {"float32": "complex64", "float64": "complex128"}.get(tensor.dtype or "", tensor.dtype)
        return Apply(Along(name, axes, scalar=False, distinct=True), (tensor,), dtype=dtype)

    return call


def shifted(name: str) -> Call:
    """fftshift: the shape stays, and so does the dtype."""

    def call(_: Any, arguments: Arguments) -> Apply:
        axes = axes_of(arguments.known("dim"), "dim")
        return Apply(Along(name, axes, scalar=False), (tensor_of(first(arguments)),))

    return call


def halved(*, back: bool) -> Call:
    """rfft and irfft."""

    def call(_: Any, arguments: Arguments) -> Apply:
        if arguments["n"] is not None:
            raise NotUnderstood("a transform of another size")
        tensor = tensor_of(first(arguments))
        pair = {"complex64": "float32", "complex128": "float64"}
        if not back:
            pair = {real: number for number, real in pair.items()}
        return Apply(
            HalfSpectrum(arguments.integer("dim"), back), (tensor,), dtype=pair.get(tensor.dtype or "")
        )

    return call


def grid_sample(_: Any, arguments: Arguments) -> Apply:
    return Apply(GridSample(), (arguments.tensor("input"), arguments.tensor("grid")))


def affine_grid(_: Any, arguments: Arguments) -> Apply:
    return Apply(AffineGrid(sizes_of(arguments["size"], arguments)), (arguments.tensor("theta"),))


def _rows() -> None:
    for name in ("fft", "ifft"):
        table.function(
            f"torch.fft.{name}", "input, n=None, dim=-1, norm=None, *, out=None", transform(name, "dim")
        )
    for name in ("fft2", "ifft2"):
        signature = "input, s=None, dim=(-2, -1), norm=None, *, out=None"
        table.function(f"torch.fft.{name}", signature, transform(name, "dim"))
    for name in ("fftn", "ifftn"):
        table.function(
            f"torch.fft.{name}", "input, s=None, dim=None, norm=None, *, out=None", transform(name, "dim")
        )
    for name in ("fftshift", "ifftshift"):
        table.function(f"torch.fft.{name}", "input, dim=None", shifted(name))
    half = "input, n=None, dim=-1, norm=None, *, out=None"
    table.function("torch.fft.rfft", half, halved(back=False))
    table.function("torch.fft.irfft", half, halved(back=True))
    functional = "torch.nn.functional."
    sample = "input, grid, mode='bilinear', padding_mode='zeros', align_corners=None"
    SPELLINGS[functional + "grid_sample"] = Spelling(
        functional + "grid_sample", "function", sample, call=grid_sample
    )
    name = functional + "affine_grid"
    SPELLINGS[name] = Spelling(
        name, "function", "theta, size, align_corners=None", call=affine_grid, names={"sizes": "size"}
    )


_rows()
