"""Functions and classes that pass on whatever they are given, and widths that are multiples of each other."""

import torch
from torch import nn


def conv_nd(dims, *args, **kwargs):
    if dims == 1:
        return nn.Conv1d(*args, **kwargs)
    if dims == 2:
        return nn.Conv2d(*args, **kwargs)
    raise ValueError(dims)


def linear(*args, **kwargs):
    return nn.Linear(*args, **kwargs)


class Conv(nn.Conv2d):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


def normalize(channels, groups=32):
    return nn.GroupNorm(num_groups=groups, num_channels=channels)


class Block(nn.Module):
    def __init__(self, *, in_channels, out_channels=None):
        super().__init__()
        self.in_channels = in_channels
        out_channels = in_channels if out_channels is None else out_channels
        self.out_channels = out_channels
        self.norm = normalize(in_channels)
        if self.in_channels != self.out_channels:
            self.short = nn.Conv2d(in_channels, out_channels, 1)
        self.conv = nn.Conv2d(in_channels, out_channels, 3, padding=1)

    def forward(self, x):
        h = self.conv(self.norm(x))
        if self.in_channels != self.out_channels:
            x = self.short(x)
        return x + h


class Decoder(nn.Module):
    def __init__(self, in_channels, out_channels, *args, **kwargs):
        super().__init__()
        self.model = nn.ModuleList(
            [
                nn.Conv2d(in_channels, in_channels, 1),
                Block(in_channels=in_channels, out_channels=2 * in_channels),
                Block(in_channels=2 * in_channels, out_channels=4 * in_channels),
                Block(in_channels=4 * in_channels, out_channels=out_channels),
            ]
        )

    def forward(self, x):
        for layer in self.model:
            x = layer(x)
        return x


if __name__ == "__main__":
    print(Decoder(32, 128)(torch.randn(1, 32, 4, 4)).shape)
