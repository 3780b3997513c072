"""A contract that cannot be read, or does not fit its function.

## What it does

Reports contracts that raise when they are made: text that is no pattern, with a caret under the place, and
contracts that speak of parameters which the function does not have.

## Why is this bad?

The module cannot be imported.

## Example

```python
from shapecheck import contract


@contract("n, t, c -> n c")
def pooled(x):
    return x.mean(1)
```

## Use instead

```python
from shapecheck import contract


@contract("n t c -> n c")
def pooled(x):
    return x.mean(1)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
