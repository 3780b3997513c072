"""An index lies outside the axis.

## What it does

Reports a constant index that lies outside its axis, and more indices than there are axes.

## Why is this bad?

Indexing raises an IndexError.

## Example

```python
import torch

outputs = torch.randn(8, 5, 64)
outputs[:, 5, :]
```

## Use instead

```python
import torch

outputs = torch.randn(8, 5, 64)
outputs[:, 4, :]
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
