"""Convolutional LSTMs: an LSTM whose states are maps and whose products are convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shapecheck.algebra import NEVER, Shape, product
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.recurrent import state_need
from shapecheck.ops.spatial import SPACE, WORDS, channel_need, window_need
from shapecheck.ops.window import windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves


class ConvLSTM(Op):
    """Maps (batch, time, channels, space…) in, maps of `filters` channels out, for each step or the last.

    The input's convolution has the given window; that of the state keeps its size. Last states come out
    flat, (batch, filters, space…). With `channels_last` all of these have their channels at the end.
    """

    rank: ClassVar[int] = 2

    filters: Size = attr(low=1)
    kernel: Any = attr(low=1, per_axis=True)
    stride: Any = attr(1, low=1, per_axis=True)
    padding: str = attr("valid")
    dilation: Any = attr(1, low=1, per_axis=True)
    bias: bool = attr(True)
    sequences: bool = attr(True)
    return_states: bool = attr(False)
    channels: Size | None = attr(None, low=0)
    channels_last: bool = attr(False)
    backwards: bool = attr(False)
    codes = ("SHP102", "SHP103", "SHP104", "SHP114", "SHP120")

    @property
    def ranks(self) -> tuple[tuple[int, ...] | None, ...]:
        return ((self.rank + 3,), None)

    @property
    def structure(self) -> Any:
        return ("out", "h", "c") if self.return_states else "out"

    def axis_names(self, rank: int) -> tuple[str, ...] | None:
        return (
            ("n", "t", *SPACE[self.rank], "c") if self.channels_last else ("n", "t", "c", *SPACE[self.rank])
        )

    def _channels(self, x: Shape) -> Size:
        channels: Size = x[-1] if self.channels_last else x[2]
        return channels

    def _space(self, x: Shape) -> Shape:
        space: Shape = x[2:-1] if self.channels_last else x[3:]
        return space

    def _maps(self, *lead: Size, space: tuple[Size, ...]) -> Shape:
        return (
            Shape(*lead, *space, self.filters) if self.channels_last else Shape(*lead, self.filters, *space)
        )

    def _axes(self) -> Iterator[tuple[Any, ...]]:
        return self.each("kernel", "stride", "padding", "dilation", rank=self.rank)

    def _counted(self, x: Shape) -> tuple[Size, ...]:
        return tuple(windows(size, *axis) for size, axis in zip(self._space(x), self._axes(), strict=True))

    def out(self, *inputs: Shape) -> Any:
        x = inputs[0]
        space = self._counted(x)
        y = self._maps(*x[: 2 if self.sequences else 1], space=space)
        state = self._maps(x[0], space=space)
        return (y, state, state) if self.return_states else y

    def settings(self) -> Iterator[Need]:
        if self.padding not in ("valid", "same"):
            yield Need(
                NEVER,
                "SHP120",
                "{label} knows the paddings 'valid' and 'same', got {padding!r}",
                attribute="padding",
                label=self.label,
                padding=self.padding,
            )

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        x = inputs[0]
        yield from channel_need(self, self._channels(x))
        for index, (size, axis) in enumerate(zip(self._space(x), self._axes(), strict=True)):
            kernel, _, padding, dilation = axis
            yield from window_need(self, WORDS[self.rank][index], size, kernel, padding, dilation)
        expected = self._maps(x[0], space=self._counted(x))
        for index, given in enumerate(inputs[1:3], 1):
            if given is not None:
                yield state_need(self, ("h0", "c0")[index - 1], given, expected, index)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        kernel = tuple(size for (size,) in self.each("kernel", rank=self.rank))
        rows = 4 * self.filters
        found = {
            "input": Shape(rows, self._channels(inputs[0]), *kernel),
            "recurrent": Shape(rows, self.filters, *kernel),
        }
        return {**found, "bias": Shape(rows)} if self.bias else found

    def macs(self, *inputs: Shape) -> Size:
        x = inputs[0]
        weights = self.weights(x)
        return (
            product(x[:2])
            * product(self._counted(x))
            * (product(weights["input"]) + product(weights["recurrent"]))
        )

    def moves(self, *inputs: Shape) -> Moves | None:
        return None if self.return_states else self._moves(len(inputs[0]), steps=self.sequences)

    def moves_each(self, *inputs: Shape) -> tuple[Moves | None, ...] | None:
        if not self.return_states:
            return None
        rank = len(inputs[0])
        state = self._moves(rank, steps=False)
        return (self._moves(rank, steps=self.sequences), state, state)

    def _moves(self, rank: int, *, steps: bool) -> Moves:
        channel = rank - 1 if self.channels_last else 2
        axes = range(rank) if steps else (0, *range(2, rank))
        return tuple(() if axis == channel else ((0, axis),) for axis in axes)

    def built_for(self, *inputs: Shape | None) -> Op:
        x = inputs[0]
        return self if x is None or self.channels is not None else self.replace(channels=self._channels(x))


class ConvLSTM1d(ConvLSTM):
    """A convolutional LSTM over rows of one spatial axis."""

    rank: ClassVar[int] = 1


class ConvLSTM2d(ConvLSTM):
    """A convolutional LSTM over maps of height and width."""

    rank: ClassVar[int] = 2


class ConvLSTM3d(ConvLSTM):
    """A convolutional LSTM over volumes of depth, height and width."""

    rank: ClassVar[int] = 3
