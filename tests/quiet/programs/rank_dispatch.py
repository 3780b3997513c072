"""Code that looks at its input before it decides."""

import torch
import torch.nn.functional as F
from torch import nn


def as_batch(x):
    if x.dim() == 3:
        x = x.unsqueeze(0)
    if x.ndim != 4:
        raise ValueError(f"rank {x.ndim}")
    return x


class Any2d(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.fc = nn.Linear(4, 2)

    def forward(self, x, mask=None):
        if isinstance(x, (list, tuple)):
            x = torch.stack(list(x))
        x = as_batch(x)
        if x.shape[1] == 1:
            x = x.expand(-1, 3, -1, -1)
        n, c, h, w = x.shape
        if h % 2 or w % 2:
            x = F.pad(x, (0, w % 2, 0, h % 2))
        x = self.conv(x)
        if mask is not None:
            x = x * mask.unsqueeze(1)
        x = F.adaptive_avg_pool2d(x, 1)
        return self.fc(x.view(n, -1))


net = Any2d()
net(torch.randn(3, 8, 8))
net(torch.randn(2, 1, 7, 9))
net([torch.randn(3, 8, 8), torch.randn(3, 8, 8)])
net(torch.randn(2, 3, 8, 8), torch.ones(2, 8, 8))


def norm(x, dims=None):
    dims = dims or tuple(range(1, x.dim()))
    return x / x.pow(2).sum(dims, keepdim=True).sqrt()


norm(torch.randn(4, 3))
norm(torch.randn(4, 3, 5, 5))
