"""What the operators over (batch, channels, space…) have in common: ranks, names of axes, needs in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import Equal, Shape
from shapecheck.ops.base import Need, Op
from shapecheck.ops.window import fits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves

SPACE = ((), ("l",), ("h", "w"), ("d", "h", "w"))
WORDS = ((), ("length",), ("height", "width"), ("depth", "height", "width"))


class Spatial(Op):
    """An operator on `rank` spatial axes, after the channels and, unless it is left out, the batch axis.

    A subclass with an attribute `unbatched` set accepts inputs without the batch axis too.
    """

    rank: ClassVar[int] = 2

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        batched = self.rank + 2
        return ((batched, batched - 1) if self.__dict__.get("unbatched") else (batched,),)

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        names = ("n", "c", *SPACE[self.rank])
        return names[-rank:] if rank <= len(names) else None

    def lead(self, x: Shape) -> Shape:
        """The axes before the channels: the batch, or nothing."""
        lead: Shape = x[: len(x) - self.rank - 1]
        return lead

    def channels_of(self, x: Shape) -> Size:
        """The size of the channel axis."""
        channels: Size = x[len(x) - self.rank - 1]
        return channels

    def space(self, x: Shape) -> Shape:
        """The spatial axes."""
        space: Shape = x[len(x) - self.rank :]
        return space

    def moves(self, *inputs: Shape) -> Moves | None:
        x = inputs[0]
        channel = len(x) - self.rank - 1
        return tuple(
            () if axis == channel and self.mixes_channels else ((0, axis),) for axis in range(len(x))
        )

    mixes_channels: ClassVar[bool] = False


def channel_need(op: Op, got: Size, attribute: str = "channels") -> Iterator[Need]:
    """The declared number of channels is the number that arrives; nothing when none is declared."""
    expected = op.__dict__[attribute]
    if expected is not None:
        yield Need(
            Equal(got, expected),
            "SHP102",
            "{label} expects {expected} input channels, got {got}",
            attribute=attribute,
            want=got,
            label=op.label,
            expected=expected,
            got=got,
        )


def window_need(
    op: Op, name: str, size: Size, kernel: Size, padding: Any, dilation: Size, *, overhang: Size = 0
) -> Iterator[Need]:
    """At least one window fits on the axis that is called `name`."""
    claim = fits(size, kernel, padding, dilation, overhang=overhang)
    if claim is None:
        return
    window = (
        "{label}'s kernel of {kernel}"
        if dilation == 1
        else "{label}'s kernel of {kernel}, dilated by {dilation},"
    )
    padded = "" if padding in (0, "valid", (0, 0)) else ", padding {padding}"
    yield Need(
        claim,
        "SHP104",
        window + " does not fit in {name} {size}" + padded,
        attribute="kernel",
        label=op.label,
        kernel=kernel,
        dilation=dilation,
        name=name,
        size=size,
        padding=padding,
    )
