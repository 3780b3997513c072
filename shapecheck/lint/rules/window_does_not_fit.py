"""A convolution or pooling window is larger than what it slides over.

## What it does

Reports convolutions and poolings whose window, dilation included, is larger than the padded axis that it
slides over.

## Why is this bad?

There is no place for the window, so the call raises an error. Usually there is one pooling too many for the
size of the image.

## Example

```python
import torch
from torch import nn

nn.MaxPool2d(4)(torch.randn(8, 16, 3, 3))
```

## Use instead

```python
import torch
from torch import nn

nn.MaxPool2d(2)(torch.randn(8, 16, 3, 3))
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]
