"""An argument, or a checked value, does not fit its contract.

## What it does

Reports a call whose argument is proven not to fit the `@contract` of the function that is called, in whatever
file that stands, and a `check(x, "…")` that is proven to fail. Array types of jaxtyping count where a bare
`@contract` or `@jaxtyped` enforces them.

## Why is this bad?

The call raises a ShapeError before the function begins.

## Example

```python
import torch
from shapecheck import contract


@contract("n t d, n t -> n d")
def pooled(x, mask):
    return (x * mask.unsqueeze(-1)).sum(1)


pooled(torch.randn(8, 20, 64), torch.ones(8, 64))
```

## Use instead

```python
import torch
from shapecheck import contract


@contract("n t d, n t -> n d")
def pooled(x, mask):
    return (x * mask.unsqueeze(-1)).sum(1)


pooled(torch.randn(8, 20, 64), torch.ones(8, 20))
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
