"""Pools of a given output size, and of whole axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import Shape
from shapecheck.ops.base import attr
from shapecheck.ops.spatial import Spatial

if TYPE_CHECKING:
    from shapecheck.ops.base import Moves


class AdaptivePool(Spatial):
    """Pool every axis to `size` cells, whatever its size; None keeps the axis.

    `leads` says how many axes may stand before the spatial ones, batch and channels first of all.
    """

    size: Any = attr(low=0, per_axis=True)
    indices: bool = attr(False)
    leads: tuple[int, ...] = attr((2,))
    codes = ("SHP103", "SHP120")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return (tuple(self.rank + lead for lead in self.leads),)

    @property
    def structure(self) -> Any:
        return ("out", "indices") if self.indices else "out"

    def out(self, *inputs: Shape) -> Any:
        (x,) = inputs
        sizes = (
            before if size is None else size
            for before, (size,) in zip(self.space(x), self._sizes(), strict=True)
        )
        pooled = Shape.of((*x[: len(x) - self.rank], *sizes))
        return (pooled, pooled) if self.indices else pooled

    def _sizes(self) -> Any:
        return self.each("size", rank=self.rank)


class GlobalPool(Spatial):
    """One value of every channel; `keep` leaves axes of size 1."""

    keep: bool = attr(False)
    codes = ("SHP103",)

    def out(self, *inputs: Shape) -> Any:
        (x,) = inputs
        kept = x[: len(x) - self.rank]
        return Shape.of((*kept, *(1,) * self.rank)) if self.keep else kept

    def moves(self, *inputs: Shape) -> Moves | None:
        return tuple(((0, axis),) if axis < 2 else () for axis in range(len(inputs[0]) if self.keep else 2))


class AdaptiveMaxPool1d(AdaptivePool):
    """The largest value of each of `size` parts of one axis."""

    rank: ClassVar[int] = 1


class AdaptiveMaxPool2d(AdaptivePool):
    """The largest value of each of `size` parts of height and width."""

    rank: ClassVar[int] = 2


class AdaptiveMaxPool3d(AdaptivePool):
    """The largest value of each of `size` parts of depth, height and width."""

    rank: ClassVar[int] = 3


class AdaptiveAvgPool1d(AdaptivePool):
    """The mean of each of `size` parts of one axis."""

    rank: ClassVar[int] = 1


class AdaptiveAvgPool2d(AdaptivePool):
    """The mean of each of `size` parts of height and width."""

    rank: ClassVar[int] = 2


class AdaptiveAvgPool3d(AdaptivePool):
    """The mean of each of `size` parts of depth, height and width."""

    rank: ClassVar[int] = 3


class GlobalMaxPool1d(GlobalPool):
    """The largest value of every channel over one axis."""

    rank: ClassVar[int] = 1


class GlobalMaxPool2d(GlobalPool):
    """The largest value of every channel over height and width."""

    rank: ClassVar[int] = 2


class GlobalMaxPool3d(GlobalPool):
    """The largest value of every channel over depth, height and width."""

    rank: ClassVar[int] = 3


class GlobalAvgPool1d(GlobalPool):
    """The mean of every channel over one axis."""

    rank: ClassVar[int] = 1


class GlobalAvgPool2d(GlobalPool):
    """The mean of every channel over height and width."""

    rank: ClassVar[int] = 2


class GlobalAvgPool3d(GlobalPool):
    """The mean of every channel over depth, height and width."""

    rank: ClassVar[int] = 3
