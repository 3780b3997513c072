"""Shapecheck itself failed on this file.

## What it does

Reports that shapecheck itself failed on a file. The other files are still checked, and the exit status is 2.

## Why is this bad?

It is a bug in shapecheck, not in the file. Nothing is known about the file's shapes, so that silence would be
misleading.

## Example

```python
# any file that shapecheck fails on
```

## Use instead

```python
# the same file: please report it together with the message, which names the place in shapecheck
```
"""

from __future__ import annotations
