"""The initial state does not fit the recurrent layer or its input.

## What it does

Reports initial states (`h0`, `c0`) whose shape does not fit the recurrent layer or the batch of its input.

## Why is this bad?

The call raises an error. The first axis of a state counts layers times directions, also with
`batch_first=True`, which is easily forgotten.

## Example

```python
import torch
from torch import nn

lstm = nn.LSTM(64, 128, num_layers=2, batch_first=True)
state = torch.zeros(1, 8, 128)
lstm(torch.randn(8, 5, 64), (state, state))
```

## Use instead

```python
import torch
from torch import nn

lstm = nn.LSTM(64, 128, num_layers=2, batch_first=True)
state = torch.zeros(2, 8, 128)
lstm(torch.randn(8, 5, 64), (state, state))
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
