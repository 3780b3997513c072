"""No input can meet all that the code asks of it.

## What it does

Reports operations that could each work alone, but ask for things of one input that cannot hold together.

## Why is this bad?

Every input makes one of them raise an error. Both demands are shown with where they are made.

## Example

```python
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.image = nn.Conv2d(3, 16, 3)
        self.mask = nn.Conv2d(1, 16, 3)

    def forward(self, x):
        return self.image(x) + self.mask(x)
```

## Use instead

```python
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.image = nn.Conv2d(3, 16, 3)
        self.mask = nn.Conv2d(1, 16, 3)

    def forward(self, x):
        return self.image(x[:, :3]) + self.mask(x[:, 3:])
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
