"""A function gives another shape than its contract promises.

## What it does

Reports a `return` (or a `yield`) of a function with a contract whose value is proven to have another shape than
the contract promises, either for the arguments of some call or for all that the contract lets in.

## Why is this bad?

Every call that gets there raises a ShapeError. Either the contract or the code is wrong.

## Example

```python
from shapecheck import contract
from torch import nn


class Tagger(nn.Module):
    def __init__(self, tags=12):
        super().__init__()
        self.tags = tags
        self.lstm = nn.LSTM(64, 32, batch_first=True, bidirectional=True)
        self.head = nn.Linear(64, tags)

    @contract("n t 64 -> n t {tags}")
    def forward(self, x):
        outputs, _ = self.lstm(x)
        return self.head(outputs[:, -1])
```

## Use instead

```python
from shapecheck import contract
from torch import nn


class Tagger(nn.Module):
    def __init__(self, tags=12):
        super().__init__()
        self.tags = tags
        self.lstm = nn.LSTM(64, 32, batch_first=True, bidirectional=True)
        self.head = nn.Linear(64, tags)

    @contract("n t 64 -> n t {tags}")
    def forward(self, x):
        outputs, _ = self.lstm(x)
        return self.head(outputs)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
