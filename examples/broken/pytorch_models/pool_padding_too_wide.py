"""A pooling padded by its whole window: some windows would see nothing but padding.

At most half the window is allowed, which PyTorch says only when the layer runs. Repair: nn.MaxPool2d(3, stride=2, padding=1).
"""

import torch
from torch import nn


class Downsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, kernel_size=3)
        self.pool = nn.MaxPool2d(3, stride=2, padding=3)  # expect: SHP120

    def forward(self, images):
        maps = torch.relu(self.conv(images))
        return self.pool(maps)  # raises here


if __name__ == "__main__":
    print(Downsample(16)(torch.randn(2, 3, 32, 32)).shape)
