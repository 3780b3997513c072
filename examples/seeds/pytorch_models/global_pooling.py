"""Global pooling: one number a channel, where in the picture a feature sits no longer matters.

Patterns: n c h w -> n f -> n 1 f (one image, one step)
          n c h w -> n f -> n f 1 (one image, each channel a step)
          n t c h w -> (n t) f -> n t f (video, one step a frame)
"""

import torch
from torch import nn


class PooledImageLSTM(nn.Module):
    """Average each channel over the image and feed all of them as a sequence of one step."""

    def __init__(self, hidden_size=64):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.lstm = nn.LSTM(32, hidden_size, batch_first=True)

    def forward(self, images):
        pooled = self.pool(torch.relu(self.conv(images)))
        pooled = pooled.flatten(1)
        outputs, _ = self.lstm(pooled.unsqueeze(1))
        return outputs[:, 0]


class ChannelStepsLSTM(nn.Module):
    """The strongest response of each channel; the channels are the steps, with one feature each."""

    def __init__(self, hidden_size=64):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3)
        self.lstm = nn.LSTM(1, hidden_size, batch_first=True)

    def forward(self, images):
        strongest = torch.relu(self.conv(images)).amax(dim=(2, 3))
        outputs, _ = self.lstm(strongest.unsqueeze(-1))
        return outputs[:, -1]


class PooledVideoLSTM(nn.Module):
    """Pool inside each frame and keep time: average and maximum side by side."""

    def __init__(self, filters=24, hidden_size=64):
        super().__init__()
        self.conv = nn.Conv2d(3, filters, 3)
        self.average = nn.AdaptiveAvgPool2d((1, 1))
        self.maximum = nn.AdaptiveMaxPool2d((1, 1))
        self.lstm = nn.LSTM(2 * filters, hidden_size, batch_first=True)

    def forward(self, clips):
        n, t, c, h, w = clips.shape
        maps = torch.relu(self.conv(clips.view(n * t, c, h, w)))
        pooled = torch.cat([self.average(maps), self.maximum(maps)], dim=1)
        outputs, _ = self.lstm(pooled.view(n, t, -1))
        return outputs[:, -1]


if __name__ == "__main__":
    images = torch.randn(5, 3, 20, 30)
    print(tuple(PooledImageLSTM()(images).shape))  # (5, 64)
    print(tuple(ChannelStepsLSTM()(images).shape))  # (5, 64)

    clips = torch.randn(2, 7, 3, 20, 30)
    print(tuple(PooledVideoLSTM()(clips).shape))  # (2, 64)
