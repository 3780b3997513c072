"""A padding does not fit the tensor.

## What it does

Reports paddings that do not fit the tensor: more pairs than axes, or a reflection wider than the axis.

## Why is this bad?

The call raises an error.

## Example

```python
import torch
from torch.nn import functional as F

F.pad(torch.randn(8, 3, 4, 4), (4, 4, 4, 4), mode="reflect")
```

## Use instead

```python
import torch
from torch.nn import functional as F

F.pad(torch.randn(8, 3, 4, 4), (3, 3, 3, 3), mode="reflect")
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
