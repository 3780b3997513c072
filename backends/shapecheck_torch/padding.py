"""Cells added around a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from shapecheck.model.refusal import whole_number
from shapecheck_torch.windows import flat_widths

if TYPE_CHECKING:
    from shapecheck.algebra import Shape
    from shapecheck.ops.padding import Pad as PadOp

# torch's own layers: by mode and the number of padded axes, with two axes in front.
OWN: dict[tuple[str, int], Any] = {
    ("constant", 1): nn.ZeroPad1d,
    ("constant", 2): nn.ZeroPad2d,
    ("constant", 3): nn.ZeroPad3d,
    ("reflect", 1): nn.ReflectionPad1d,
    ("reflect", 2): nn.ReflectionPad2d,
    ("reflect", 3): nn.ReflectionPad3d,
    ("replicate", 1): nn.ReplicationPad1d,
    ("replicate", 2): nn.ReplicationPad2d,
    ("replicate", 3): nn.ReplicationPad3d,
    ("circular", 1): nn.CircularPad1d,
    ("circular", 2): nn.CircularPad2d,
    ("circular", 3): nn.CircularPad3d,
}


class Pad(nn.Module):
    """(low, high) cells around any axes, by any mode; where torch has a layer of its own, that is taken."""

    def __init__(self, widths: tuple[tuple[int, int], ...], mode: str) -> None:
        super().__init__()
        self.widths = widths
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        """The padded tensor."""
        if self.mode == "constant":
            return nn.functional.pad(x, flat_widths(self.widths))
        for axis, (low, high) in enumerate(self.widths, -len(self.widths)):
            if low or high:
                size = x.shape[axis]
                cells = torch.arange(-low, size + high, device=x.device)
                x = x.index_select(axis, source_cells(cells, size, self.mode))
        return x

    def extra_repr(self) -> str:
        return f"{self.widths}, mode={self.mode!r}"


def source_cells(cells: Tensor, size: int, mode: str) -> Tensor:
    """Which cell of an axis each cell of the padded axis is, numbered from the axis's first."""
    if mode == "replicate":
        return cells.clamp(0, size - 1)
    if mode == "circular":
        return cells.remainder(size)
    if mode == "symmetric":  # the mirror stands behind the last cell, which therefore appears twice
        turned = cells.remainder(2 * size)
        return torch.minimum(turned, 2 * size - 1 - turned)
    turned = cells.remainder(max(2 * (size - 1), 1))
    return torch.minimum(turned, 2 * (size - 1) - turned)


def build_pad(op: PadOp, x: Shape) -> nn.Module:
    """The layer of torch's for the last axes, else one that gathers the cells."""
    widths = [
        (whole_number(low, "the padding"), whole_number(high, "the padding")) for low, high in op.widths
    ]
    while len(widths) > 1 and widths[0] == (0, 0):
        del widths[0]
    own = OWN.get((op.mode, len(widths)))
    if own is not None and len(x) == len(widths) + 2 and min(map(min, widths)) >= 0:
        layer: nn.Module = own(tuple(flat_widths(widths)))
        return layer
    return Pad(tuple(widths), op.mode)
