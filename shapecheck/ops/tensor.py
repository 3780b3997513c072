"""The abstract tensor: a shape, or None where even the rank is unknown, and a dtype name, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecheck.algebra import Shape


class Tensor:
    """A tensor as the analysis knows it. The interpreter's tensors extend this with where their axes came from.

    `shape` is in the axis order of the user's code (not canonical); None means that the rank is unknown.
    `dtype` is a framework-neutral name: "float32", "int64", "bool", …, or None.
    """

    __slots__ = ("dtype", "shape")

    def __init__(self, shape: Shape | None, dtype: str | None = None) -> None:
        self.shape = shape
        self.dtype = dtype

    def __repr__(self) -> str:
        return f"Tensor({'?' if self.shape is None else self.shape}, {self.dtype or '?'})"
