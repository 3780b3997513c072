"""Shapes that meet elementwise cannot be broadcast.

## What it does

Reports elementwise operations on shapes that cannot be broadcast: two sizes in the same place, counted from
the right, differ and neither is 1.

## Why is this bad?

The operation raises an error. A missing `unsqueeze` or `keepdim=True` is the usual cause.

## Example

```python
import torch

frames = torch.randn(8, 5, 64)
weights = torch.rand(8, 5)
frames * weights
```

## Use instead

```python
import torch

frames = torch.randn(8, 5, 64)
weights = torch.rand(8, 5)
frames * weights.unsqueeze(-1)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
