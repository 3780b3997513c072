"""A loss compares every prediction with every target.

## What it does

Reports mean-squared, L1, smooth-L1 and Huber losses of PyTorch on shapes `(n, 1)` and `(n,)`, or the same
with further axes in front.

## Why is this bad?

The two shapes are broadcast to `(n, n)`: every prediction is compared with every target. Nothing fails, and
the model learns to predict the mean.

## Example

```python
import torch
from torch import nn

predictions = nn.Linear(64, 1)(torch.randn(8, 64))  # (8, 1)
targets = torch.randn(8)
loss = nn.MSELoss()(predictions, targets)
```

## Use instead

```python
import torch
from torch import nn

predictions = nn.Linear(64, 1)(torch.randn(8, 64))  # (8, 1)
targets = torch.randn(8)
loss = nn.MSELoss()(predictions.squeeze(1), targets)
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.span import Related
from shapecheck.lint.rules.making import calls, diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Shape
    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.interpret.events import Applied
    from shapecheck.lint.rules.trace import Trace


def check(event: Applied, trace: Trace) -> Iterator[Diagnostic]:
    """The finding, when one side has a last axis of 1 that the other lacks."""
    if event.failed is not None or len(event.inputs) < 2 or not event.name.startswith("torch."):
        return
    left, right = event.inputs[0], event.inputs[1]
    if left is None or right is None or left.shape is None or right.shape is None:
        return
    if _column_against_row(left.shape, right.shape):
        column, axis = "prediction", len(left.shape) - 1
    elif _column_against_row(right.shape, left.shape):
        column, axis = "target", len(right.shape) - 1
    else:
        return
    index = 0 if column == "prediction" else 1
    short, long = sorted((left.shape, right.shape), key=len)
    out = (*long[:-1], short[-1])
    label = event.name.rpartition(".")[2]
    message = f"{label} broadcasts {left.shape} against {right.shape} to ({', '.join(map(str, out))})"
    where = [span for span in event.input_spans[index : index + 1] if span is not None]
    yield diagnostic(
        "SHP302",
        message,
        event.span,
        related=[Related(span, f"the {column} is {long}") for span in where if span.line != event.span.line]
        + calls(event.frames, event.span),
        help=[
            f"squeeze({axis}) on the {column}, or unsqueeze({axis}) on the other, compares them one to one"
        ],
    )


def _column_against_row(column: Shape, row: Shape) -> bool:
    """(…, n, 1) against (…, n), n not being known to be 1."""
    return (
        len(column) == len(row) + 1
        and column[-1] == 1
        and tuple(column[:-1]) == tuple(row)
        and len(row) > 0
        and row[-1] != 1
    )
