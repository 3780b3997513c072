"""Two convolutions that fit no input at all: the first hands on 32 channels, the second takes 64.

Nothing calls the class here, and nothing has to. Repair: nn.Conv2d(32, 128, 3).
Seen by: ContradictingEncoder()(torch.randn(1, 3, 32, 32))
"""

import torch
from torch import nn


class ContradictingEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, kernel_size=3)
        self.conv2 = nn.Conv2d(64, 128, kernel_size=3)

    def forward(self, images):
        x = torch.relu(self.conv1(images))
        x = torch.relu(self.conv2(x))  # expect: SHP102
        return x
