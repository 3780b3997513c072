"""torch.nn convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, Equal
from shapecheck.dialects.base import Apply, NotUnderstood, Spelling
from shapecheck.dialects.per_axis import padding_of, per_axis
from shapecheck.ops.base import Need
from shapecheck.ops.conv import Conv, Conv1d, Conv2d, Conv3d
from shapecheck.ops.conv_transpose import ConvTranspose, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from shapecheck.ops.window import spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.dialects.base import Arguments

PLAIN = (
    "out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros', "
    "device=None, dtype=None"
)
TRANSPOSED = (
    "out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1, "
    "padding_mode='zeros', device=None, dtype=None"
)
NAMES = {
    "channels": "in_channels",
    "filters": "out_channels",
    "kernel": "kernel_size",
    "stride": "stride",
    "padding": "padding",
    "dilation": "dilation",
    "groups": "groups",
    "bias": "bias",
    "mode": "padding_mode",
    "extra": "output_padding",
}


def _shared(arguments: Arguments) -> dict[str, Any]:
    return {
        "channels": arguments.size("in_channels") if "in_channels" in arguments.values else None,
        "filters": arguments.size("out_channels"),
        "kernel": per_axis(arguments, "kernel_size", single=False),
        "stride": per_axis(arguments, "stride"),
        "padding": padding_of(arguments),
        "dilation": per_axis(arguments, "dilation"),
        "groups": arguments.size("groups"),
        "bias": arguments.harmless_flag("bias"),
        "unbatched": True,
    }


def conv_limits(op: Conv) -> Iterator[Need]:
    """What PyTorch refuses of paddings that have a name: a stride, and causal ones."""
    if op.padding == "same":
        for (stride,) in op.each("stride", rank=op.rank):
            if stride != 1:
                yield Need(
                    Equal(stride, 1),
                    "SHP401",
                    "{label} in PyTorch takes padding='same' only with a stride of 1, got {stride}",
                    attribute="stride",
                    label=op.label,
                    stride=stride,
                )
    elif isinstance(op.padding, str) and op.padding != "valid":
        yield Need(
            NEVER,
            "SHP120",
            "{label} in PyTorch knows the paddings 'valid' and 'same', got {padding!r}",
            attribute="padding",
            label=op.label,
            padding=op.padding,
        )


def transposed_limits(op: ConvTranspose) -> Iterator[Need]:
    """What PyTorch refuses: paddings by name."""
    if isinstance(op.padding, str):
        yield Need(
            NEVER,
            "SHP120",
            "{label} in PyTorch takes its padding in numbers, got {padding!r}",
            attribute="padding",
            label=op.label,
            padding=op.padding,
        )


def _conv(name: str, op: type[Conv]) -> Spelling:
    def build(arguments: Arguments) -> Conv:
        mode = arguments.values["padding_mode"]
        return op(**_shared(arguments), mode=mode if isinstance(mode, str) else "zeros")

    lazy = name.startswith("Lazy")
    signature = PLAIN if lazy else "in_channels, " + PLAIN
    return Spelling(f"torch.nn.{name}", "layer", signature, build=build, names=NAMES, limits=conv_limits)


def _transposed(name: str, op: type[ConvTranspose]) -> Spelling:
    def build(arguments: Arguments) -> ConvTranspose:
        return op(**_shared(arguments), extra=per_axis(arguments, "output_padding"))

    lazy = name.startswith("Lazy")
    return Spelling(
        f"torch.nn.{name}",
        "layer",
        TRANSPOSED if lazy else "in_channels, " + TRANSPOSED,
        build=build,
        call=call_transposed,
        call_signature="input, output_size=None",
        names=NAMES,
        limits=transposed_limits,
    )


def call_transposed(op: ConvTranspose, arguments: Arguments) -> Apply:
    """`output_size` chooses among the sizes that have the input's size as their number of windows."""
    x = arguments.tensor("input")
    if arguments.values["output_size"] is not None and x.shape is not None:
        if len(x.shape) not in (op.ranks[0] or ()):
            return Apply(op, (x,))  # the wrong rank is what is wrong
        sizes = arguments.sizes("output_size")
        if not isinstance(sizes, tuple) or len(sizes) < op.rank:
            raise NotUnderstood("output_size does not name every axis")
        axes = op.each("kernel", "stride", "padding", "dilation", rank=op.rank)
        smallest = (spread(size, *axis, extra=0) for size, axis in zip(op.space(x.shape), axes, strict=True))
        extra = tuple(wanted - least for wanted, least in zip(sizes[-op.rank :], smallest, strict=True))
        op = op.replace(extra=extra)  # type: ignore[assignment]
    return Apply(op, (x,))


SPELLINGS = {
    row.name: row
    for row in (
        *(_conv(op.__name__, op) for op in (Conv1d, Conv2d, Conv3d)),
        *(_conv("Lazy" + op.__name__, op) for op in (Conv1d, Conv2d, Conv3d)),
        *(_transposed(op.__name__, op) for op in (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)),
        *(
            _transposed("Lazy" + op.__name__, op)
            for op in (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)
        ),
    )
}
