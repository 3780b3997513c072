"""Windows as columns, and columns summed back into a map (im2col and col2im)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import Divides, Equal, Shape, floordiv, product
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.conv import Windowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.ops.base import Moves


class Unfold(Windowed):
    """Every window of height and width as one column: (n, c, h, w) to (n, c*kernel, windows)."""

    kernel: Any = attr(low=1, per_axis=True)
    stride: Any = attr(1, low=1, per_axis=True)
    padding: Any = attr(0, per_axis=True)
    dilation: Any = attr(1, low=1, per_axis=True)
    unbatched: bool = attr(False)
    codes: ClassVar[tuple[str, ...]] = ("SHP103", "SHP104", "SHP120")

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        return Shape(
            *self.lead(x), self.channels_of(x) * product(self.kernel_sizes()), product(self.counted(x))
        )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        return self.window_needs(inputs[0])

    def moves(self, *inputs: Shape) -> Moves | None:
        return (((0, 0),), (), ()) if len(inputs[0]) == 4 else ((), ())

    def built_for(self, *inputs: Shape | None) -> Op:
        return self


class Fold(Op):
    """Columns summed where their windows overlap: (n, c*kernel, windows) to (n, c, *size)."""

    size: Any = attr(low=1, per_axis=True)
    kernel: Any = attr(low=1, per_axis=True)
    stride: Any = attr(1, low=1, per_axis=True)
    padding: Any = attr(0, per_axis=True)
    dilation: Any = attr(1, low=1, per_axis=True)
    rank = 2
    ranks_table = ((3, 2),)
    codes = ("SHP103", "SHP104", "SHP105", "SHP120")

    def _unfold(self) -> Unfold:
        return Unfold(self.kernel, self.stride, self.padding, self.dilation, unbatched=True)

    def _sizes(self) -> tuple[Any, ...]:
        return tuple(size for (size,) in self.each("size", rank=2))

    def out(self, *inputs: Shape) -> Shape:
        *lead, rows, _ = inputs[0]
        return Shape(*lead, floordiv(rows, product(self._unfold().kernel_sizes())), *self._sizes())

    def settings(self) -> Iterator[Need]:
        return self._unfold().settings()

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        *_, rows, columns = inputs[0]
        unfold = self._unfold()
        cells = product(unfold.kernel_sizes())
        yield Need(
            Divides(cells, rows),
            "SHP105",
            "{label} expects a multiple of {cells} rows, got {rows}",
            attribute="kernel",
            label=self.label,
            cells=cells,
            rows=rows,
        )
        whole = Shape(1, *self._sizes())
        yield from unfold.window_needs(whole)
        windows = product(unfold.counted(whole))
        yield Need(
            Equal(columns, windows),
            "SHP105",
            "{label} expects {windows} columns, got {columns}",
            attribute="size",
            label=self.label,
            windows=windows,
            columns=columns,
        )

    def moves(self, *inputs: Shape) -> Moves | None:
        return (((0, 0),), (), (), ()) if len(inputs[0]) == 3 else ((), (), ())
