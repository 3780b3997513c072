"""Parts that are replaced, shared, copied or wrapped after they were made."""

import copy
from functools import partial

import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self, classes=1000):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.fc = nn.Linear(8, classes)

    def forward(self, x):
        return self.fc(torch.flatten(self.features(x), 1))


model = Backbone()
model.fc = nn.Identity()
head = nn.Linear(8, 3)
assert head(model(torch.randn(2, 3, 32, 32))).shape == (2, 3)

model.fc = nn.Linear(model.fc.in_features if hasattr(model.fc, "in_features") else 8, 5)
model(torch.randn(2, 3, 32, 32))

Conv = partial(nn.Conv2d, kernel_size=3, padding=1, bias=False)


class Stack(nn.Module):
    def __init__(self, make, widths):
        super().__init__()
        self.layers = nn.ModuleList()
        for before, after in zip(widths, widths[1:]):
            self.layers.append(make(before, after))
        self.copies = nn.ModuleList(copy.deepcopy(make(widths[-1], widths[-1])) for _ in range(2))
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        for layer in self.layers:
            x = self.act(layer(x))
        for index, layer in enumerate(self.copies):
            x = x + layer(x) * index
        return x


Stack(Conv, [3, 16, 32])(torch.randn(1, 3, 9, 9))
model.features[0] = Conv(1, 8)
model(torch.randn(2, 1, 32, 32))
setattr(model, "fc", nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 1)))
model(torch.randn(2, 1, 32, 32)).squeeze(-1).view(2)
