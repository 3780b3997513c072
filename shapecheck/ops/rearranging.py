"""Grids made of vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, Shape, product
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator


class MeshGrid(Op):
    """One grid for each vector, all of the same shape: an axis for each vector,
    the first two exchanged by `xy`.
    """

    xy: bool = attr(False)
    flattens: bool = attr(False)

    codes = ("SHP103",)

    @property
    def label(self) -> str:
        return "meshgrid"

    def out(self, *inputs: Shape) -> tuple[Shape, ...]:
        sizes = [shape.size for shape in inputs]
        if self.xy and len(sizes) > 1:
            sizes[0], sizes[1] = sizes[1], sizes[0]
        return (Shape(*sizes),) * len(inputs)

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        for index, shape in enumerate(inputs):
            if len(shape) > 1 and not self.flattens:
                yield Need(
                    NEVER, "SHP103", "meshgrid expects vectors, got {shape}", subject=index, shape=shape
                )


class CartesianProduct(Op):
    """All combinations of elements of some vectors, one combination a row."""

    codes = ("SHP103",)

    @property
    def label(self) -> str:
        return "cartesian_prod"

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((1,),)

    def out(self, *inputs: Shape) -> Shape:
        if len(inputs) == 1:
            return inputs[0]
        return Shape(product(shape[0] for shape in inputs), len(inputs))
