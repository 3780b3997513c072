"""A grouped convolution whose groups do not divide the channels.

Repair: a number that divides both 48 and 96, e.g. groups=6.
"""

import torch
from torch import nn

images = torch.randn(1, 48, 14, 14)
conv = nn.Conv2d(48, 96, kernel_size=3, groups=5)  # expect: SHP110
print(conv(images).shape)
