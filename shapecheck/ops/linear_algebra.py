"""Linear algebra on the last two axes: inverse, determinant, decompositions, triangles, diagonals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, Equal, Shape, minimum
from shapecheck.ops.axes import kept, moved
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_needs
from shapecheck.ops.matmul import product_need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.ops.base import Moves


def matrix_needs(name: str, x: Shape, *, square: bool) -> Iterator[Need]:
    """A matrix, or a batch of them; a square one where that is asked."""
    if len(x) < 2:
        yield Need(NEVER, "SHP103", "{name} needs a matrix, got {shape}", name=name, shape=x)
    elif square:
        yield Need(
            Equal(x[-1], x[-2]),
            "SHP107",
            "{name} needs square matrices, got {rows} by {columns} in {shape}",
            name=name,
            rows=x[-2],
            columns=x[-1],
            shape=x,
        )


class SquareMatrix(Op):
    """A function of square matrices: it keeps the shape,
    or gives a vector (`drops` 1) or a number (2) for each.
    """

    name: str = attr()
    drops: int = attr(0)

    codes = ("SHP103", "SHP107")

    @property
    def label(self) -> str:
        return self.name

    def out(self, x: Shape) -> Shape:
        return x[: len(x) - self.drops]

    def needs(self, x: Shape) -> Iterator[Need]:
        return matrix_needs(self.name, x, square=True)

    def moves(self, x: Shape) -> Moves:
        return kept(len(x) - self.drops)


class Triangle(Op):
    """Zero the elements above or below a diagonal of the last two axes."""

    codes = ("SHP103",)

    @property
    def label(self) -> str:
        return "triangle"

    def out(self, x: Shape) -> Shape:
        return x

    def needs(self, x: Shape) -> Iterator[Need]:
        return matrix_needs("tril or triu", x, square=False)

    def moves(self, x: Shape) -> Moves:
        return kept(len(x))


class Decomposition(Op):
    """eigh, svd, qr or slogdet; `full` asks for the whole bases."""

    name: str = attr(choices=("eigh", "svd", "qr", "slogdet"))
    full: bool = attr(True)

    codes = ("SHP103", "SHP107")

    @property
    def label(self) -> str:
        return self.name

    def out(self, x: Shape) -> tuple[Shape, ...]:
        batch, rows, columns = x[:-2], x[-2], x[-1]
        if self.name == "slogdet":
            return (batch, batch)
        if self.name == "eigh":
            return (x[:-1], x)
        short = minimum(rows, columns)
        if self.name == "qr":
            inner = rows if self.full else short
            return (batch + Shape(rows, inner), batch + Shape(inner, columns))
        left = rows if self.full else short
        right = columns if self.full else short
        return (batch + Shape(rows, left), batch + Shape(short), batch + Shape(right, columns))

    def needs(self, x: Shape) -> Iterator[Need]:
        return matrix_needs(self.name, x, square=self.name in ("eigh", "slogdet"))


class Solve(Op):
    """Solve a x = b for matrices or one vector b; batches broadcast."""

    codes = ("SHP103", "SHP107", "SHP106")

    @property
    def label(self) -> str:
        return "solve"

    def _vector(self, a: Shape, b: Shape) -> bool:
        return len(b) == 1 or (len(b) == len(a) - 1 and b == a[:-1])

    def out(self, a: Shape, b: Shape) -> Shape:
        if self._vector(a, b):
            return a[:-1] if len(b) == 1 else b
        return broadcast((a[:-2], b[:-2])) + b[-2:]

    def needs(self, a: Shape, b: Shape) -> Iterator[Need]:
        yield from matrix_needs("solve", a, square=True)
        if not b:
            yield Need(NEVER, "SHP103", "solve needs a right side with axes, got {b}", subject=1, b=b)
        if self._vector(a, b):
            yield product_need(a, b, a[-1], b[-1])
        else:
            yield product_need(a, b, a[-1], b[-2])
            yield from broadcast_needs("solve batches of", (a[:-2], b[:-2]))


class DiagonalMatrix(Op):
    """A square matrix with the last axis on its diagonal."""

    offset: int = attr(0)

    codes = ("SHP103",)

    @property
    def label(self) -> str:
        return "diag"

    def out(self, x: Shape) -> Shape:
        side = x[-1] + abs(self.offset)
        return x[:-1] + Shape(side, side)

    def needs(self, x: Shape) -> Iterator[Need]:
        if not x:
            yield Need(NEVER, "SHP103", "diag needs at least one axis, got {shape}", shape=x)

    def moves(self, x: Shape) -> Moves:
        return moved((*range(len(x) - 1), None, None))
