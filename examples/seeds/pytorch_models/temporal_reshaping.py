"""Time that is there from the start: fold it into the batch for the CNN, take it out again after.

Patterns: n t c h w -> (n t) c h w -> (n t) f -> n t f     frames of a video
          n c (t l) -> n t c l -> (n t) c l -> n t f       windows of one long recording
"""

import torch
from torch import nn


class FrameEncoder(nn.Sequential):
    """A frame's features, averaged over the picture: m 3 h w -> m features."""

    def __init__(self, features=32):
        super().__init__(
            nn.Conv2d(3, features, kernel_size=3),
            nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )


class VideoLSTM(nn.Module):
    """The temporal axis survives: one step for each frame of the input."""

    def __init__(self, features=32, hidden_size=64):
        super().__init__()
        self.encoder = FrameEncoder(features)
        self.lstm = nn.LSTM(features, hidden_size, batch_first=True)

    def forward(self, clips):
        n, t = clips.shape[:2]
        features = self.encoder(clips.flatten(end_dim=1))
        outputs, _ = self.lstm(features.view(n, t, -1))
        return outputs


class WindowLSTM(nn.Module):
    """A long recording becomes a sequence of windows, each encoded by the same 1-D convolution."""

    def __init__(self, channels, window=100, features=16, hidden_size=32):
        super().__init__()
        self.window = window
        self.conv = nn.Conv1d(channels, features, kernel_size=9, stride=2)
        self.lstm = nn.LSTM(features, hidden_size, batch_first=True)

    def forward(self, recording):
        n, c, length = recording.shape
        windows = recording.reshape(n, c, length // self.window, self.window).permute(0, 2, 1, 3)
        t = windows.shape[1]
        encoded = torch.relu(self.conv(windows.reshape(n * t, c, self.window)))
        outputs, _ = self.lstm(encoded.mean(dim=-1).view(n, t, -1))
        return outputs


if __name__ == "__main__":
    print(tuple(VideoLSTM()(torch.randn(2, 6, 3, 24, 24)).shape))  # (2, 6, 64)
    print(tuple(WindowLSTM(channels=2)(torch.randn(3, 2, 1200)).shape))  # (3, 12, 32)
