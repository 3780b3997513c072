"""Operators that make axes larger or smaller: resizing, pixel shuffling, cropping, repeating a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import NEVER, AtLeast, Divides, Shape, floordiv, unknown
from shapecheck.ops.axes import kept
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.linear import at_least_axes
from shapecheck.ops.spatial import WORDS, Spatial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


def scaled(size: Size, factor: float | Size) -> Size:
    """The size times a factor, rounded down, as a float product is.

    A symbolic size times a fraction such as 0.5 or 1.5 stays exact; times any other the result is unknown.
    """
    if not isinstance(factor, float):
        return size * factor
    if isinstance(size, int):
        return int(size * factor)
    numerator, denominator = factor.as_integer_ratio()
    if denominator <= 64:
        return floordiv(size * numerator, denominator)
    return unknown(f"{size}*{factor}")


class Resize(Op):
    """Resample every spatial axis, those after batch and channels, to `size` cells or by `factor`.

    One value stands for all axes. `mode` names the interpolation and with `bound` the number of spatial axes
    follows from it, as in torch: linear 1, bilinear and bicubic 2, trilinear 3.
    """

    size: Size | None = attr(None, low=1)
    factor: Any = attr(None)
    mode: str = attr("nearest")
    bound: bool = attr(True)
    codes = ("SHP103", "SHP104", "SHP120")

    SPACE_OF: ClassVar[dict[str, tuple[int, ...]]] = {
        "nearest": (1, 2, 3),
        "nearest-exact": (1, 2, 3),
        "area": (1, 2, 3),
        "linear": (1,),
        "bilinear": (2,),
        "bicubic": (2,),
        "trilinear": (3,),
        "lanczos": (2,),
    }

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        space: tuple[int, ...] = self.SPACE_OF.get(self.mode, (1, 2, 3)) if self.bound else (1, 2, 3)
        return (tuple(count + 2 for count in sorted(space, key=lambda count: count != 2)),)

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        given = self.size if self.size is not None else self.factor
        each = given if isinstance(given, tuple) else (given,) * (len(x) - 2)
        if self.size is not None:
            return Shape(*x[:2], *each)
        return Shape(*x[:2], *(scaled(before, factor) for before, factor in zip(x[2:], each, strict=True)))

    def settings(self) -> Iterator[Need]:
        if (self.size is None) == (self.factor is None):
            yield Need(
                NEVER,
                "SHP120",
                "{label} needs either a size or a scale factor",
                attribute="size",
                label=self.label,
            )
        if self.mode not in self.SPACE_OF:
            yield Need(
                NEVER,
                "SHP120",
                "{label} has no mode {mode!r}",
                attribute="mode",
                label=self.label,
                mode=self.mode,
            )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        given = self.size if self.size is not None else self.factor
        if isinstance(given, tuple) and len(given) != len(x) - 2:
            yield Need(
                NEVER,
                "SHP120",
                "{label} has {count} sizes for the {space} spatial axes of {shape}",
                attribute="size" if self.size is not None else "factor",
                label=self.label,
                count=len(given),
                space=len(x) - 2,
                shape=x,
            )
            return
        for name, before, after in zip(WORDS[len(x) - 2], x[2:], self.out(x)[2:], strict=True):
            yield Need(
                AtLeast(after, 0 if self.mode == "area" else 1),
                "SHP104",
                "{label} makes {name} {before} into {after} cells",
                attribute="size" if self.size is not None else "factor",
                label=self.label,
                name=name,
                before=before,
                after=after,
            )

    def moves(self, *inputs: Shape) -> Moves | None:
        return kept(len(inputs[0]))


class Upsample(Spatial):
    """Repeat every cell `factor` times along every spatial axis."""

    factor: Any = attr(low=1, per_axis=True)
    mode: str = attr("nearest")
    codes = ("SHP103", "SHP120")

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        factors = self.each("factor", rank=self.rank)
        return Shape(*x[:2], *(before * factor for before, (factor,) in zip(x[2:], factors, strict=True)))


class Upsample1d(Upsample):
    """Repeat every step of one axis."""

    rank: ClassVar[int] = 1


class Upsample2d(Upsample):
    """Repeat every cell of height and width."""

    rank: ClassVar[int] = 2


class Upsample3d(Upsample):
    """Repeat every cell of depth, height and width."""

    rank: ClassVar[int] = 3


class Crop(Spatial):
    """Cut (low, high) cells off each spatial axis."""

    amounts: tuple[tuple[Any, Any], ...] = attr()
    codes = ("SHP103", "SHP104", "SHP120")

    def settings(self) -> Iterator[Need]:
        for amount in (end for pair in self.amounts for end in pair):
            if not isinstance(amount, int) or amount < 0:
                yield Need(
                    AtLeast(amount, 0),
                    "SHP120",
                    "{label} cannot cut off {amount} cells",
                    attribute="amounts",
                    label=self.label,
                    amount=amount,
                )

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        return Shape(
            *x[:2], *(size - low - high for size, (low, high) in zip(x[2:], self.amounts, strict=True))
        )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        for name, size, (low, high) in zip(WORDS[self.rank], x[2:], self.amounts, strict=True):
            yield Need(
                AtLeast(size, low + high + 1),
                "SHP104",
                "{label} cannot cut {low} and {high} cells off {name} {size}",
                attribute="amounts",
                label=self.label,
                low=low,
                high=high,
                name=name,
                size=size,
            )


class Crop1d(Crop):
    """Cut cells off one axis."""

    rank: ClassVar[int] = 1


class Crop2d(Crop):
    """Cut cells off height and width."""

    rank: ClassVar[int] = 2


class Crop3d(Crop):
    """Cut cells off depth, height and width."""

    rank: ClassVar[int] = 3


class PixelShuffle(Op):
    """Spread groups of `factor` squared channels over blocks of `factor` by `factor` cells."""

    factor: Size = attr(low=1)
    codes = ("SHP102", "SHP103", "SHP120")

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "c", "h", "w")[-rank:] if rank <= 4 else None

    def out(self, *inputs: Shape) -> Shape:
        *lead, channels, height, width = inputs[0]
        square = self.factor * self.factor
        return Shape(*lead, floordiv(channels, square), height * self.factor, width * self.factor)

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        yield from at_least_axes(self, x, 3)
        square = self.factor * self.factor
        yield Need(
            Divides(square, x[-3]),
            "SHP102",
            "{label} by {factor} expects a multiple of {square} channels, got {channels}",
            attribute="factor",
            label=self.label,
            factor=self.factor,
            square=square,
            channels=x[-3],
        )


class PixelUnshuffle(Op):
    """Gather blocks of `factor` by `factor` cells into channels."""

    factor: Size = attr(low=1)
    codes = ("SHP103", "SHP111", "SHP120")

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "c", "h", "w")[-rank:] if rank <= 4 else None

    def out(self, *inputs: Shape) -> Shape:
        *lead, channels, height, width = inputs[0]
        factor = self.factor
        return Shape(*lead, channels * factor * factor, floordiv(height, factor), floordiv(width, factor))

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        yield from at_least_axes(self, x, 3)
        for name, size in zip(WORDS[2], x[-2:], strict=True):
            yield Need(
                Divides(self.factor, size),
                "SHP111",
                "{label} cannot split {name} {size} into blocks of {factor}",
                attribute="factor",
                label=self.label,
                name=name,
                size=size,
                factor=self.factor,
            )


class ChannelShuffle(Op):
    """Interleave `groups` groups of channels."""

    groups: Size = attr(low=1)
    codes = ("SHP103", "SHP110", "SHP120")

    def out(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        (x,) = inputs
        yield from at_least_axes(self, x, 3)
        yield Need(
            Divides(self.groups, x[1]),
            "SHP110",
            "{label} cannot split {channels} channels into {groups} groups",
            attribute="groups",
            label=self.label,
            channels=x[1],
            groups=self.groups,
        )

    def moves(self, *inputs: Shape) -> Moves | None:
        return tuple(() if axis == 1 else ((0, axis),) for axis in range(len(inputs[0])))


class RepeatVector(Op):
    """(n, d) as (n, times, d): the same vector at every step."""

    times: Size = attr(low=1)
    ranks_table = ((2,),)
    codes = ("SHP103", "SHP120")

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return ("n", "d")

    def out(self, *inputs: Shape) -> Shape:
        (x,) = inputs
        return Shape(x[0], self.times, x[1])

    def moves(self, *inputs: Shape) -> Moves | None:
        return (((0, 0),), (), ((0, 1),))
