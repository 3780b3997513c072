"""torch.nn pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AtLeast
from shapecheck.dialects.base import UNKNOWN, Apply, Spelling
from shapecheck.dialects.per_axis import per_axis
from shapecheck.ops import adaptive, pool
from shapecheck.ops.base import Need, Op
from shapecheck.ops.spatial import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.tensor import Tensor

MAX = "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False"
AVERAGE = "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True"
POWER = "norm_type, kernel_size, stride=None, ceil_mode=False"
NAMES = {
    "kernel": "kernel_size",
    "stride": "stride",
    "padding": "padding",
    "dilation": "dilation",
    "ceil": "ceil_mode",
    "indices": "return_indices",
    "count_padding": "count_include_pad",
    "divisor": "divisor_override",
    "size": "output_size",
    "power": "norm_type",
}


def strides_of(arguments: Arguments) -> Any:
    """The stride, None where it is that of the kernel: not given, or an empty list."""
    stride = per_axis(arguments, "stride")
    return None if stride == () else stride


def max_pool(op: type[pool.MaxPool], arguments: Arguments) -> Op:
    """The operator of a max pool's arguments."""
    return op(
        kernel=per_axis(arguments, "kernel_size"),
        stride=strides_of(arguments),
        padding=per_axis(arguments, "padding"),
        dilation=per_axis(arguments, "dilation"),
        ceil=arguments.flag("ceil_mode"),
        indices=arguments.flag("return_indices"),
        unbatched=True,
    )


def average_pool(op: type[pool.AvgPool], arguments: Arguments) -> Op:
    """The operator of an average pool's arguments."""
    divisor = arguments.values.get("divisor_override")
    return op(
        kernel=per_axis(arguments, "kernel_size"),
        stride=strides_of(arguments),
        padding=per_axis(arguments, "padding"),
        ceil=arguments.flag("ceil_mode"),
        count_padding=arguments.harmless_flag("count_include_pad"),
        divisor=None if divisor is UNKNOWN else divisor,
        unbatched=True,
    )


def power_pool(op: type[pool.LPPool], arguments: Arguments) -> Op:
    """The operator of a p-norm pool's arguments."""
    power = arguments.values["norm_type"]
    return op(
        kernel=per_axis(arguments, "kernel_size", single=False),
        stride=strides_of(arguments),
        ceil=arguments.flag("ceil_mode"),
        power=2 if power is UNKNOWN else power,
        unbatched=True,
    )


def adaptive_pool(op: type[adaptive.AdaptivePool], arguments: Arguments) -> Op:
    """The operator of an adaptive pool's arguments; None for an axis keeps its size."""
    value = arguments.known("output_size")
    size = value
    if isinstance(value, tuple | list):
        size = tuple(arguments.fresh("output_size") if entry is UNKNOWN else entry for entry in value)
    elif value is not None:
        size = arguments.size("output_size")
    indices = "return_indices" in arguments.values and arguments.flag("return_indices")
    leads: tuple[int, ...] = (2, 1)
    if op in (adaptive.AdaptiveAvgPool2d, adaptive.AdaptiveAvgPool3d):
        # To one cell, PyTorch takes the mean without looking at the axes before.
        if size == 1:
            leads = (2, 1, 3, 4, 5, 0)
        elif size == (1,) * op.rank:
            leads = (2, 1, 3, 4, 5)
    return op(size=size, indices=indices, leads=leads)


def limits(op: Any) -> Iterator[Need]:
    """What PyTorch refuses of a pool's own arguments: sizes of None, and a kernel of LPPool1d in a tuple."""
    if isinstance(op, adaptive.AdaptivePool):
        if op.size is None or (op.rank == 1 and isinstance(op.size, tuple) and None in op.size):
            yield Need(
                NEVER, "SHP120", "{label} needs an output size, got None", attribute="size", label=op.label
            )
    elif isinstance(op, pool.LPPool1d) and isinstance(op.kernel, tuple):
        yield Need(
            NEVER,
            "SHP120",
            "{label} takes its kernel as one number, got {kernel}",
            attribute="kernel",
            label=op.label,
            kernel=op.kernel,
        )


def input_limits(op: Any, x: Tensor) -> tuple[Need, ...]:
    """PyTorch's averages over three axes want an input no smaller than the kernel, whatever the padding."""
    if not isinstance(op, pool.AvgPool3d | pool.LPPool3d) or x.shape is None or len(x.shape) < 4:
        return ()
    return tuple(
        Need(
            AtLeast(size, kernel),
            "SHP401",
            "{label} in PyTorch expects {name} of at least its kernel's {kernel}, got {size}",
            attribute="kernel",
            label=op.label,
            name=name,
            kernel=kernel,
            size=size,
        )
        for name, size, (kernel,) in zip(WORDS[3], x.shape[-3:], op.each("kernel", rank=3), strict=False)
    )


def apply_pool(op: Op, arguments: Arguments) -> Apply:
    """One tensor in, with PyTorch's own limits on it."""
    x = arguments.tensor("input")
    return Apply(op, (x,), needs=input_limits(op, x))


def _layer(name: str, signature: str, build: Any, op: type[Op]) -> Spelling:
    def built(arguments: Arguments) -> Op:
        made: Op = build(op, arguments)
        return made

    return Spelling(
        f"torch.nn.{name}", "layer", signature, build=built, call=apply_pool, names=NAMES, limits=limits
    )


SPELLINGS = {
    row.name: row
    for row in (
        *(_layer(op.__name__, MAX, max_pool, op) for op in (pool.MaxPool1d, pool.MaxPool2d, pool.MaxPool3d)),
        _layer("AvgPool1d", AVERAGE, average_pool, pool.AvgPool1d),
        _layer("AvgPool2d", AVERAGE + ", divisor_override=None", average_pool, pool.AvgPool2d),
        _layer("AvgPool3d", AVERAGE + ", divisor_override=None", average_pool, pool.AvgPool3d),
        *(_layer(op.__name__, POWER, power_pool, op) for op in (pool.LPPool1d, pool.LPPool2d, pool.LPPool3d)),
        *(
            _layer(op.__name__, "output_size", adaptive_pool, op)
            for op in (adaptive.AdaptiveAvgPool1d, adaptive.AdaptiveAvgPool2d, adaptive.AdaptiveAvgPool3d)
        ),
        *(
            _layer(op.__name__, "output_size, return_indices=False", adaptive_pool, op)
            for op in (adaptive.AdaptiveMaxPool1d, adaptive.AdaptiveMaxPool2d, adaptive.AdaptiveMaxPool3d)
        ),
    )
}
