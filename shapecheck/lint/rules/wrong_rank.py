"""A tensor has more or fewer axes than the operation takes.

## What it does

Reports tensors with more or fewer axes than the operation takes.

## Why is this bad?

The call raises an error. A missing `unsqueeze`, a flatten that forgets the time axis, or video frames `(n, t,
c, h, w)` given to a Conv2d are the usual causes.

## Example

```python
import torch
from torch import nn

frames = torch.randn(8, 5, 3, 28, 28)  # n t c h w
nn.Conv2d(3, 16, 3)(frames)
```

## Use instead

```python
import torch
from torch import nn

frames = torch.randn(8, 5, 3, 28, 28)  # n t c h w
nn.Conv2d(3, 16, 3)(frames.flatten(0, 1))
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
