"""A transpose of an axis that is gone: flatten(2) joined the places, so there are three axes.

Repair: x.transpose(1, 2).
"""

import torch
from torch import nn


class PlacesLast(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)

    def forward(self, images):
        x = self.conv(images).flatten(2)
        return x.transpose(1, 3)  # expect: SHP109


if __name__ == "__main__":
    print(PlacesLast()(torch.randn(2, 3, 20, 20)).shape)
