"""Conditions that always agree: no path on which they disagree is real."""

import os

import torch
from torch import nn

MODE = os.environ.get("MODE", "small")


class Switched(nn.Module):
    def __init__(self, mode, use_norm, depth=None):
        super().__init__()
        self.mode = mode
        self.use_norm = use_norm
        if mode == "small":
            self.fc = nn.Linear(16, 8)
            self.width = 8
        elif mode == "large":
            self.fc = nn.Linear(32, 64)
            self.width = 64
        else:
            raise ValueError(mode)
        if use_norm:
            self.norm = nn.LayerNorm(self.width)
        self.extra = None if depth is None else nn.Linear(self.width, depth)
        self.out = nn.Linear(depth or self.width, 2)

    def forward(self, x):
        if self.mode == "small":
            x = x[:, :16]
        x = self.fc(x)
        if self.use_norm:
            x = self.norm(x)
        if self.extra is not None:
            x = self.extra(x)
        return self.out(x)


for mode in ("small", "large"):
    for depth in (None, 5):
        Switched(mode, mode == "large", depth)(torch.randn(3, 32))
Switched(MODE, bool(os.environ.get("NORM")))(torch.randn(3, 32))
