"""The one sliding-window formula: how many windows fit on an axis, what a padding adds, the inverse.

A window of `kernel` taps, `dilation` apart, moves in steps of `stride` over an axis of `size` that is
padded. A padding is

* an int (both ends alike) or a pair (low end, high end);
* "valid": nothing;
* "same": TensorFlow's rule, as many windows as strides begin in the axis, the odd cell at the high end;
* "causal": all of it at the low end, so that no window sees what comes after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import AtLeast, ceildiv, floordiv, maximum, minimum

if TYPE_CHECKING:
    from shapecheck.algebra import Claim, Size

RULES = ("valid", "same", "causal")


def reach(kernel: Size, dilation: Size = 1) -> Size:
    """Cells from the first to the last that one window covers."""
    return dilation * (kernel - 1) + 1


def margins(size: Size, kernel: Size, stride: Size, padding: Any, dilation: Size = 1) -> tuple[Size, Size]:
    """What the padding adds at the low and at the high end of the axis."""
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return dilation * (kernel - 1), 0
    if padding == "same":
        missing = maximum(0, (ceildiv(size, stride) - 1) * stride + reach(kernel, dilation) - size)
        low = floordiv(missing, 2)
        return low, missing - low
    return padding if isinstance(padding, tuple) else (padding, padding)


def windows(
    size: Size, kernel: Size, stride: Size = 1, padding: Any = 0, dilation: Size = 1, *, ceil: bool = False
) -> Size:
    """How many windows there are on an axis of `size`.

    `ceil` also counts a window that hangs over the high end, if it begins in the axis or in its low padding.
    """
    if padding in ("same", "causal"):
        return ceildiv(size, stride)
    low, high = margins(size, kernel, stride, padding, dilation)
    room = size + low + high - reach(kernel, dilation)
    if not ceil:
        return floordiv(room, stride) + 1
    return minimum(ceildiv(room, stride) + 1, ceildiv(size + low, stride))


def fits(
    size: Size, kernel: Size, padding: Any = 0, dilation: Size = 1, *, overhang: Size = 0
) -> Claim | None:
    """The claim that at least one window fits, or None where the padding sees to it.

    `overhang` is how far a window may hang over the high end: with `ceil`, one less than the stride.
    """
    if padding in ("same", "causal"):
        return None
    low, high = margins(size, kernel, 1, padding, dilation)
    return AtLeast(size + low + high + overhang, reach(kernel, dilation))


def spread(
    size: Size,
    kernel: Size,
    stride: Size = 1,
    padding: Any = 0,
    dilation: Size = 1,
    *,
    extra: Size | None = None,
) -> Size:
    """The size that a transposed window operation makes of an axis of `size`.

    With paddings in numbers it is the smallest axis that has `size` windows, and `extra` cells more. "valid"
    and "same" are Keras's: without `extra` no stride is left without a full window, and there are exactly
    `size` strides.
    """
    if padding == "same":
        return size * stride if extra is None else (size - 1) * stride + reach(kernel, dilation) % 2 + extra
    if padding == "valid" and extra is None:
        return size * stride + maximum(reach(kernel, dilation) - stride, 0)
    low, high = margins(size, kernel, stride, padding, dilation)
    return (size - 1) * stride + reach(kernel, dilation) - low - high + (0 if extra is None else extra)
