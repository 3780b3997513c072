"""A flatten that forgets the time axis: all ten frames end up in one row of features.

Repair: flatten from axis 2, x.flatten(2), so that n t f reaches the LSTM.
"""

import torch
from torch import nn


class FrameLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.lstm = nn.LSTM(16 * 16 * 16, 64, batch_first=True)
        self.head = nn.Linear(64, 1)

    def forward(self, clips):
        n, t = clips.shape[:2]
        maps = self.pool(torch.relu(self.conv(clips.flatten(0, 1))))
        x = maps.unflatten(0, (n, t))
        x = torch.flatten(x, start_dim=1)
        outputs, _ = self.lstm(x)  # expect: SHP101
        return self.head(outputs[:, -1])


if __name__ == "__main__":
    print(FrameLSTM()(torch.randn(2, 10, 3, 32, 32)).shape)
