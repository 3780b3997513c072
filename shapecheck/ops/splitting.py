"""Operators that take a tensor apart along an axis; each gives a tuple of shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import NEVER, AtLeast, Divides, Equal, Shape, ceildiv, floordiv, total
from shapecheck.ops.axes import axis_needs, moved, normal
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.indexing import Cut, cut_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves


class Apart(Op):
    """What all of them share: the axis, and the sizes of the pieces along it (None: not known how many)."""

    axis: int = attr(0)

    codes: ClassVar[tuple[str, ...]] = ("SHP109",)

    @property
    def label(self) -> str:
        return "split"

    def pieces(self, size: Size) -> list[Size] | None:
        """The sizes of the pieces of an axis of this size."""
        raise NotImplementedError(f"{type(self).__name__} declares no pieces")

    def out(self, x: Shape) -> tuple[Shape, ...]:
        axis = normal(self.axis, len(x))
        pieces = self.pieces(x[axis])
        if pieces is None:
            raise ValueError(f"not known into how many pieces {self!r} takes {x} apart: see presumes()")
        return tuple(x[:axis] + Shape(piece) + x[axis + 1 :] for piece in pieces)

    def needs(self, x: Shape) -> Iterator[Need]:
        if not x:
            yield Need(
                NEVER, "SHP109", "cannot {label} a tensor without axes", attribute="axis", label=self.label
            )
        yield from axis_needs(self.label, x, (self.axis,))
        yield from self.size_needs(x, x[normal(self.axis, len(x))])

    def size_needs(self, x: Shape, size: Size) -> Iterable[Need]:
        """What the size of the axis must meet."""
        return ()

    def presumes(self, x: Shape) -> tuple[Claim, ...]:
        return (NEVER,) if self.pieces(x[normal(self.axis, len(x))]) is None else ()

    def moves(self, x: Shape) -> Moves:
        axis = normal(self.axis, len(x))
        return moved(None if each == axis else each for each in range(len(x)))

    def _need(self, claim: Claim, x: Shape, size: Size, template: str, attribute: str, **values: Any) -> Need:
        axis = normal(self.axis, len(x))
        return Need(claim, "SHP111", template, attribute=attribute, shape=x, size=size, axis=axis, **values)


class Split(Apart):
    """Pieces of the given sizes, which must add up to the size of the axis.

    One may be -1 where `wildcard` allows it.
    """

    sizes: tuple[Size, ...] = attr()
    wildcard: bool = attr(False)

    codes = ("SHP109", "SHP111")

    def _known(self) -> Size:
        return total(size for size in self.sizes if size != -1)

    def pieces(self, size: Size) -> list[Size]:
        return [size - self._known() if piece == -1 else piece for piece in self.sizes]

    def size_needs(self, x: Shape, size: Size) -> Iterator[Need]:
        template = (
            "cannot split axis {axis} of {shape}, whose size is {size}, into {sizes}: these add up to {sum}"
        )
        known = self._known()
        holes = self.sizes.count(-1)
        if any(
            isinstance(piece, int) and piece < 0 and not (piece == -1 and self.wildcard)
            for piece in self.sizes
        ):
            negative = "cannot split axis {axis} of {shape} into {sizes}: a size is negative"
            yield self._need(NEVER, x, size, negative, "sizes", sizes=self.sizes)
        elif holes > 1:
            yield self._need(NEVER, x, size, "only one size of {sizes} can be -1", "sizes", sizes=self.sizes)
        else:
            claim = AtLeast(size, known) if holes else Equal(size, known)
            yield self._need(claim, x, size, template, "sizes", sizes=self.sizes, sum=known)


class SplitEvery(Apart):
    """Pieces of `size` elements; the last one is smaller where it does not divide."""

    size: Size = attr()

    codes = ("SHP109", "SHP111")

    def pieces(self, size: Size) -> list[Size] | None:
        if size == 0:
            return [0]
        count = ceildiv(size, self.size) if self.size != 0 else None
        if not isinstance(count, int):
            return None
        return [self.size] * (count - 1) + [size - (count - 1) * self.size]

    def size_needs(self, x: Shape, size: Size) -> Iterator[Need]:
        if isinstance(self.size, int) and self.size < 0:
            yield self._need(NEVER, x, size, "cannot split into pieces of {piece}", "size", piece=self.size)
        if self.size == 0:
            template = "cannot split axis {axis} of {shape} into pieces of 0: its size is {size}"
            yield self._need(Equal(size, 0), x, size, template, "size")


class Chunk(Apart):
    """At most `count` pieces of equal size, the last one smaller where it does not divide (torch.chunk)."""

    count: int = attr()

    codes = ("SHP109", "SHP111")

    @property
    def label(self) -> str:
        return "chunk"

    def pieces(self, size: Size) -> list[Size]:
        if size == 0:
            return [0] * self.count
        step = ceildiv(size, self.count)
        exact = SplitEvery(axis=self.axis, size=step).pieces(size)
        return exact if exact is not None else [step] * self.count

    def size_needs(self, x: Shape, size: Size) -> Iterator[Need]:
        if self.count < 1:
            yield self._need(
                NEVER, x, size, "cannot chunk {shape} into {count} pieces", "count", count=self.count
            )

    def presumes(self, x: Shape) -> tuple[Claim, ...]:
        size = x[normal(self.axis, len(x))]
        if SplitEvery(axis=self.axis, size=ceildiv(size, self.count)).pieces(size) is not None:
            return ()
        return (Divides(self.count, size),)


class SplitInto(Apart):
    """Exactly `count` equal pieces.

    With `uneven`, the first pieces are one larger where it does not divide.
    """

    count: int = attr()
    uneven: bool = attr(False)

    codes = ("SHP109", "SHP111")

    def pieces(self, size: Size) -> list[Size]:
        if not self.uneven:
            return [floordiv(size, self.count)] * self.count
        return [floordiv(size + self.count - 1 - number, self.count) for number in range(self.count)]

    def size_needs(self, x: Shape, size: Size) -> Iterator[Need]:
        template = "cannot split axis {axis} of {shape} into {count} equal pieces: its size is {size}"
        if self.count < 1:
            yield self._need(NEVER, x, size, template, "count", count=self.count)
        elif not self.uneven:
            yield self._need(Divides(self.count, size), x, size, template, "count", count=self.count)


class SplitAt(Apart):
    """Cut before each index of `places`: one piece more than places."""

    places: tuple[Size, ...] = attr()

    def pieces(self, size: Size) -> list[Size]:
        starts = (0, *self.places)
        stops = (*self.places, None)
        return [cut_length(size, Cut(start, stop)) for start, stop in zip(starts, stops, strict=True)]


class Unbind(Apart):
    """One tensor for each element of the axis, which is gone.

    `count` is how many the caller says there are.
    """

    count: int | None = attr(None)

    codes = ("SHP109", "SHP111")

    @property
    def label(self) -> str:
        return "unbind"

    def pieces(self, size: Size) -> list[Size] | None:
        count = self.count if self.count is not None else size
        return [1] * count if isinstance(count, int) else None

    def out(self, x: Shape) -> tuple[Shape, ...]:
        axis = normal(self.axis, len(x))
        pieces = self.pieces(x[axis])
        if pieces is None:
            raise ValueError(f"not known how many tensors there are in axis {axis} of {x}: see presumes()")
        return (x[:axis] + x[axis + 1 :],) * len(pieces)

    def size_needs(self, x: Shape, size: Size) -> Iterator[Need]:
        if self.count is not None:
            template = "cannot take axis {axis} of {shape} apart into {count} tensors: its size is {size}"
            yield self._need(Equal(size, self.count), x, size, template, "count", count=self.count)

    def moves(self, x: Shape) -> Moves:
        axis = normal(self.axis, len(x))
        return moved(each for each in range(len(x)) if each != axis)
