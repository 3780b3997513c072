"""A batch normalisation with as many features as the input has channels, placed after the convolution.

Repair: nn.BatchNorm2d(out_channels).
"""

import torch
from torch import nn


class ConvBlock(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(in_channels)

    def forward(self, x):
        x = self.conv(x)
        x = self.norm(x)  # expect: SHP102
        return torch.relu(x)


block = ConvBlock(16, 32)
print(block(torch.randn(4, 16, 20, 20)).shape)
