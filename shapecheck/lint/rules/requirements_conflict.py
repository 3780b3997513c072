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
        self.whole = nn.Linear(28 * 28, 10)
        self.rows = nn.LSTM(30, 10, batch_first=True)

    def forward(self, x):
        n, h, w = x.shape
        scores = self.whole(x.reshape(n, h * w))
        outputs, _ = self.rows(x)
        return scores + outputs[:, -1]
```

## Use instead

```python
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.whole = nn.Linear(28 * 28, 10)
        self.rows = nn.LSTM(28, 10, batch_first=True)

    def forward(self, x):
        n, h, w = x.shape
        scores = self.whole(x.reshape(n, h * w))
        outputs, _ = self.rows(x)
        return scores + outputs[:, -1]
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
