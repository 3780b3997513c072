"""Failures that the program expects are no mistakes."""

import contextlib

import torch
from torch import nn

layer = nn.Linear(4, 2)

try:
    layer(torch.randn(3, 5))
except RuntimeError:
    result = layer(torch.randn(3, 4))

with contextlib.suppress(RuntimeError):
    torch.cat([torch.zeros(2, 3), torch.zeros(2, 4)])


def fits(x):
    try:
        return layer(x)
    except RuntimeError as error:
        print(error)
        return None


fits(torch.zeros(1, 7))


def probe(shape):
    if shape[-1] != 4:
        raise ValueError(f"expected 4 features, got {shape[-1]}")
    return layer(torch.zeros(*shape))


with contextlib.suppress(ValueError):
    probe((2, 9))
