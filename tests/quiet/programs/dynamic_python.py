"""Python that a reader of source cannot follow to the end; nothing may be concluded from it."""

import importlib
import json
import sys

import torch
from torch import nn

config = json.loads('{"width": 32, "blocks": [["Linear", 32, 16], ["ReLU"], ["Linear", 16, 4]]}')
net = nn.Sequential(*[getattr(nn, name)(*arguments) for name, *arguments in config["blocks"]])
net(torch.randn(2, config["width"]))

REGISTRY = {}


def register(cls):
    REGISTRY[cls.__name__.lower()] = cls
    return cls


@register
class Mlp(nn.Module):
    def __init__(self, **options):
        super().__init__()
        for name, value in options.items():
            setattr(self, name, value)
        self.fc = nn.Linear(self.width, self.width * 2)

    def forward(self, x):
        return self.fc(x)


REGISTRY["mlp"](width=8)(torch.randn(1, 8))
module = importlib.import_module("torch.nn")
module.Linear(3, 4)(torch.zeros(2, 3))


class Meta(type):
    def __call__(cls, *args, **kwargs):
        made = super().__call__(*args, **kwargs)
        made.scale = 2
        return made


class Scaled(metaclass=Meta):
    def run(self, x):
        return x.repeat(1, self.scale) @ torch.zeros(6, 1)


Scaled().run(torch.zeros(4, 3))


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = None

    def forward(self, x):
        if self.fc is None:
            self.fc = nn.Linear(x.flatten(1).shape[1], 10)
        return self.fc(x.flatten(1))


Lazy()(torch.randn(2, 3, 4))
Lazy()(torch.randn(2, 5))
globals()["late"] = torch.zeros(3, 3)
late @ torch.zeros(3, 1)  # noqa: F821
size = 4 if len(sys.argv) > 100 else 5
torch.zeros(size, size) @ torch.zeros(size, 2)
hooks = []
layer = nn.Linear(2, 2)
layer.register_forward_hook(lambda module, inputs, output: output.repeat(1, 3))
assert layer(torch.zeros(1, 2)).shape == (1, 6)
nn.Linear(6, 1)(layer(torch.zeros(1, 2)))
