"""The fourth axis of a tensor that has three: pooling over space left n t c.

Repair: pooled.shape[2], or pooled.shape[-1].
"""

import torch
from torch import nn


def frame_features(clips):
    n, t, c, h, w = clips.shape
    maps = nn.Conv2d(c, 32, kernel_size=3)(clips.reshape(n * t, c, h, w))
    return maps.mean(dim=(2, 3)).view(n, t, 32)


if __name__ == "__main__":
    pooled = frame_features(torch.randn(4, 10, 3, 16, 16))
    lstm = nn.LSTM(pooled.shape[3], 128, batch_first=True)  # expect: SHP109
    outputs, _ = lstm(pooled)
    print(outputs.shape)
