"""A cell called without its state: forward takes the picture, the hidden map and the memory.

Repair: hand them in, cell(frames[:, 0], hidden, memory).
"""

import torch
from torch import nn


class ConvLSTMCell(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.gates = nn.Conv2d(channels + hidden, 4 * hidden, kernel_size=3, padding=1)

    def forward(self, x, hidden, memory):
        gates = self.gates(torch.cat([x, hidden], dim=1))
        i, f, o, g = gates.chunk(4, dim=1)
        memory = f.sigmoid() * memory + i.sigmoid() * g.tanh()
        return o.sigmoid() * memory.tanh(), memory


if __name__ == "__main__":
    frames = torch.rand(2, 5, 1, 32, 32)
    cell = ConvLSTMCell(channels=1, hidden=16)
    hidden, memory = cell(frames[:, 0])  # expect: SHP121
    print(hidden.shape)
