"""What reveal_shape was asked to show.

## What it does

Reports the shape and dtype that the analysis knows for the argument of `reveal_shape(x)`: numbers where they
are known, symbols where they hang on an input, `?` where nothing is known. At run time `reveal_shape` prints
the shape and returns `x`.

## Why is it useful?

It answers "what arrives here?" without running anything, and shows what the other findings are based on. It
is a note and never changes the exit status.

## Example

```python
from shapecheck import reveal_shape

maps = nn.Conv2d(3, 16, kernel_size=3)(torch.randn(8, 3, 32, 32))
reveal_shape(maps)  # note: shape (8, 16, 30, 30), float32
```

## Use instead

Remove the call, or keep it while you work:

```python
maps = nn.Conv2d(3, 16, kernel_size=3)(torch.randn(8, 3, 32, 32))
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.lint.rules.making import diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.interpret.events import Revealed
    from shapecheck.lint.rules.trace import Trace


def check(event: Revealed, trace: Trace) -> Iterator[Diagnostic]:
    """The note for one revealed value."""
    yield diagnostic("SHP901", _said(event.value), event.span, data=_data(event.value))


def _said(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"shapes ({', '.join(_short(entry) for entry in value)})"
    if value is None or value.shape is None:
        return "shape unknown"
    return f"shape {value.shape}, {value.dtype}" if value.dtype else f"shape {value.shape}"


def _short(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"({', '.join(_short(entry) for entry in value)})"
    return "unknown" if value is None or value.shape is None else str(value.shape)


def _data(value: Any) -> dict[str, Any]:
    if isinstance(value, tuple | list):
        return {"items": [_data(entry) for entry in value]}
    if value is None:
        return {"shape": None, "dtype": None}
    if value.shape is None:
        return {"shape": None, "dtype": value.dtype}
    return {"shape": [size if type(size) is int else str(size) for size in value.shape], "dtype": value.dtype}
