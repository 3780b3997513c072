"""Margins of sliding windows, as torch's padding takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.ops.window import margins, windows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor


def flat_widths(pairs: Iterable[tuple[int, int]]) -> list[int]:
    """(low, high) of each axis as torch.nn.functional.pad wants them: the last axis first, in one list."""
    return [width for pair in reversed(list(pairs)) for width in pair]


class Margins(NamedTuple):
    """What the windows of an operator add to each spatial axis; one entry for each of them."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[Any, ...]
    dilation: tuple[int, ...]

    def fixed(self) -> list[tuple[int, int]] | None:
        """The margins of each axis where no axis has the rule "same" with a stride, which asks for its size."""
        if any(
            padding == "same" and stride != 1
            for padding, stride in zip(self.padding, self.stride, strict=True)
        ):
            return None
        # With a stride of 1 "same" adds as much to a long axis as to any other.
        return self.on([max(self.kernel) * max(self.dilation)] * len(self.kernel))

    def on(self, sizes: Iterable[int]) -> list[tuple[int, int]]:
        """The margins of axes of these sizes."""
        return [
            (int(low), int(high))
            for low, high in (
                margins(size, *axis) for size, axis in zip(sizes, zip(*self, strict=True), strict=True)
            )
        ]

    def of(self, x: Tensor) -> list[int]:
        """What torch.nn.functional.pad adds to these maps."""
        return flat_widths(self.on([int(size) for size in x.shape[-len(self.kernel) :]]))

    def first_windows(self, y: Tensor, x: Tensor) -> Tensor:
        """Without the windows that begin in the padding at the high end, which torch counts with `ceil_mode`."""
        rank = len(self.kernel)
        axes = zip(x.shape[-rank:], zip(*self, strict=True), strict=True)
        for axis, (size, window) in enumerate(axes, -rank):
            y = y.narrow(axis, 0, int(windows(int(size), *window, ceil=True)))
        return y

    def __str__(self) -> str:
        return str(self.padding[0] if len(set(self.padding)) == 1 else self.padding)
