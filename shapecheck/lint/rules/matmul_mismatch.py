"""The inner sizes of a matrix product differ.

## What it does

Reports matrix products whose inner sizes differ.

## Why is this bad?

Rows of the left factor are multiplied with columns of the right one, so the call raises an error.

## Example

```python
import torch

queries = torch.randn(8, 5, 64)
keys = torch.randn(8, 5, 64)
queries @ keys
```

## Use instead

```python
import torch

queries = torch.randn(8, 5, 64)
keys = torch.randn(8, 5, 64)
queries @ keys.transpose(1, 2)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
