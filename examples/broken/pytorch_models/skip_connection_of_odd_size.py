"""A skip connection joined after pooling an odd size: 25 -> 12 -> 24, one row and column short.

Repair: pad the input to an even size, or upsample to the size of the other branch.
"""

import torch
from torch import nn


class SmallUNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(1, 8, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.middle = nn.Conv2d(8, 16, kernel_size=3, padding=1)
        self.up = nn.ConvTranspose2d(16, 8, kernel_size=2, stride=2)
        self.last = nn.Conv2d(16, 1, kernel_size=1)

    def forward(self, x):
        skip = torch.relu(self.down(x))
        x = torch.relu(self.middle(self.pool(skip)))
        x = self.up(x)
        x = torch.cat([skip, x], dim=1)  # expect: SHP108
        return self.last(x)


if __name__ == "__main__":
    print(SmallUNet()(torch.randn(2, 1, 25, 25)).shape)
