"""An index takes the last sample of a batch where the last step was meant.

## What it does

Reports `out[-1]` on the output of a recurrent layer that has the batch first, and `out[:, -1]` on the output of
one that has the time first, when there may be more than one sample.

## Why is this bad?

It runs: what comes out has the steps of one sample where a row for each sample is expected, and all other
samples of the batch are dropped. PyTorch's recurrent layers have the time first unless `batch_first=True` says
otherwise, so a layer that is given (batch, time, features) without it also exchanges samples and steps.

## Example

```python
import torch
from torch import nn

lstm = nn.LSTM(32, 64)
steps, _ = lstm(torch.randn(8, 10, 32))
last = steps[:, -1]
```

## Use instead

```python
import torch
from torch import nn

lstm = nn.LSTM(32, 64, batch_first=True)
steps, _ = lstm(torch.randn(8, 10, 32))
last = steps[:, -1]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.span import Related
from shapecheck.lint.rules.making import calls, diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.interpret.events import Applied
    from shapecheck.lint.rules.trace import Trace


def check(event: Applied, trace: Trace) -> Iterator[Diagnostic]:
    """The finding, when the axis that loses all but its last entry is the layer's batch."""
    from shapecheck.ops.recurrent import Recurrent

    tensor = event.inputs[0] if event.inputs else None
    axis = _axis_of_last(getattr(event.op, "key", ()))
    if event.failed is not None or axis is None or tensor is None or tensor.shape is None:
        return
    made = trace.producer(tensor)
    if (
        made is None
        or not isinstance(made.op, Recurrent)
        or len(tensor.shape) != 3
        or tensor.shape[axis] == 1
    ):
        return
    first = made.outputs[0] if isinstance(made.outputs, tuple | list) else made.outputs
    if first is not tensor or not made.op.sequences or axis != (0 if made.op.batch_first else 1):
        return
    label = made.op.label
    order = "(batch, time, features)" if made.op.batch_first else "(time, batch, features)"
    helps = [f"index {'[:, -1]' if axis == 0 else '[-1]'} is the last step of every sample"]
    if axis == 1:
        helps.insert(0, f"batch_first=True lets {label} read its input as (batch, time, features)")
    made_at = [] if made.layer is None else [Related(made.layer.span, f"this {label} reads {order}")]
    yield diagnostic(
        "SHP304",
        f"index {'[-1]' if axis == 0 else '[:, -1]'} takes the last sample of {label}'s output {tensor.shape}, "
        f"which is {order}",
        event.span,
        related=[*made_at, *calls(event.frames, event.span)],
        help=helps,
    )


def _axis_of_last(key: Any) -> int | None:
    """The axis whose last entry the key takes, where every other entry is a whole axis and comes before it or after."""
    from shapecheck.ops.indexing import Cut

    found = None
    for axis, entry in enumerate(key):
        if type(entry) is int and entry == -1 and found is None:
            found = axis
        elif not (isinstance(entry, Cut) and entry == Cut()):
            return None
    return found
