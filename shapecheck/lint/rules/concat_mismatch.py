"""Tensors that are joined differ outside the joined axis.

## What it does

Reports `cat`, `concat`, `stack` and merging layers whose tensors differ in rank or outside the joined axis.

## Why is this bad?

The tensors do not fit together, so the call raises an error.

## Example

```python
import torch

image = torch.randn(8, 64, 14, 14)
context = torch.randn(8, 64, 7, 7)
torch.cat([image, context], dim=1)
```

## Use instead

```python
import torch
from torch import nn

image = torch.randn(8, 64, 14, 14)
context = torch.randn(8, 64, 7, 7)
torch.cat([image, nn.functional.interpolate(context, scale_factor=2)], dim=1)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
