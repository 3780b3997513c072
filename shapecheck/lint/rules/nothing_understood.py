"""The file uses tensors, but none of its operations was understood.

## What it does

Notes that a file calls tensor operations, but that none of them was understood.

## Why is this bad?

Nothing found in such a file does not mean that its shapes are right. `--stats` says why operations were not
understood.

## Example

```python
import torch
from elsewhere import load

model = load("model.pt")
print(torch.softmax(model(load("batch.pt")), dim=1))
```

## Use instead

```python
import torch
from shapecheck import reveal_shape

batch = torch.randn(8, 10)  # a shape that can be seen
print(torch.softmax(batch, dim=1))
```
"""

from __future__ import annotations
