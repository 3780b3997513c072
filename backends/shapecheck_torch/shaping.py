"""Layers that move, pick, pad, resample, reduce and join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from shapecheck.model.refusal import Unsupported, whole_number
from shapecheck.ops.axes import normals
from shapecheck.ops.indexing import Cut
from shapecheck_torch.rearranging import REDUCTIONS, reduced

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Shape
    from shapecheck.ops import shape_moves
    from shapecheck.ops.elementwise import Elementwise as ElementwiseOp
    from shapecheck.ops.indexing import Index as IndexOp
    from shapecheck.ops.joining import Concat as ConcatOp
    from shapecheck.ops.joining import Stack as StackOp
    from shapecheck.ops.reductions import Reduce as ReduceOp
    from shapecheck.ops.resize import Upsample


class Permute(nn.Module):
    """The axes in another order."""

    def __init__(self, axes: tuple[int, ...]) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, x: Tensor) -> Tensor:
        """The permuted tensor."""
        return x.permute(self.axes)

    def extra_repr(self) -> str:
        return str(self.axes)


class Unsqueeze(nn.Module):
    """Axes of size 1 added at `axes`, counted in the result."""

    def __init__(self, axes: tuple[int, ...]) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, x: Tensor) -> Tensor:
        """The tensor with the new axes."""
        for axis in self.axes:
            x = x.unsqueeze(axis)
        return x

    def extra_repr(self) -> str:
        return str(self.axes)


class Squeeze(nn.Module):
    """Axes of size 1 dropped: those in `axes`, or all."""

    def __init__(self, axes: tuple[int, ...] | None) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, x: Tensor) -> Tensor:
        """The tensor without those axes."""
        return x.squeeze() if self.axes is None else x.squeeze(self.axes)

    def extra_repr(self) -> str:
        return "" if self.axes is None else str(self.axes)


class Index(nn.Module):
    """Part of a tensor, as square brackets pick it."""

    def __init__(self, key: tuple[Any, ...]) -> None:
        super().__init__()
        self.key = key

    def forward(self, x: Tensor) -> Tensor:
        """x[key]"""
        y: Tensor = x[self.key]
        return y

    def extra_repr(self) -> str:
        return f"[{', '.join(_spelled(entry) for entry in self.key)}]"


def _spelled(entry: Any) -> str:
    if entry is Ellipsis:
        return "..."
    if not isinstance(entry, slice):
        return str(entry)
    start, stop = ("" if bound is None else bound for bound in (entry.start, entry.stop))
    return f"{start}:{stop}" if entry.step is None else f"{start}:{stop}:{entry.step}"


class Reduce(nn.Module):
    """Axes reduced to their mean, sum, largest or smallest value."""

    def __init__(self, name: str, axes: tuple[int, ...], *, keep: bool) -> None:
        super().__init__()
        self.name = name
        self.axes = axes
        self.keep = keep

    def forward(self, x: Tensor) -> Tensor:
        """The tensor without those axes, or with size 1 there."""
        return reduced(self.name, x, self.axes, keep=self.keep)

    def extra_repr(self) -> str:
        return f"{self.name}, dim={self.axes}, keepdim={self.keep}"


ELEMENTWISE: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "add": torch.add,
    "subtract": torch.sub,
    "multiply": torch.mul,
    "divide": torch.div,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}


class Elementwise(nn.Module):
    """Tensors joined element by element, from the first to the last."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def forward(self, first: Tensor, *others: Tensor) -> Tensor:
        """The joined tensor."""
        for other in others:
            first = ELEMENTWISE[self.name](first, other)
        return first

    def extra_repr(self) -> str:
        return self.name


class Concat(nn.Module):
    """Tensors one behind the other along an axis."""

    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, *tensors: Tensor) -> Tensor:
        """torch.cat"""
        return torch.cat(tensors, dim=self.axis)

    def extra_repr(self) -> str:
        return f"dim={self.axis}"


class Stack(Concat):
    """Tensors side by side along a new axis."""

    def forward(self, *tensors: Tensor) -> Tensor:
        """torch.stack"""
        return torch.stack(tensors, dim=self.axis)


def build_flatten(op: shape_moves.Flatten, x: Shape) -> nn.Module:
    """nn.Flatten."""
    return nn.Flatten(op.start, op.end)


def build_permute(op: shape_moves.Permute, x: Shape) -> nn.Module:
    """torch's permute."""
    return Permute(op.axes)


def build_unsqueeze(op: shape_moves.Unsqueeze, x: Shape) -> nn.Module:
    """torch's unsqueeze, once for each axis."""
    return Unsqueeze(tuple(sorted(normals(op.axes, len(x) + len(op.axes)))))


def build_squeeze(op: shape_moves.Squeeze, x: Shape) -> nn.Module:
    """torch's squeeze."""
    return Squeeze(op.axes)


def build_index(op: IndexOp, x: Shape) -> nn.Module:
    """torch's indexing with integers, slices, None and the ellipsis."""
    return Index(tuple(_entry(entry) for entry in op.key))


def _entry(entry: Any) -> Any:
    if entry is None or entry is Ellipsis or isinstance(entry, int):
        return entry
    if not isinstance(entry, Cut):
        raise Unsupported("tensors as indices are not built")
    bounds = (entry.start, entry.stop, entry.step)
    if any(bound is not None and not isinstance(bound, int) for bound in bounds):
        raise Unsupported(
            f"the slice from {entry.start} to {entry.stop} hangs on sizes: build(dims=...) fixes them"
        )
    if isinstance(entry.step, int) and entry.step < 1:
        raise Unsupported(f"torch cannot slice with the step {entry.step}")
    return slice(*bounds)


def build_reduce(op: ReduceOp, x: Shape) -> nn.Module:
    """torch's mean, sum, amax or amin."""
    if op.name not in REDUCTIONS or op.outputs != 1:
        raise Unsupported(
            f"of the reductions it has {', '.join(REDUCTIONS)} without indices, not {op.name!r}"
        )
    return Reduce(op.name, tuple(range(len(x))) if op.axes is None else op.axes, keep=op.keep)


def build_elementwise(op: ElementwiseOp, *inputs: Shape) -> nn.Module:
    """torch's arithmetic."""
    if op.name not in ELEMENTWISE:
        raise Unsupported(f"tensors are joined by {', '.join(ELEMENTWISE)}, not by {op.name!r}")
    return Elementwise(op.name)


def build_concat(op: ConcatOp, *inputs: Shape) -> nn.Module:
    """torch.cat."""
    return Concat(op.axis)


def build_stack(op: StackOp, *inputs: Shape) -> nn.Module:
    """torch.stack."""
    return Stack(op.axis)


MODES = {1: {"linear": "linear"}, 2: {"bilinear": "bilinear", "linear": "bilinear"}}


def build_upsample(op: Upsample, x: Shape) -> nn.Module:
    """nn.Upsample by whole factors."""
    factors = tuple(whole_number(factor, "the factor") for (factor,) in op.each("factor", rank=op.rank))
    factor: Any = factors[0] if len(set(factors)) == 1 else tuple(float(f) for f in factors)
    if op.mode == "nearest":
        return nn.Upsample(scale_factor=factor, mode="nearest")
    mode = MODES[op.rank].get(op.mode)
    if mode is None:
        raise Unsupported(f"torch does not upsample {op.rank} axes by {op.mode!r}")
    return nn.Upsample(scale_factor=factor, mode=mode, align_corners=False)
