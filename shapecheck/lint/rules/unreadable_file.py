"""The file cannot be read as Python text.

## What it does

Reports files that cannot be read as Python text: no permission, null bytes, bytes that are not in the
declared encoding (UTF-8 unless a cookie says otherwise).

## Why is this bad?

Python could not read the file either, and nothing in it was checked.

## Example

```python
# saved as Latin-1, with no cookie, so that the é below is no UTF-8
name = "modèle"
```

## Use instead

```python
# -*- coding: latin-1 -*-
name = "modèle"
```
"""

from __future__ import annotations
