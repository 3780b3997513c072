"""Inheritance, mixins, properties, and methods that subclasses replace."""

import torch
from torch import nn


class Base(nn.Module):
    expansion = 1

    def __init__(self, width):
        super(Base, self).__init__()
        self.inner = self.make_inner(width)
        self.head = nn.Linear(self.features, 3)

    def make_inner(self, width):
        raise NotImplementedError

    @property
    def features(self):
        return self.inner.out_features * self.expansion

    def embed(self, x):
        return self.inner(x)

    def forward(self, x):
        return self.head(self.embed(x))


class Twice(Base):
    expansion = 2

    def make_inner(self, width):
        return nn.Linear(width, width // 2)

    def embed(self, x):
        y = super().embed(x)
        return torch.cat([y, -y], dim=-1)


class Deeper(Twice):
    def __init__(self, width, depth):
        super().__init__(width)
        self.depth = depth
        self.blocks = nn.ModuleDict({f"block{i}": nn.Linear(width, width) for i in range(depth)})

    def forward(self, x):
        for name, block in self.blocks.items():
            x = x + block(x)
        return super().forward(x)


Twice(8)(torch.randn(2, 8))
Deeper(8, 3)(torch.randn(2, 8))


class Basic(nn.Module):
    expansion = 1

    def __init__(self, inp, planes, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inp, planes, 3, stride, 1)
        self.short = nn.Sequential()
        if stride != 1 or inp != self.expansion * planes:
            self.short = nn.Sequential(nn.Conv2d(inp, self.expansion * planes, 1, stride), nn.BatchNorm2d(planes))

    def forward(self, x):
        return torch.relu(self.conv(x) + self.short(x))


class ResNet(nn.Module):
    def __init__(self, block, blocks, classes=10):
        super().__init__()
        self.inp = 16
        self.stem = nn.Conv2d(3, 16, 3, 1, 1)
        self.layer1 = self._make(block, 16, blocks[0], 1)
        self.layer2 = self._make(block, 32, blocks[1], 2)
        self.fc = nn.Linear(32 * block.expansion, classes)

    def _make(self, block, planes, count, stride):
        layers = []
        for step in [stride] + [1] * (count - 1):
            layers.append(block(self.inp, planes, step))
            self.inp = planes * block.expansion
        return nn.Sequential(*layers)

    def forward(self, x):
        out = self.layer2(self.layer1(self.stem(x)))
        out = nn.functional.avg_pool2d(out, 4)
        out = out.view(out.size(0), -1)
        return self.fc(out)


ResNet(Basic, [2, 2])(torch.randn(2, 3, 8, 8))
