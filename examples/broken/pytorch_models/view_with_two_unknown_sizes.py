"""Two sizes left open in one view: only one -1 can be worked out.

Repair: x.view(n, t, -1), the batch size is known.
"""

import torch
from torch import nn


class PooledVideoLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3)
        self.lstm = nn.LSTM(32, 64, batch_first=True)

    def forward(self, clips):
        n, t, c, h, w = clips.shape
        x = self.conv(clips.view(n * t, c, h, w)).mean(dim=(2, 3))
        x = x.view(-1, t, -1)  # expect: SHP105
        outputs, _ = self.lstm(x)
        return outputs[:, -1]


if __name__ == "__main__":
    print(PooledVideoLSTM()(torch.randn(2, 5, 3, 24, 24)).shape)
