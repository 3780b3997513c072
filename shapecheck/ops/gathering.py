"""Picking elements by an index tensor along an axis: take, gather, scatter, one-hot, masks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, AtLeast, Equal, Shape
from shapecheck.ops.axes import axis_needs, kept, moved, normal
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves


class Take(Op):
    """Pick whole slices along an axis by a tensor of indices, whose axes take the place of that axis.

    The first `batch` axes are shared by both inputs. `most` is the highest rank of the indices, if there is
    one.
    """

    axis: int = attr(0)
    batch: int = attr(0)
    most: int | None = attr(None)

    codes = ("SHP109", "SHP103", "SHP106")

    @property
    def label(self) -> str:
        return "take"

    def out(self, x: Shape, index: Shape) -> Shape:
        if not x:
            return x
        axis = normal(self.axis, len(x))
        taken = index if index or self.most is None else Shape(1)
        return x[:axis] + taken[self.batch :] + x[axis + 1 :]

    def needs(self, x: Shape, index: Shape) -> Iterator[Need]:
        yield from axis_needs("take", x, (self.axis,), scalar=self.most is not None)
        if self.most is not None and len(index) > self.most:
            yield Need(NEVER, "SHP103", "take needs a vector of indices, got {index}", subject=1, index=index)
        if not x:
            fact = "take from a number needs one index, got {index}"
            yield Need(Equal(index.size, 1), "SHP103", fact, subject=1, index=index)
        if self.batch and self.batch > min(len(index), normal(self.axis, len(x))):
            yield Need(
                NEVER,
                "SHP103",
                "{index} has no {batch} batch axes in front",
                subject=1,
                index=index,
                batch=self.batch,
            )
        for axis in range(self.batch):
            yield Need(
                Equal(x[axis], index[axis]),
                "SHP106",
                "cannot take from {x} by indices of {index}: the batch axis {axis} differs",
                subject=1,
                x=x,
                index=index,
                axis=axis,
            )

    def moves(self, x: Shape, index: Shape) -> Moves:
        if not x:
            return ()
        axis = normal(self.axis, len(x))
        new = len(self.out(x, index)) - len(x) + 1
        return moved((*range(axis), *(None,) * new, *range(axis + 1, len(x))))


class Gather(Op):
    """Pick one element for each index along an axis.

    On all other axes the indices must lie within the input.
    """

    axis: int = attr()

    codes = ("SHP109", "SHP103", "SHP113")

    @property
    def label(self) -> str:
        return "gather"

    def out(self, x: Shape, index: Shape) -> Shape:
        return index

    def needs(self, x: Shape, index: Shape) -> Iterator[Need]:
        yield from axis_needs("gather", x, (self.axis,), scalar=True)
        if max(len(x), 1) != max(len(index), 1):
            if not (index and any(size == 0 for size in index)):
                yield Need(
                    NEVER if not any(not isinstance(size, int) for size in index) else Equal(index.size, 0),
                    "SHP103",
                    "gather needs indices with as many axes as {x}, got {index}",
                    subject=1,
                    x=x,
                    index=index,
                )
            return
        axis = normal(self.axis, max(len(x), 1))
        for place, (have, want) in enumerate(zip(x, index, strict=False)):
            if place != axis and have != want:
                yield Need(
                    AtLeast(have, want),
                    "SHP113",
                    "cannot gather {index} from {x}: axis {place} of the indices has "
                    "{want}, more than {have}",
                    subject=1,
                    index=index,
                    x=x,
                    place=place,
                    want=want,
                    have=have,
                )

    def moves(self, x: Shape, index: Shape) -> Moves:
        return tuple(((1, axis),) for axis in range(len(index)))


class TakeAlong(Op):
    """Pick one element for each index along an axis; the other axes broadcast (numpy's take_along_axis)."""

    axis: int = attr()

    codes = ("SHP109", "SHP103", "SHP106")

    @property
    def label(self) -> str:
        return "take_along_axis"

    def _others(self, x: Shape) -> Shape:
        axis = normal(self.axis, len(x))
        return x[:axis] + Shape(1) + x[axis + 1 :]

    def out(self, x: Shape, index: Shape) -> Shape:
        axis = normal(self.axis, len(x))
        whole = broadcast((self._others(x), self._others(index)))
        return whole[:axis] + index[axis : axis + 1] + whole[axis + 1 :]

    def needs(self, x: Shape, index: Shape) -> Iterator[Need]:
        if len(x) != len(index):
            yield Need(
                NEVER,
                "SHP103",
                "take_along_axis needs indices with as many axes as {x}, got {index}",
                subject=1,
                x=x,
                index=index,
            )
        yield from axis_needs("take_along_axis", x, (self.axis,))
        yield from broadcast_needs("take along an axis of", (self._others(x), self._others(index)))


class Scatter(Op):
    """Write elements to the places that an index tensor names along an axis; the first input keeps its shape.

    Inputs: the tensor, the indices, and the source if that is a tensor.
    """

    name: str = attr()
    axis: int = attr()

    codes = ("SHP109", "SHP103", "SHP113")

    @property
    def label(self) -> str:
        return self.name

    def out(self, x: Shape, index: Shape, source: Shape | None = None) -> Shape:
        return x

    def needs(self, x: Shape, index: Shape, source: Shape | None = None) -> Iterator[Need]:
        yield from axis_needs(self.name, x, (self.axis,), scalar=True)
        axis = normal(self.axis, max(len(x), 1))
        if any(size == 0 for size in index):
            return
        for other, limit in ((x, True), (source, False)):
            if other is None:
                continue
            if max(len(other), 1) != max(len(index), 1):
                yield self._need(
                    NEVER,
                    "SHP103",
                    "{name} needs as many axes in {other} as in the indices {index}",
                    other,
                    index,
                )
                continue
            for place, (have, want) in enumerate(zip(other, index, strict=False)):
                if have != want and not (limit and place == axis):
                    yield self._need(
                        AtLeast(have, want),
                        "SHP113",
                        "{name}: the indices {index} reach beyond {other}",
                        other,
                        index,
                    )

    def _need(self, claim: Claim, code: str, template: str, other: Shape, index: Shape) -> Need:
        return Need(claim, code, template, subject=1, name=self.name, other=other, index=index)

    def moves(self, x: Shape, *others: Shape) -> Moves:
        return kept(len(x))


class IndexWrite(Op):
    """Write slices at the places a vector of indices names: index_add, index_copy, index_fill.

    `scalars` says that a source without axes counts as having one.
    """

    name: str = attr()
    axis: int = attr()
    scalars: bool = attr(False)

    codes = ("SHP109", "SHP103", "SHP106")

    @property
    def label(self) -> str:
        return self.name

    def out(self, x: Shape, index: Shape, source: Shape | None = None) -> Shape:
        return x

    def needs(self, x: Shape, index: Shape, source: Shape | None = None) -> Iterator[Need]:
        yield from axis_needs(self.name, x, (self.axis,), scalar=True)
        if len(index) > 1:
            yield Need(
                NEVER,
                "SHP103",
                "{name} needs a vector of indices, got {index}",
                subject=1,
                name=self.name,
                index=index,
            )
        if source is None:
            return
        axis = normal(self.axis, max(len(x), 1))
        wanted = x[:axis] + (index or Shape(1)) + x[axis + 1 :]
        scalars = self.scalars or not x
        if len(wanted) != (max(len(source), 1) if scalars else len(source)) or (
            not x and source and not self.scalars
        ):
            yield self._need(NEVER, source, wanted)
            return
        for have, want in zip(source or Shape(1), wanted, strict=True):
            if have != want:
                yield self._need(Equal(have, want), source, wanted)

    def _need(self, claim: Claim, source: Shape, wanted: Shape) -> Need:
        return Need(
            claim,
            "SHP106",
            "{name} writes slices of {wanted}, got {source}",
            subject=2,
            name=self.name,
            wanted=wanted,
            source=source,
        )

    def moves(self, x: Shape, *others: Shape) -> Moves:
        return kept(len(x))


class OneHot(Op):
    """A new axis of `classes` elements, all 0 but one; by default the last axis."""

    classes: Size = attr(low=0)
    axis: int = attr(-1)

    codes = ("SHP109", "SHP120")

    @property
    def label(self) -> str:
        return "one_hot"

    def out(self, x: Shape) -> Shape:
        axis = normal(self.axis, len(x) + 1)
        return x[:axis] + Shape(self.classes) + x[axis:]

    def needs(self, x: Shape) -> Iterator[Need]:
        yield from axis_needs("one_hot", x, (self.axis,), rank=len(x) + 1)

    def moves(self, x: Shape) -> Moves:
        axis = normal(self.axis, len(x) + 1)
        return moved((*range(axis), None, *range(axis, len(x))))


class Filter(Op):
    """The elements where a mask is true, one behind the other; `count` is how many there are.

    Inputs: the tensor and the mask, which broadcast; or one tensor alone, the mask itself (nonzero), which
    gives `columns` numbers for each.
    """

    count: Size = attr()
    columns: bool = attr(False)

    codes = ("SHP106",)

    @property
    def label(self) -> str:
        return "nonzero" if self.columns else "masked_select"

    def out(self, *inputs: Shape) -> Shape:
        return Shape(self.count, len(inputs[0])) if self.columns else Shape(self.count)

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        return broadcast_needs("select from", inputs)


class TakeMany(Op):
    """Pick by the numbers in the last axis of the indices,
    one for each of the first axes behind the batch axes.
    """

    batch: int = attr(0, low=0)

    codes = ("SHP103", "SHP113", "SHP106", "SHP120")

    @property
    def label(self) -> str:
        return "gather_nd"

    def out(self, x: Shape, index: Shape) -> Shape:
        return index[:-1] + x[self.batch + int(index[-1]) :]

    def presumes(self, x: Shape, index: Shape) -> tuple[Claim, ...]:
        return () if index and isinstance(index[-1], int) else (NEVER,)

    def needs(self, x: Shape, index: Shape) -> Iterator[Need]:
        if len(index) < self.batch + 1 or len(x) < self.batch:
            yield Need(
                NEVER, "SHP103", "gather_nd of {x} by {index}: too few axes", subject=1, x=x, index=index
            )
            return
        for axis in range(self.batch):
            fact = "gather_nd of {x} by {index}: the batch axis {axis} differs"
            yield Need(Equal(x[axis], index[axis]), "SHP106", fact, subject=1, x=x, index=index, axis=axis)
        yield Need(
            AtLeast(len(x) - self.batch, index[-1]),
            "SHP113",
            "gather_nd of {x}: the indices {index} name {count} axes",
            subject=1,
            x=x,
            index=index,
            count=index[-1],
        )
