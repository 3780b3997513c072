"""Learned positions for 10 steps stretched to 12: only an axis of size 1 can be expanded.

Repair: as many positions as steps, or self.positions[:, :steps] for shorter sequences.
"""

import torch
from torch import nn


class PositionalLSTM(nn.Module):
    def __init__(self, features=32, steps=10):
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(1, steps, features))
        self.lstm = nn.LSTM(features, 64, batch_first=True)

    def forward(self, sequence):
        n, t, f = sequence.shape
        positions = self.positions.expand(n, t, f)  # expect: SHP119
        outputs, _ = self.lstm(sequence + positions)
        return outputs


if __name__ == "__main__":
    print(PositionalLSTM()(torch.randn(4, 12, 32)).shape)
