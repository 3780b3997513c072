"""A permutation of three axes for a tensor that has four: the places were never joined.

Repair: maps.flatten(2).permute(0, 2, 1).
"""

import torch
from torch import nn


class PositionLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3, padding=1)
        self.lstm = nn.LSTM(32, 64, batch_first=True)

    def forward(self, images):
        maps = torch.relu(self.conv(images))
        sequence = maps.permute(0, 2, 1)  # expect: SHP115
        outputs, _ = self.lstm(sequence)
        return outputs[:, -1]


if __name__ == "__main__":
    print(PositionLSTM()(torch.randn(4, 3, 16, 16)).shape)
