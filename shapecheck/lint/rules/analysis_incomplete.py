"""Part of the file was not analysed.

## What it does

Notes that part of a file was not analysed: a budget ran out, or the code nests too deeply.

## Why is this bad?

Nothing found there does not mean that its shapes are right.

## Example

```python
while True:  # a loop that never ends is left after some rounds
    step()
```

## Use instead

```python
for _ in range(10):
    step()
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
