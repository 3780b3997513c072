"""A permutation does not name each axis once.

## What it does

Reports `permute` and `transpose` whose axes do not name every axis of the tensor exactly once.

## Why is this bad?

The call raises an error.

## Example

```python
import torch

frames = torch.randn(8, 5, 3, 28, 28)
frames.permute(0, 2, 3, 1)
```

## Use instead

```python
import torch

frames = torch.randn(8, 5, 3, 28, 28)
frames.permute(0, 1, 3, 4, 2)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
