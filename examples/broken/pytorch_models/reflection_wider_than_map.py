"""A reflection of three columns on maps that are three wide: only two columns lie beside the border.

Repair: a smaller padding, or nn.ZeroPad2d, which needs nothing to copy.
"""

import torch
from torch import nn

maps = torch.randn(2, 16, 3, 3)
pad = nn.ReflectionPad2d(3)
padded = pad(maps)  # expect: SHP122
print(nn.Conv2d(16, 16, kernel_size=7)(padded).shape)
