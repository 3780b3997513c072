"""Broadcasting: axes are aligned at the end, and an axis of size 1 stretches to whatever it meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import NEVER, AllOf, AnyOf, Dim, Equal, Shape, bounds, maximum
from shapecheck.ops.base import Need
from shapecheck.ops.determined import determined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves


def broadcast(shapes: Sequence[Shape]) -> Shape:
    """The common shape, given that the shapes broadcast."""
    first = shapes[0]
    if all(shape == first for shape in shapes):
        return first
    rank = max(len(shape) for shape in shapes)
    return Shape(
        *(joint([shape[place] for shape in shapes if len(shape) >= -place]) for place in range(-rank, 0))
    )


def joint(sizes: Sequence[Size]) -> Size:
    """The size that aligned axes have together, given that all of them that are not 1 are equal."""
    others: list[Dim] = []
    for size in sizes:
        if isinstance(size, int):
            if size != 1:
                return size
        elif size not in others:
            others.append(size)
    if not others:
        return 1
    if len(others) == 1:
        return others[0]
    if all((bounds(size)[0] or 0) >= 1 for size in others):
        return maximum(*others)  # they are equal, or one of them is 1
    # A size of 0 wins against 1, so the larger one is not the answer: a number that only these sizes
    # determine.
    return determined("joint", *sorted(others, key=lambda size: repr(size.key)))


def broadcast_needs(what: str, shapes: Sequence[Shape]) -> Iterator[Need]:
    """A need for each pair of sizes that meet on one axis and are not the same size, or 1."""
    if len(shapes) < 2:
        return
    rank = max(len(shape) for shape in shapes)
    for place in range(-1, -rank - 1, -1):
        meeting = [(index, shape[place]) for index, shape in enumerate(shapes) if len(shape) >= -place]
        for number, (index, size) in enumerate(meeting):
            for other, against in meeting[number + 1 :]:
                if size != against and size != 1 and against != 1:
                    yield _meeting_need(what, shapes, (index, other), place)


def _meeting_need(what: str, shapes: Sequence[Shape], pair: tuple[int, int], place: int) -> Need:
    left, right = shapes[pair[0]], shapes[pair[1]]
    a, b = left[place], right[place]
    claims = [Equal(a, b), *(Equal(size, 1) for size in (a, b) if not isinstance(size, int))]
    return Need(
        AnyOf(*claims) if len(claims) > 1 else claims[0],
        "SHP106",
        "cannot {what} {left} and {right}: " + _place(len(left), len(right), place),
        subject=pair[1],
        what=what,
        left=left,
        right=right,
        one=len(left) + place,
        other=len(right) + place,
        a=a,
        b=b,
        first=ordinal(pair[0]),
        second=ordinal(pair[1]),
    )


def _place(left: int, right: int, place: int) -> str:
    """Where two sizes meet, as a template: by an axis counted from the front, which is not the same one in shapes of
    different ranks.
    """
    if left == right:
        return "axis {one} is {a} in the {first} and {b} in the {second}"
    if place == -1:
        return "the last axis is {a} in the {first} and {b} in the {second}"
    return "axis {one} of the {first} is {a}, axis {other} of the {second} is {b}"


def stretches(given: Shape, whole: Shape) -> Claim:
    """The claim that `given` broadcasts to `whole` and leaves it as it is."""
    if len(given) > len(whole):
        return NEVER
    pairs = zip(reversed(given), reversed(whole), strict=False)
    claim: Claim = AllOf(
        *(AnyOf(Equal(have, 1), Equal(have, want)) for have, want in pairs if have != 1 and have != want)
    )
    return claim


def broadcast_moves(shapes: Sequence[Shape], out: Shape) -> Moves:
    """Each axis of the result is the axis of the first input that has it at its full size."""
    moves: list[tuple[tuple[int, int], ...]] = []
    for place in range(-len(out), 0):
        source: tuple[tuple[int, int], ...] = ()
        for index, shape in enumerate(shapes):
            if len(shape) >= -place and shape[place] == out[place]:
                source = ((index, len(shape) + place),)
                break
        moves.append(source)
    return tuple(moves)


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ordinal(index: int) -> str:
    """Which one, in words, counted from 0."""
    return ORDINALS[index] if index < len(ORDINALS) else f"{index + 1}th"
