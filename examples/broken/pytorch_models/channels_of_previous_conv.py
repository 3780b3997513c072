"""A convolution that expects other channels than the one before it hands on.

Repair: nn.Conv2d(filters, 2 * filters, 3), which follows the number of filters.
"""

import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, filters):
        super().__init__()
        self.conv1 = nn.Conv2d(3, filters, 3)
        self.conv2 = nn.Conv2d(32, 2 * filters, 3)

    def forward(self, images):
        x = torch.relu(self.conv1(images))
        x = torch.relu(self.conv2(x))  # expect: SHP102
        return x.mean(dim=(-2, -1))


if __name__ == "__main__":
    encoder = Encoder(filters=24)
    print(encoder(torch.randn(2, 3, 32, 32)).shape)
