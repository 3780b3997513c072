"""An axis that is not 1 cannot be expanded.

## What it does

Reports `expand` and `broadcast_to` of an axis that is neither 1 nor already of the wanted size.

## Why is this bad?

Only an axis of size 1 can be repeated without copying, so the call raises an error.

## Example

```python
import torch

state = torch.randn(8, 64)
state.expand(8, 128)
```

## Use instead

```python
import torch

state = torch.randn(8, 1)
state.expand(8, 128)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
