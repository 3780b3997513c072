"""A reshape changes the number of elements.

## What it does

Reports `view`, `reshape`, `unflatten` and `Reshape` with target sizes that cannot hold the elements of the
tensor.

## Why is this bad?

A reshape keeps every element, so the call raises an error.

## Example

```python
import torch

maps = torch.randn(8, 64, 14, 14)
maps.view(8, 64 * 7 * 7)
```

## Use instead

```python
import torch

maps = torch.randn(8, 64, 14, 14)
maps.view(8, 64 * 14 * 14)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
