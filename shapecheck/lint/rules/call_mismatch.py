"""A call passes arguments that the signature does not have.

## What it does

Reports calls of framework functions and layers, and of the file's own models, with keywords that they do not
have, or with too many or too few arguments.

## Why is this bad?

The call raises a TypeError.

## Example

```python
from torch import nn

nn.Conv2d(3, 16, kernel=3)
```

## Use instead

```python
from torch import nn

nn.Conv2d(3, 16, kernel_size=3)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
