"""Prediction and target do not have shapes that the loss takes.

## What it does

Reports losses whose prediction and target have shapes that the loss does not take together.

## Why is this bad?

The call raises an error. `cross_entropy` on sequences wants the classes in the second axis, `(n, k, t)`, with
targets `(n, t)`.

## Example

```python
import torch
from torch import nn

logits = torch.randn(8, 5, 10)
targets = torch.zeros(8, 5, dtype=torch.long)
nn.CrossEntropyLoss()(logits, targets)
```

## Use instead

```python
import torch
from torch import nn

logits = torch.randn(8, 5, 10)
targets = torch.zeros(8, 5, dtype=torch.long)
nn.CrossEntropyLoss()(logits.transpose(1, 2), targets)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
