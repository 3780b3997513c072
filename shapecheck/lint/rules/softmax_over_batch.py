"""A softmax normalises over the batch.

## What it does

Reports a softmax along the first axis of `(n, k)` class scores that a Linear or Dense layer made, where n is
certainly the batch: a convolution or pooling treated it as one. Scores that are used as weights in a product
afterwards (attention over the samples of a bag) are left alone.

## Why is this bad?

The samples of a batch share one probability for each class. Nothing fails, but a prediction depends on which
other samples happen to be in the batch.

## Example

```python
import torch
from torch import nn

maps = nn.Conv2d(3, 16, 3)(torch.randn(8, 3, 32, 32))
scores = nn.Linear(16, 10)(maps.mean(dim=(2, 3)))
probabilities = torch.softmax(scores, dim=0)
```

## Use instead

```python
import torch
from torch import nn

maps = nn.Conv2d(3, 16, 3)(torch.randn(8, 3, 32, 32))
scores = nn.Linear(16, 10)(maps.mean(dim=(2, 3)))
probabilities = torch.softmax(scores, dim=1)
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
    """The finding, when the axis is certainly the batch and the result is no set of weights."""
    tensor = event.inputs[0] if event.inputs else None
    axes = getattr(event.op, "axes", getattr(event.op, "axis", None))
    if event.failed is not None or tensor is None or tensor.shape is None or len(tensor.shape) != 2:
        return
    if (
        axes not in ((0,), (-2,), 0, -2)
        or type(tensor.shape[1]) is not int
        or tensor.shape[1] < 2
        or tensor.shape[0] == 1
    ):
        return
    if not _scores_of_samples(trace, tensor) or _weighs_something(event, trace):
        return
    label = event.name.rpartition(".")[2]
    yield diagnostic(
        "SHP306",
        f"{label} over axis 0 of {tensor.shape} normalises over the batch",
        event.span,
        related=calls(event.frames, event.span),
        help=[f"axis 1 holds the {tensor.shape[1]} scores of each sample: normalise over it"],
    )


def _scores_of_samples(trace: Trace, tensor: Tensor) -> bool:
    """Whether a Linear layer made this, and its first axis is that of a batch of images or signals."""
    from shapecheck.ops.linear import Linear
    from shapecheck.ops.spatial import Spatial

    batch = _first_axis(tensor)
    made = trace.makers(tensor)
    op, _ = next(made, (None, None))
    if batch is None or not isinstance(op, Linear):
        return False
    for op, before in made:
        if isinstance(op, Spatial):
            batched = before is not None and before.shape is not None and len(before.shape) == op.rank + 2
            return batched and _first_axis(before) is batch
    return False


def _first_axis(tensor: Tensor | None) -> Any:
    axes = getattr(tensor, "axes", ())
    return axes[0] if axes else None


def _weighs_something(event: Applied, trace: Trace) -> bool:
    """Whether a result like this one goes into a product."""
    for other in trace.applied():
        if len(other.inputs) > 1:
            makers = (getattr(entry, "made_by", None) for entry in other.inputs)
            if any(made is not None and made[0] == event.op for made in makers):
                return True
    return False
