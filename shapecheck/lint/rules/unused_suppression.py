"""A suppression comment suppresses nothing.

## What it does

Reports `# shapecheck: ignore` comments on lines where nothing was found, and codes in them that do not exist.

## Why is this bad?

A suppression that has outlived its finding would hide the next one.

## Example

```python
layer = nn.Linear(16, 8)  # shapecheck: ignore[SHP101]
```

## Use instead

```python
layer = nn.Linear(16, 8)
```
"""

from __future__ import annotations
