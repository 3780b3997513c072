"""The convolutional LSTM, which torch does not have: two convolutions and the gates, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from shapecheck.model.refusal import whole_number
from shapecheck.ops.conv import Conv2d
from shapecheck_torch.convolution import per_axis, windowed

if TYPE_CHECKING:
    from shapecheck.algebra import Shape
    from shapecheck.ops.convlstm import ConvLSTM2d as ConvLSTM2dOp


class ConvLSTM2d(nn.Module):
    """An LSTM whose states are maps: `input` reads each step, `recurrent` the last output; gates i, f, g, o."""

    def __init__(self, reading: nn.Module, recurrent: nn.Module, filters: int) -> None:
        super().__init__()
        self.input = reading
        self.recurrent = recurrent
        self.filters = filters

    def forward(
        self, x: Tensor, h: Tensor | None = None, c: Tensor | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Maps (n, t, c, h, w) as maps (n, t, filters, h', w'), and the last output and cell."""
        read: Tensor = self.input(x.flatten(0, 1)).unflatten(0, x.shape[:2])
        empty = torch.zeros_like(read[:, 0, : self.filters])
        h = empty if h is None else h
        c = empty if c is None else c
        steps = []
        for step in read.unbind(1):
            gates = (step + self.recurrent(h)).chunk(4, dim=1)
            i, f, o = gates[0].sigmoid(), gates[1].sigmoid(), gates[3].sigmoid()
            c = f * c + i * gates[2].tanh()
            h = o * c.tanh()
            steps.append(h)
        return torch.stack(steps, dim=1), (h, c)


def build_convolutional_lstm(op: ConvLSTM2dOp, x: Shape, *states: Shape) -> nn.Module:
    """The input's convolution has the operator's window; that of the state keeps the size of the maps."""
    filters = whole_number(op.filters, "filters")
    channels = whole_number(x[-1] if op.channels_last else x[2], "the number of input channels")
    kernel: Any = per_axis(op, "kernel")
    window = Conv2d(filters, kernel, stride=op.stride, padding=op.padding, dilation=op.dilation, bias=op.bias)
    reading = windowed(window, channels, 4 * filters, 1, bias=op.bias)
    recurrent = nn.Conv2d(filters, 4 * filters, kernel, padding="same", bias=False)
    return ConvLSTM2d(reading, recurrent, filters)


def call_convolutional_lstm(op: ConvLSTM2dOp, module: nn.Module, x: Tensor, *states: Tensor) -> Any:
    """All steps or the last, with the last states if the operator returns them."""
    if op.channels_last:
        x = x.movedim(-1, 2)
        states = tuple(state.movedim(-1, 1) for state in states)
    if op.backwards:
        x = x.flip(1)
    y, last = module(x, *states)
    y = y if op.sequences else y[:, -1]
    out = (y, *last) if op.return_states else (y,)
    if op.channels_last:
        out = tuple(value.movedim(-3, -1) for value in out)
    return out if op.return_states else out[0]
