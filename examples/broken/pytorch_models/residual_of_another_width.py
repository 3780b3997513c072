"""A residual sum of a block's input and output, though the block changes the number of channels.

Repair: bring the input to the same width by a 1x1 convolution before the sum.
"""

import torch
from torch import nn


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def forward(self, x):
        out = torch.relu(self.conv1(x))
        out = self.conv2(out)
        out = out + x  # expect: SHP106
        return torch.relu(out)


if __name__ == "__main__":
    block = ResidualBlock(16, 32)
    print(block(torch.randn(2, 16, 24, 24)).shape)
