"""A layer is made for another number of features than arrives.

## What it does

Reports layers that are made for one number of features and are given another: Linear and Dense, RNN, GRU and
LSTM, LayerNorm, attention. Both numbers are shown with where they came from.

## Why is this bad?

The layer multiplies by a weight of fixed size, so the call raises an error.

## Example

```python
import torch
from torch import nn

features = nn.Sequential(nn.Conv2d(1, 64, 3, padding=1), nn.MaxPool2d(2))
lstm = nn.LSTM(input_size=64 * 7 * 7, hidden_size=128, batch_first=True)

maps = features(torch.randn(8, 1, 28, 28))  # (8, 64, 14, 14)
lstm(maps.flatten(1).unsqueeze(1))
```

## Use instead

```python
import torch
from torch import nn

features = nn.Sequential(nn.Conv2d(1, 64, 3, padding=1), nn.MaxPool2d(2))
lstm = nn.LSTM(input_size=64 * 14 * 14, hidden_size=128, batch_first=True)

maps = features(torch.randn(8, 1, 28, 28))  # (8, 64, 14, 14)
lstm(maps.flatten(1).unsqueeze(1))
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
