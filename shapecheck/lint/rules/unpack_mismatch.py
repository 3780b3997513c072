"""A shape or tensor is unpacked into another number of names.

## What it does

Reports a shape, or a tensor, that is unpacked into more or fewer names than it has entries.

## Why is this bad?

Unpacking raises a ValueError. In models it means that the tensor has another rank than its author had in
mind.

## Example

```python
import torch

maps = torch.randn(8, 64, 14, 14)
batch, channels, length = maps.shape
```

## Use instead

```python
import torch

maps = torch.randn(8, 64, 14, 14)
batch, channels, height, width = maps.shape
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
