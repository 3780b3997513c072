"""An axis is named that the tensor does not have.

## What it does

Reports axes that the tensor does not have: `dim=4` or `shape[3]` on a tensor with three axes.

## Why is this bad?

The call or the indexing raises an error. Often an earlier pooling or indexing has removed the axis.

## Example

```python
import torch

pooled = torch.randn(8, 64, 14, 14).mean(dim=(2, 3))  # (8, 64)
pooled.flatten(start_dim=2)
```

## Use instead

```python
import torch

pooled = torch.randn(8, 64, 14, 14).mean(dim=(2, 3))  # (8, 64)
pooled.flatten(start_dim=1)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
