"""The features cannot be divided evenly among attention heads.

## What it does

Reports attention layers whose features cannot be divided evenly among the heads.

## Why is this bad?

Every head takes the same share, so making the layer raises an error.

## Example

```python
from torch import nn

nn.MultiheadAttention(embed_dim=100, num_heads=8)
```

## Use instead

```python
from torch import nn

nn.MultiheadAttention(embed_dim=96, num_heads=8)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
