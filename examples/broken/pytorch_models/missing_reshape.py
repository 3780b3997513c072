"""Feature maps go straight into an LSTM, which reads n t f and gets n c h w.

Repair: make steps of the maps first, e.g. maps.flatten(2).transpose(1, 2).
"""

import torch
from torch import nn


class ImageLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, kernel_size=3, padding=1)
        self.lstm = nn.LSTM(28, 64, batch_first=True)
        self.head = nn.Linear(64, 10)

    def forward(self, images):
        maps = torch.relu(self.conv(images))
        outputs, _ = self.lstm(maps)  # expect: SHP103
        return self.head(outputs[:, -1])


if __name__ == "__main__":
    print(ImageLSTM()(torch.randn(8, 1, 28, 28)).shape)
