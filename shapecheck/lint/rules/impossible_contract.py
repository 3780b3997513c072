"""A contract that no sizes can meet.

## What it does

Reports contracts whose constraints exclude each other, and contracts that the array types on the same
signature contradict.

## Why is this bad?

Every call raises a ShapeError, whatever it is given.

## Example

```python
from shapecheck import contract


@contract("n c -> n | c>4, c<3")
def score(x):
    return x.mean(1)
```

## Use instead

```python
from shapecheck import contract


@contract("n c -> n | c>=3, c<=4")
def score(x):
    return x.mean(1)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
