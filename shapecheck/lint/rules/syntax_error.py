"""The file is not valid Python.

## What it does

Reports files that Python cannot parse, at the line where its parser stopped.

## Why is this bad?

A file that does not parse cannot run, and nothing in it was checked.

## Example

```python
layer = nn.Linear(16, 8
```

## Use instead

```python
layer = nn.Linear(16, 8)
```
"""

from __future__ import annotations
