"""A layer is made for another number of channels than arrives.

## What it does

Reports convolutions and normalisations that are made for one number of channels and are given another.

## Why is this bad?

The layer's weight has one slice a channel, so the call raises an error. Often the tensor has its channels
last where they are expected second.

## Example

```python
import torch
from torch import nn

first = nn.Conv2d(3, 16, 3)
second = nn.Conv2d(32, 64, 3)
second(first(torch.randn(8, 3, 28, 28)))
```

## Use instead

```python
import torch
from torch import nn

first = nn.Conv2d(3, 16, 3)
second = nn.Conv2d(16, 64, 3)
second(first(torch.randn(8, 3, 28, 28)))
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
