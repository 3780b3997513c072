"""A shape annotation says something else than the code.

## What it does

Reports calls and returns whose shape is proven to disagree with an array type of jaxtyping that nothing
enforces. Where `@jaxtyped` or a bare `@contract` enforces it, this is contract-mismatch or contract-promise-broken.

## Why is this bad?

The code runs, but whoever trusts the annotation is misled.

## Example

```python
import torch
from jaxtyping import Float
from torch import Tensor


def pooled(x: Float[Tensor, "n t d"]) -> Float[Tensor, "n d"]:
    return x.mean(-1)


pooled(torch.randn(8, 20, 64))
```

## Use instead

```python
import torch
from jaxtyping import Float
from torch import Tensor


def pooled(x: Float[Tensor, "n t d"]) -> Float[Tensor, "n d"]:
    return x.mean(1)


pooled(torch.randn(8, 20, 64))
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
