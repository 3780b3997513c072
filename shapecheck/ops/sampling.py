"""Reading images at places given by a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, AtLeast, Equal, Shape
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves


class GridSample(Op):
    """Read each channel at the places of a grid: (n, c, …) and (n, …, d) with d coordinates give (n, c, …)."""

    title = "grid_sample"

    codes = ("SHP103", "SHP106", "SHP120")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((4, 5), (4, 5))

    def out(self, x: Shape, grid: Shape) -> Shape:
        return x[:2] + grid[1:-1]

    def needs(self, x: Shape, grid: Shape) -> Iterator[Need]:
        if len(x) != len(grid):
            yield self._need(NEVER, "SHP103", x, grid, f"{len(x)} axes against {len(grid)}")
            return
        yield self._need(Equal(x[0], grid[0]), "SHP106", x, grid, f"{x[0]} images against {grid[0]} grids")
        count = len(x) - 2
        yield self._need(
            Equal(grid[-1], count), "SHP120", x, grid, f"{grid[-1]} coordinates, {count} are needed"
        )
        for size in x[2:]:
            yield self._need(AtLeast(size, 1), "SHP120", x, grid, "the image is empty")

    def _need(self, claim: Claim, code: str, x: Shape, grid: Shape, fact: str) -> Need:
        template = "cannot sample {x} at a grid of {grid}: {fact}"
        return Need(claim, code, template, subject=1, x=x, grid=grid, fact=fact)

    def moves(self, x: Shape, grid: Shape) -> Moves:
        return (((0, 0),), ((0, 1),), *(((1, axis),) for axis in range(1, len(grid) - 1)))


class AffineGrid(Op):
    """The grid of places that affine maps give for images of `sizes`."""

    sizes: tuple[Size, ...] = attr()
    title = "affine_grid"

    codes = ("SHP103", "SHP106", "SHP120")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((3,),)

    def out(self, theta: Shape) -> Shape:
        return Shape(self.sizes[0], *self.sizes[2:], len(self.sizes) - 2)

    def needs(self, theta: Shape) -> Iterator[Need]:
        count = len(self.sizes) - 2
        if count not in (2, 3):
            yield Need(NEVER, "SHP103", "affine_grid needs 4 or 5 sizes, got {sizes}", sizes=self.sizes)
            return
        wanted = (self.sizes[0], count, count + 1)
        for have, want in zip(theta, wanted, strict=True):
            yield Need(
                Equal(have, want),
                "SHP106",
                "affine_grid for {sizes} needs maps of {wanted}, got {theta}",
                sizes=Shape(*self.sizes),
                wanted=Shape(*wanted),
                theta=theta,
            )
