"""An argument has a value with which the operation cannot work.

## What it does

Reports arguments with which an operation cannot work whatever its input is: a kernel of size 0, a negative
padding.

## Why is this bad?

Making or calling the layer raises an error.

## Example

```python
from torch import nn

nn.Conv2d(3, 16, kernel_size=3, stride=0)
```

## Use instead

```python
from torch import nn

nn.Conv2d(3, 16, kernel_size=3, stride=1)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
