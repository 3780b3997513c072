"""An LSTM that has the time first, and an index that takes the last sample of the batch for the last step.

Repair: nn.LSTM(..., batch_first=True), because the frames arrive as (batch, time, features).
"""

import torch
from torch import nn


class Video(nn.Module):
    def __init__(self, hidden_size=64):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(4))
        self.lstm = nn.LSTM(16 * 4 * 4, hidden_size)
        self.head = nn.Linear(hidden_size, 5)

    def forward(self, clips):
        n, t = clips.shape[:2]
        frames = self.cnn(clips.flatten(0, 1)).reshape(n, t, -1)
        steps, _ = self.lstm(frames)
        return self.head(steps[:, -1])  # expect: SHP304


if __name__ == "__main__":
    print(Video()(torch.randn(4, 7, 3, 32, 32)).shape)
