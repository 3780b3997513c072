"""Products of matrices and vectors: matmul, its strict forms, tensordot, outer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, AnyOf, Equal, Shape, product
from shapecheck.ops.axes import axis_needs, distinct_needs, normal, normals
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_moves, broadcast_needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


def product_need(left: Shape, right: Shape, a: Size, b: Size) -> Need:
    """The axes that are summed over must have the same size."""
    return Need(
        Equal(a, b),
        "SHP107",
        "cannot multiply {left} by {right}: {a} columns against {b} rows",
        subject=1,
        left=left,
        right=right,
        a=a,
        b=b,
    )


class MatMul(Op):
    """Multiply matrices in the last two axes; the axes before them broadcast. A vector is a row on the left,
    a column on the right.

    `least` is the smallest rank allowed: 1 (torch, numpy, keras), or 2 (tf.matmul).
    """

    least: int = attr(1)

    codes = ("SHP107", "SHP106", "SHP103")

    @property
    def label(self) -> str:
        return "matmul"

    def out(self, x: Shape, y: Shape) -> Shape:
        batch = broadcast((x[:-2], y[:-2]))
        return batch + x[-2:-1] + (y[-1:] if len(y) > 1 else Shape())

    def needs(self, x: Shape, y: Shape) -> Iterator[Need]:
        for index, shape in enumerate((x, y)):
            if len(shape) < self.least:
                yield Need(
                    NEVER,
                    "SHP103",
                    "matmul needs at least {least} axes, got {shape}",
                    subject=index,
                    least="one" if self.least == 1 else "two",
                    shape=shape,
                )
        yield product_need(x, y, x[-1], y[-2] if len(y) > 1 else y[0])
        yield from broadcast_needs("multiply batches of", (x[:-2], y[:-2]))

    def macs(self, x: Shape, y: Shape) -> Size:
        return self.out(x, y).size * x[-1]

    def moves(self, x: Shape, y: Shape) -> Moves:
        batch = broadcast_moves((x[:-2], y[:-2]), broadcast((x[:-2], y[:-2])))
        rows = (((0, len(x) - 2),),) if len(x) > 1 else ()
        columns = (((1, len(y) - 1),),) if len(y) > 1 else ()
        return (*batch, *rows, *columns)


class StrictProduct(Op):
    """Multiply tensors of fixed ranks without broadcasting: mm, bmm, mv, dot.

    `left` and `right` are the ranks; leading axes of rank-3 tensors are batches and must agree.
    """

    name: str = attr()
    left: int = attr()
    right: int = attr()

    codes = ("SHP107", "SHP103")

    @property
    def label(self) -> str:
        return self.name

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((self.left,), (self.right,))

    def out(self, x: Shape, y: Shape) -> Shape:
        return x[:-1] + (y[-1:] if len(y) > 1 else Shape())

    def needs(self, x: Shape, y: Shape) -> Iterator[Need]:
        if self.left == 3:
            yield Need(
                Equal(x[0], y[0]),
                "SHP107",
                "cannot multiply {left} by {right}: {a} matrices against {b}",
                subject=1,
                left=x,
                right=y,
                a=x[0],
                b=y[0],
            )
        yield product_need(x, y, x[-1], y[-2] if len(y) > 1 else y[0])

    def macs(self, x: Shape, y: Shape) -> Size:
        return self.out(x, y).size * x[-1]

    def moves(self, x: Shape, y: Shape) -> Moves:
        columns = (((1, len(y) - 1),),) if len(y) > 1 else ()
        return (*(((0, axis),) for axis in range(len(x) - 1)), *columns)


class Tensordot(Op):
    """Sum over pairs of axes, the k-th of `left` with the k-th of `right`; the axes left over follow each
    other.

    With `stretches`, an axis of size 1 goes with any size (PyTorch); with `merged`, only the products of the
    sizes are compared (TensorFlow).
    """

    left: tuple[int, ...] = attr()
    right: tuple[int, ...] = attr()
    stretches: bool = attr(False)
    merged: bool = attr(False)

    codes = ("SHP107", "SHP109", "SHP120")

    @property
    def label(self) -> str:
        return "tensordot"

    def _rest(self, x: Shape, y: Shape) -> tuple[list[int], list[int]]:
        left, right = normals(self.left, len(x)), normals(self.right, len(y))
        return (
            [axis for axis in range(len(x)) if axis not in left],
            [axis for axis in range(len(y)) if axis not in right],
        )

    def out(self, x: Shape, y: Shape) -> Shape:
        left, right = self._rest(x, y)
        return Shape(*(x[axis] for axis in left), *(y[axis] for axis in right))

    def needs(self, x: Shape, y: Shape) -> Iterator[Need]:
        if len(self.left) != len(self.right):
            yield Need(
                NEVER,
                "SHP107",
                "tensordot sums over {a} axes of the first tensor and {b} of the second",
                attribute="left",
                a=len(self.left),
                b=len(self.right),
            )
        yield from axis_needs("tensordot", x, self.left, attribute="left")
        yield from axis_needs("tensordot", y, self.right, attribute="right", subject=1)
        yield from distinct_needs("tensordot", x, self.left, "SHP120", "left")
        yield from distinct_needs("tensordot", y, self.right, "SHP120", "right")
        if self.merged:
            a, b = (
                product(shape[axis] for axis in axes) for shape, axes in ((x, self.left), (y, self.right))
            )
            yield product_need(x, y, a, b)
            return
        for one, other in zip(self.left, self.right, strict=True):
            a, b = x[one], y[other]
            if a == b or (self.stretches and (a == 1 or b == 1)):
                continue
            yield Need(
                AnyOf(Equal(a, b), Equal(a, 1), Equal(b, 1)) if self.stretches else Equal(a, b),
                "SHP107",
                "cannot sum over axis {one} of {x} and axis {other} of {y}: {a} against {b}",
                subject=1,
                one=normal(one, len(x)),
                other=normal(other, len(y)),
                x=x,
                y=y,
                a=a,
                b=b,
            )

    def moves(self, x: Shape, y: Shape) -> Moves:
        left, right = self._rest(x, y)
        return (*(((0, axis),) for axis in left), *(((1, axis),) for axis in right))


class Outer(Op):
    """Every element of one vector times every element of another.

    `flattens` makes vectors of tensors first.
    """

    flattens: bool = attr(False)

    codes = ("SHP103",)

    @property
    def label(self) -> str:
        return "outer"

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return (None,) if self.flattens else ((1,), (1,))

    def out(self, x: Shape, y: Shape) -> Shape:
        return Shape(x.size, y.size)
