"""Indexing with square brackets: integers, slices, `...`, None, integer tensors and masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import (
    NEVER,
    AnyOf,
    AtLeast,
    Dim,
    Equal,
    Proof,
    Shape,
    at_least,
    ceildiv,
    maximum,
    minimum,
)
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_needs
from shapecheck.ops.determined import determined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves


class Cut(NamedTuple):
    """A slice. `length` is given where a bound was not understood: the size that comes out."""

    start: Size | None = None
    stop: Size | None = None
    step: Size | None = None
    length: Size | None = None


class Picked(NamedTuple):
    """Stands for an integer tensor: the next input."""


class Masked(NamedTuple):
    """Stands for a boolean tensor, the next input, of which `selected` elements are true."""

    selected: Size


class Step(NamedTuple):
    """What one entry of the key does: the axes that it consumes and the axis it makes, if any."""

    kind: str  # "new", "int", "cut", "tensor"
    entry: Any
    axis: int  # the first axis consumed
    width: int  # how many
    subject: int  # which input a tensor entry is


def cut_length(size: Size, cut: Cut) -> Size:
    """How many elements of an axis a slice takes."""
    if cut.length is not None:
        return cut.length
    start, stop, step = cut.start, cut.stop, 1 if cut.step is None else cut.step
    if not isinstance(step, int):
        return determined("cut", size, start, stop, step)
    if all(value is None or isinstance(value, int) for value in (start, stop)) and isinstance(size, int):
        return len(range(*slice(start, stop, step).indices(max(size, 0))))
    if step < 0:
        if start is None and stop is None:
            return ceildiv(size, -step)
        return determined("cut", size, start, stop, step)
    span = _span(size, start, stop)
    if span is None:
        return determined("cut", size, start, stop, step)
    return span if step == 1 else ceildiv(span, step)


def _span(size: Size, start: Size | None, stop: Size | None) -> Size | None:
    """Elements between two bounds; None when it is not known which bound counts from the end."""
    if start is None or start == 0:
        return size if stop is None else _clamped(size, stop)
    first = _clamped(size, start)
    if first is None:
        return None
    if stop is None:
        return maximum(size - start, 0) if _from_front(start) else minimum(0 - start, size)
    last = _clamped(size, stop)
    if last is None:
        return None
    both_front = _from_front(start) and _from_front(stop)
    if both_front and at_least(size, stop) is Proof.YES:
        return maximum(stop - start, 0)
    if not _from_front(start) and not _from_front(stop) and at_least(size, 0 - start) is Proof.YES:
        return maximum(stop - start, 0)
    return maximum(last - first, 0)


def _from_front(bound: Size) -> bool | None:
    if at_least(bound, 0) is Proof.YES:
        return True
    return False if at_least(-1, bound) is Proof.YES else None


def _clamped(size: Size, bound: Size) -> Size | None:
    front = _from_front(bound)
    if front is None:
        return None
    return minimum(bound, size) if front else maximum(size + bound, 0)


class Index(Op):
    """Take part of a tensor: `key` holds one entry for each part of the brackets, tensor entries are further
    inputs.

    Entries are integers, `Cut`, Ellipsis, None, `Picked` (an integer tensor) and `Masked` (a boolean one).
    Where tensors stand apart from each other, their axes come first in the result. `style` is whose rules
    hold: "numpy" counts integers among the tensors as soon as there is a tensor, "torch" and "tf" do not;
    only "numpy" and "tf" know negative steps.
    """

    key: tuple[Any, ...] = attr()
    style: str = attr("torch", choices=("torch", "numpy", "tf"))

    codes = ("SHP103", "SHP113", "SHP120", "SHP106")

    @property
    def label(self) -> str:
        return "index"

    def _steps(self, x: Shape, tensors: tuple[Shape, ...]) -> tuple[list[Step], int]:
        """The entries with the axes that they consume, and how many axes that makes."""
        subjects = iter(range(1, len(tensors) + 1))
        steps: list[Step] = []
        consumed = 0
        for entry in self.key:
            if entry is Ellipsis:
                steps.append(Step("rest", entry, consumed, 0, 0))
            elif entry is None:
                steps.append(Step("new", None, consumed, 0, 0))
            elif isinstance(entry, Masked):
                subject = next(subjects)
                count = len(tensors[subject - 1])
                steps.append(Step("tensor", entry, consumed, count, subject))
                consumed += count
            else:
                kind = "cut" if isinstance(entry, Cut) else "tensor" if isinstance(entry, Picked) else "int"
                steps.append(Step(kind, entry, consumed, 1, next(subjects) if kind == "tensor" else 0))
                consumed += 1
        return self._spread(steps, consumed, len(x)), consumed

    def _spread(self, steps: list[Step], consumed: int, rank: int) -> list[Step]:
        """Put whole axes where the ellipsis stands, else behind the last entry."""
        missing = max(rank - consumed, 0)
        place = next((place for place, step in enumerate(steps) if step.kind == "rest"), len(steps))
        start = steps[place].axis if place < len(steps) else consumed
        whole = [Step("cut", Cut(), start + offset, 1, 0) for offset in range(missing)]
        behind = [step._replace(axis=step.axis + missing) for step in steps[place + 1 :]]
        return steps[: place + 1] + whole + behind

    def _layout(self, x: Shape, tensors: tuple[Shape, ...]) -> list[tuple[Size, int | None]]:
        """Each axis of the result: its size and the input axis that it is, if it is one."""
        steps, _ = self._steps(x, tensors)
        axes: list[tuple[Size, int | None]] = []
        places: list[int] = []  # where in the steps a tensor stands
        block_at = None
        joins: tuple[str, ...] = ("tensor",)
        if self.style == "numpy" and any(step.kind == "tensor" for step in steps):
            joins = ("tensor", "int")
        steps = [step for step in steps if not self._selects(step, tensors, joins)]
        for place, step in enumerate(steps):
            if step.kind in joins:
                places.append(place)
                block_at = len(axes) if block_at is None else block_at
            elif step.kind == "new":
                axes.append((1, None))
            elif step.kind == "cut":
                size = cut_length(x[step.axis], step.entry)
                axes.append((size, step.axis if step.entry == Cut() else None))
        if block_at is None:
            return axes
        block = broadcast([self._tensor_shape(step, tensors) for step in steps if step.kind == "tensor"])
        if places[-1] - places[0] != len(places) - 1:
            block_at = 0
        return axes[:block_at] + [(size, None) for size in block] + axes[block_at:]

    def _selects(self, step: Step, tensors: tuple[Shape, ...], joins: tuple[str, ...]) -> bool:
        """Whether an entry takes no place: an integer, in PyTorch also an integer tensor without axes.

        For numpy, `...` stands between its neighbours even where it covers no axis at all.
        """
        if step.kind == "rest":
            return self.style != "numpy"
        if step.kind == "int":
            return "int" not in joins
        number = isinstance(step.entry, Picked) and not tensors[step.subject - 1]
        return number and self.style == "torch"

    def _tensor_shape(self, step: Step, tensors: tuple[Shape, ...]) -> Shape:
        return Shape(step.entry.selected) if isinstance(step.entry, Masked) else tensors[step.subject - 1]

    def out(self, x: Shape, *tensors: Shape) -> Shape:
        return Shape(*(size for size, _ in self._layout(x, tensors)))

    def needs(self, x: Shape, *tensors: Shape) -> Iterator[Need]:
        if sum(entry is Ellipsis for entry in self.key) > 1:
            yield Need(NEVER, "SHP120", "an index has room for one ... only", attribute="key")
        steps, consumed = self._steps(x, tensors)
        if consumed > len(x):
            yield Need(
                NEVER,
                "SHP103",
                "cannot index {shape} with {consumed} indices: it has {rank} axes",
                attribute="key",
                shape=x,
                consumed=consumed,
                rank=len(x),
            )
            return
        for step in steps:
            yield from self._step_needs(step, x, tensors)
        shapes = [self._tensor_shape(step, tensors) for step in steps if step.kind == "tensor"]
        yield from broadcast_needs("index with tensors of shapes", shapes)

    def _step_needs(self, step: Step, x: Shape, tensors: tuple[Shape, ...]) -> Iterator[Need]:
        if step.kind == "int":
            size, index = x[step.axis], step.entry
            for claim in (AtLeast(size - 1, index), AtLeast(index, 0 - size)):
                if not (isinstance(size, int) and isinstance(index, int) and -size <= index < size):
                    yield self._range_need(claim, x, step)
        elif step.kind == "cut" and step.entry.step is not None:
            limit = 1 if self.style == "torch" else None
            number = step.entry.step
            if number == 0 or (limit and isinstance(number, int) and number < limit):
                yield Need(
                    NEVER, "SHP120", "a slice cannot have the step {step}", attribute="key", step=number
                )
        elif isinstance(step.entry, Masked):
            mask = tensors[step.subject - 1]
            for offset, size in enumerate(mask):
                yield Need(
                    Equal(size, x[step.axis + offset]),
                    "SHP106",
                    "cannot select from {shape} with a mask of {mask}: axis {axis} is {a}, in the mask {b}",
                    subject=step.subject,
                    shape=x,
                    mask=mask,
                    axis=step.axis + offset,
                    a=x[step.axis + offset],
                    b=size,
                )

    def _range_need(self, claim: Claim, x: Shape, step: Step) -> Need:
        return Need(
            claim,
            "SHP113",
            "index {index} is out of range for axis {axis} of {shape}, whose size is {size}",
            attribute="key",
            index=step.entry,
            axis=step.axis,
            shape=x,
            size=x[step.axis],
        )

    def moves(self, x: Shape, *tensors: Shape) -> Moves:
        return tuple(() if axis is None else ((0, axis),) for _, axis in self._layout(x, tensors))


class IndexAssign(Op):
    """Write a value, the last input, into the part of the first input that `key` names.

    The value broadcasts.
    """

    key: tuple[Any, ...] = attr()
    style: str = attr("torch", choices=("torch", "numpy", "tf"))

    codes = (*Index.codes, "SHP119")

    @property
    def label(self) -> str:
        return "assign"

    def out(self, x: Shape, *others: Shape) -> Shape:
        return x

    def needs(self, x: Shape, *others: Shape) -> Iterator[Need]:
        index = Index(self.key, self.style)
        *tensors, value = others
        yield from index.needs(x, *tensors)
        room = index.out(x, *tensors)
        extra = len(value) - len(room)
        for size in value[: max(extra, 0)]:
            yield self._room_need(Equal(size, 1), value, room, len(others))
        for size, have in zip(value[max(extra, 0) :], room[max(-extra, 0) :], strict=True):
            if size != 1 and size != have:
                claim: Claim = Equal(size, have)
                if isinstance(size, Dim):
                    claim = AnyOf(claim, Equal(size, 1))
                yield self._room_need(claim, value, room, len(others))

    def _room_need(self, claim: Claim, value: Shape, room: Shape, subject: int) -> Need:
        return Need(
            claim,
            "SHP119",
            "cannot write {value} into a part of shape {room}",
            subject=subject,
            value=value,
            room=room,
        )

    def moves(self, x: Shape, *others: Shape) -> Moves:
        return tuple(((0, axis),) for axis in range(len(x)))
