"""An einsum or rearrange pattern does not fit its tensors.

## What it does

Reports `einsum`, `rearrange`, `reduce` and `repeat` patterns that do not fit the tensors they are given.

## Why is this bad?

The call raises an error.

## Example

```python
import torch

scores = torch.randn(8, 5)
states = torch.randn(8, 5, 64)
torch.einsum("bt,btd,b->bd", scores, states, torch.randn(9))
```

## Use instead

```python
import torch

scores = torch.randn(8, 5)
states = torch.randn(8, 5, 64)
torch.einsum("bt,btd,b->bd", scores, states, torch.randn(8))
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
