"""A Conv2d fed a video: five axes, where it takes n c h w.

Repair: fold time into the batch, clips.flatten(0, 1), and take it out again afterwards.
"""

import torch
from torch import nn


class FrameEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(in_channels=3, out_channels=16, kernel_size=3)
        self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, clips):
        maps = torch.relu(self.conv(clips))  # expect: SHP103
        return self.pool(maps).flatten(2)


if __name__ == "__main__":
    clips = torch.randn(2, 10, 3, 64, 64)
    print(FrameEncoder()(clips).shape)
