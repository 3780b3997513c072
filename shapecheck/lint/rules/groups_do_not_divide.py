"""Channels cannot be divided evenly into groups.

## What it does

Reports grouped convolutions and GroupNorm whose channels cannot be divided evenly into the groups.

## Why is this bad?

Every group needs the same number of channels, so making or calling the layer raises an error.

## Example

```python
from torch import nn

nn.Conv2d(16, 32, 3, groups=3)
```

## Use instead

```python
from torch import nn

nn.Conv2d(16, 32, 3, groups=4)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
