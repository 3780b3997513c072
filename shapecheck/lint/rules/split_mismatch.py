"""An axis cannot be split as asked.

## What it does

Reports splits that an axis cannot be cut into: section sizes that do not add up, or equal parts where it does
not divide.

## Why is this bad?

The call raises an error.

## Example

```python
import torch

gates = torch.randn(8, 100)
torch.split(gates, [64, 64], dim=1)
```

## Use instead

```python
import torch

gates = torch.randn(8, 128)
torch.split(gates, [64, 64], dim=1)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
