"""keras.layers convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AllOf, AnyOf, AtLeast, Equal
from shapecheck.dialects.base import UNKNOWN, NotUnderstood, Spelling
from shapecheck.dialects.keras.layout import CALL, apply_placed, at_least_one, canonical, placed
from shapecheck.dialects.per_axis import per_axis
from shapecheck.ops import conv, conv_transpose
from shapecheck.ops.base import Need, Op

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.dialects.base import Arguments

KERNEL = (
    "kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, "
    "bias_regularizer=None, "
    "activity_regularizer=None, kernel_constraint=None, bias_constraint=None, **kwargs"
)
DEPTHWISE = (
    "depthwise_initializer='glorot_uniform', bias_initializer='zeros', depthwise_regularizer=None, "
    "bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None, bias_constraint=None, "
    "**kwargs"
)
SEPARABLE = (
    "depthwise_initializer='glorot_uniform', pointwise_initializer='glorot_uniform', "
    "bias_initializer='zeros', "
    "depthwise_regularizer=None, pointwise_regularizer=None, bias_regularizer=None, "
    "activity_regularizer=None, "
    "depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None, **kwargs"
)
NAMES = {
    "filters": "filters",
    "kernel": "kernel_size",
    "stride": "strides",
    "padding": "padding",
    "dilation": "dilation_rate",
    "groups": "groups",
    "bias": "use_bias",
    "multiplier": "depth_multiplier",
    "extra": "output_padding",
    "layout": "data_format",
}


def rule(arguments: Arguments) -> str:
    """The padding rule, in lower case."""
    value = arguments["padding"]
    if value is UNKNOWN:
        raise NotUnderstood("padding is unknown")
    return value.lower() if isinstance(value, str) else str(value)


def _windowed(arguments: Arguments) -> dict[str, Any]:
    return {
        "kernel": per_axis(arguments, "kernel_size", single=False),
        "stride": per_axis(arguments, "strides", single=False),
        "padding": rule(arguments),
        "dilation": per_axis(arguments, "dilation_rate", single=False),
        "bias": arguments.harmless_flag("use_bias"),
    }


def limits(op: Op) -> Iterator[Need]:
    """What Keras refuses where the layer is made: a stride with a dilation, causal padding off one axis."""
    inner = canonical(op)
    if "filters" in inner.__dict__:
        yield from at_least_one(inner, "filters", "filters")
    if inner.padding not in ("valid", "same") and (
        inner.padding != "causal" or inner.rank > 1 or not isinstance(inner, conv.Conv)
    ):
        yield Need(
            NEVER,
            "SHP120",
            "{label} does not know the padding {padding!r}",
            attribute="padding",
            label=inner.label,
            padding=inner.padding,
        )
    if isinstance(inner, conv_transpose.ConvTranspose):
        yield from _extra_limits(inner)
    yield from stride_and_dilation(inner)


def _extra_limits(op: conv_transpose.ConvTranspose) -> Iterator[Need]:
    for stride, extra in op.each("stride", "extra", rank=op.rank):
        if extra is not None:
            yield Need(
                AtLeast(stride, extra + 1),
                "SHP120",
                "{label} needs output padding smaller than its stride, got {extra} and {stride}",
                attribute="extra",
                label=op.label,
                extra=extra,
                stride=stride,
            )


def stride_and_dilation(op: Any) -> Iterator[Need]:
    """Keras refuses a stride together with a dilation."""
    strides = [stride for (stride,) in op.each("stride", rank=op.rank)]
    dilations = [dilation for (dilation,) in op.each("dilation", rank=op.rank)]
    if all(stride == 1 for stride in strides) or all(dilation == 1 for dilation in dilations):
        return
    yield Need(
        AnyOf(AllOf(*(Equal(size, 1) for size in strides)), AllOf(*(Equal(size, 1) for size in dilations))),
        "SHP401",
        "{label} in Keras cannot have a stride and a dilation at once, got {stride} and {dilation}",
        attribute="dilation",
        label=op.label,
        stride=op.stride,
        dilation=op.dilation,
    )


def _layer(name: str, signature: str, build: Any, *aliases: str) -> list[Spelling]:
    return [
        Spelling(
            f"keras.layers.{spelled}",
            "layer",
            signature,
            build=build,
            call=apply_placed,
            call_signature=CALL,
            names=NAMES,
            limits=limits if "Depthwise" not in name and "Separable" not in name else loose_limits,
        )
        for spelled in (name, *aliases)
    ]


def loose_limits(op: Op) -> Iterator[Need]:
    """The same without the rule on strides with dilations, which these layers leave to their backend."""
    return (need for need in limits(op) if need.code != "SHP401")


def _conv(rank: int, op: type[conv.Conv]) -> list[Spelling]:
    one = "1" if rank == 1 else str((1,) * rank)

    def build(arguments: Arguments) -> Op:
        return placed(
            op(filters=arguments.size("filters"), groups=arguments.size("groups"), **_windowed(arguments)),
            arguments,
        )

    signature = (
        f"filters, kernel_size, strides={one}, padding='valid', data_format=None, dilation_rate={one}, "
        f"groups=1, "
        f"activation=None, use_bias=True, {KERNEL}"
    )
    return _layer(f"Conv{rank}D", signature, build, f"Convolution{rank}D")


def _transposed(rank: int, op: type[conv_transpose.ConvTranspose]) -> list[Spelling]:
    one = "1" if rank == 1 else str((1,) * rank)

    def build(arguments: Arguments) -> Op:
        extra = per_axis(arguments, "output_padding", single=False)
        return placed(op(filters=arguments.size("filters"), extra=extra, **_windowed(arguments)), arguments)

    middle = "output_padding=None, data_format=None" if rank < 3 else "data_format=None, output_padding=None"
    signature = (
        f"filters, kernel_size, strides={one}, padding='valid', {middle}, dilation_rate={one}, "
        f"activation=None, "
        f"use_bias=True, {KERNEL}"
    )
    return _layer(f"Conv{rank}DTranspose", signature, build, f"Convolution{rank}DTranspose")


def _depthwise(rank: int, op: type[conv.DepthwiseConv]) -> list[Spelling]:
    one = "1" if rank == 1 else str((1,) * rank)

    def build(arguments: Arguments) -> Op:
        return placed(op(multiplier=arguments.size("depth_multiplier"), **_windowed(arguments)), arguments)

    signature = (
        f"kernel_size, strides={one}, padding='valid', depth_multiplier=1, data_format=None, "
        f"dilation_rate={one}, "
        f"activation=None, use_bias=True, {DEPTHWISE}"
    )
    return _layer(f"DepthwiseConv{rank}D", signature, build)


def _separable(rank: int, op: type[conv.SeparableConv]) -> list[Spelling]:
    one = "1" if rank == 1 else str((1,) * rank)

    def build(arguments: Arguments) -> Op:
        made = op(
            filters=arguments.size("filters"),
            multiplier=arguments.size("depth_multiplier"),
            **_windowed(arguments),
        )
        return placed(made, arguments)

    signature = (
        f"filters, kernel_size, strides={one}, padding='valid', data_format=None, dilation_rate={one}, "
        f"depth_multiplier=1, activation=None, use_bias=True, {SEPARABLE}"
    )
    return _layer(f"SeparableConv{rank}D", signature, build, f"SeparableConvolution{rank}D")


SPELLINGS = {
    row.name: row
    for rows in (
        _conv(1, conv.Conv1d),
        _conv(2, conv.Conv2d),
        _conv(3, conv.Conv3d),
        _transposed(1, conv_transpose.ConvTranspose1d),
        _transposed(2, conv_transpose.ConvTranspose2d),
        _transposed(3, conv_transpose.ConvTranspose3d),
        _depthwise(1, conv.DepthwiseConv1d),
        _depthwise(2, conv.DepthwiseConv2d),
        _separable(1, conv.SeparableConv1d),
        _separable(2, conv.SeparableConv2d),
    )
    for row in rows
}
