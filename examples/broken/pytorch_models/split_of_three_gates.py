"""The four gates of a convolutional LSTM split as if there were three.

Repair: four sections, torch.split(gates, self.hidden, dim=1), and a candidate beside the gates.
"""

import torch
from torch import nn


class ConvLSTMCell(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.hidden = hidden
        self.gates = nn.Conv2d(channels + hidden, 4 * hidden, kernel_size=3, padding=1)

    def forward(self, x, h, c):
        gates = self.gates(torch.cat([x, h], dim=1))
        i, f, o = torch.split(gates, [self.hidden, self.hidden, self.hidden], dim=1)  # expect: SHP111
        c = torch.sigmoid(f) * c + torch.sigmoid(i)
        return torch.sigmoid(o) * torch.tanh(c), c


cell = ConvLSTMCell(channels=1, hidden=16)
state = torch.zeros(2, 16, 32, 32)
h, c = cell(torch.rand(2, 1, 32, 32), state, state)
print(h.shape)
