"""One step a frame: a convolution looks at each frame, an LSTM at the sequence of flattened maps.

Pattern: n t c h w -> (n t) c h w -> n t (f h w) -> n t d -> n 1
"""

import torch
from torch import nn


class FrameLSTM(nn.Module):
    """One convolution that keeps the frame size, so a step has `filters * height * width` features."""

    def __init__(self, channels, filters, hidden_size, height=64, width=64):
        super().__init__()
        self.conv = nn.Conv2d(channels, filters, kernel_size=3, padding=1)
        self.lstm = nn.LSTM(input_size=filters * height * width, hidden_size=hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, 1)

    def forward(self, clips):
        batch, steps, channels, height, width = clips.size()
        frames = clips.view(batch * steps, channels, height, width)
        maps = torch.relu(self.conv(frames))
        sequence = maps.view(batch, steps, -1)
        outputs, _ = self.lstm(sequence)
        return self.head(outputs[:, -1, :])


class PooledFrameLSTM(nn.Module):
    """The same with a 2x2 maximum after the convolution: a quarter of the features."""

    def __init__(self, channels, filters, hidden_size, height=64, width=64):
        super().__init__()
        self.conv = nn.Conv2d(channels, filters, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        features = filters * (height // 2) * (width // 2)
        self.lstm = nn.LSTM(features, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, 1)

    def forward(self, clips):
        batch, steps = clips.shape[:2]
        frames = clips.flatten(0, 1)
        maps = self.pool(torch.relu(self.conv(frames)))
        outputs, _ = self.lstm(maps.reshape(batch, steps, -1))
        return self.head(outputs[:, -1])


class DeepFrameLSTM(nn.Module):
    """Two blocks of convolution and pooling; the feature size is measured on an empty frame."""

    def __init__(self, frame_size, filters=(16, 32), hidden_size=64):
        super().__init__()
        channels, height, width = frame_size
        first, second = filters
        self.conv1 = nn.Conv2d(channels, first, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(first, second, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        with torch.no_grad():
            features = self.encode(torch.zeros(1, channels, height, width)).shape[1]
        self.lstm = nn.LSTM(features, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, 1)

    def encode(self, frames):
        """Features of single frames: m c h w -> m (f h//4 w//4)."""
        frames = self.pool(torch.relu(self.conv1(frames)))
        frames = self.pool(torch.relu(self.conv2(frames)))
        return torch.flatten(frames, start_dim=1)

    def forward(self, clips):
        batch, steps, channels, height, width = clips.shape
        features = self.encode(clips.reshape(-1, channels, height, width))
        outputs, _ = self.lstm(features.unflatten(0, (batch, steps)))
        return self.head(outputs[:, -1, :])


if __name__ == "__main__":
    clips = torch.randn(2, 10, 3, 64, 64)

    plain = FrameLSTM(channels=3, filters=16, hidden_size=64)
    print(tuple(plain(clips).shape))  # (2, 1)

    pooled = PooledFrameLSTM(channels=3, filters=16, hidden_size=64)
    print(tuple(pooled(clips).shape))  # (2, 1)

    deep = DeepFrameLSTM(frame_size=(3, 64, 64))
    print(tuple(deep(clips).shape))  # (2, 1)
