"""Pictures as an image library hands them out, n h w c, given to a convolution that reads n c h w.

Repair: images.permute(0, 3, 1, 2).
"""

import numpy as np
import torch
from torch import nn

images = torch.from_numpy(np.random.rand(8, 64, 64, 3).astype(np.float32))
conv = nn.Conv2d(3, 16, kernel_size=3, padding=1)
maps = conv(images)  # expect: SHP102
print(maps.shape)
