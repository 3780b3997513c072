"""A reshape makes rows that straddle samples.

## What it does

Reports `view(-1, k)` and `reshape(-1, k)` on the output of a convolution or pooling, when k neither divides
the number of elements of one sample nor is a multiple of it.

## Why is this bad?

The `-1` absorbs what does not fit, so that the batch has another size afterwards and its rows mix samples. It
fails only for some batch sizes, or much later in the loss. Usually k was computed for images of another size.

## Example

```python
import torch
from torch import nn

maps = nn.Conv2d(3, 16, 3)(torch.randn(8, 3, 7, 7))  # (8, 16, 5, 5): 400 elements in a sample
rows = maps.view(-1, 320)
```

## Use instead

```python
import torch
from torch import nn

maps = nn.Conv2d(3, 16, 3)(torch.randn(8, 3, 7, 7))  # (8, 16, 5, 5): 400 elements in a sample
rows = maps.flatten(1)
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.lint.rules.making import calls, diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.interpret.events import Applied
    from shapecheck.lint.rules.trace import Trace
    from shapecheck.ops.tensor import Tensor


def check(event: Applied, trace: Trace) -> Iterator[Diagnostic]:
    """The finding, when the rows straddle samples whatever the batch size is."""
    tensor = event.inputs[0] if event.inputs else None
    sizes: tuple[Any, ...] = getattr(event.op, "sizes", ())
    if event.failed is not None or tensor is None or tensor.shape is None or getattr(event.op, "keep", False):
        return
    if (
        len(sizes) != 2
        or sizes[0] != -1
        or type(sizes[1]) is not int
        or sizes[1] < 2
        or len(tensor.shape) < 3
    ):
        return
    row, sample = sizes[1], tensor.shape[1:].size
    if type(sample) is not int or sample == 0 or sample % row == 0 or row % sample == 0:
        return
    if not _holds_samples(trace, tensor):
        return
    receiver, _, method = event.callee.rpartition(".")
    factors = "*".join(map(str, tensor.shape[1:]))
    yield diagnostic(
        "SHP307",
        f"{method} makes rows of {row} elements of samples that have {sample} ({factors}): rows mix samples",
        event.span,
        related=calls(event.frames, event.span),
        help=[
            f"{receiver or 'x'}.flatten(1) keeps one row a sample: the next layer then says what it expects"
        ],
    )


def _holds_samples(trace: Trace, tensor: Tensor) -> bool:
    """Whether the first axis is certainly a batch: a convolution or pooling with batch made the tensor."""
    from shapecheck.ops.activation import Neutral
    from shapecheck.ops.spatial import Spatial

    for op, before in trace.makers(tensor):
        if isinstance(op, Spatial):
            return before is not None and before.shape is not None and len(before.shape) == op.rank + 2
        if not isinstance(op, Neutral):
            return False
    return False
