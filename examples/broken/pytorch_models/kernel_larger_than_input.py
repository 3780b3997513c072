"""Poolings until the maps are smaller than the next kernel: 28 -> 14 -> 7 -> 3, and then a 5x5 window.

Repair: one block less, or padding=2 in the last convolution.
"""

import torch
from torch import nn


class DeepEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        blocks = []
        for source, target in [(1, 16), (16, 32), (32, 64)]:
            blocks += [nn.Conv2d(source, target, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Conv2d(64, 128, kernel_size=5)

    def forward(self, images):
        x = self.blocks(images)
        x = self.last(x)  # expect: SHP104
        return x.flatten(1)


if __name__ == "__main__":
    print(DeepEncoder()(torch.randn(2, 1, 28, 28)).shape)
