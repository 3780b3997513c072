"""Steps and features exchanged: 196 places with 64 channels each arrive as 64 steps of 196 features.

flatten(2) leaves n c (h w). Repair: maps.flatten(2).transpose(1, 2).
"""

import torch
from torch import nn


class PositionLSTM(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, kernel_size=3, stride=2, padding=1)
        self.lstm = nn.LSTM(input_size=64, hidden_size=128, batch_first=True)
        self.head = nn.Linear(128, classes)

    def forward(self, images):
        maps = torch.relu(self.conv(images))
        sequence = maps.flatten(2)
        outputs, _ = self.lstm(sequence)  # expect: SHP101
        return self.head(outputs[:, -1])


if __name__ == "__main__":
    print(PositionLSTM()(torch.randn(8, 3, 28, 28)).shape)
