"""Convolutions: Keras's own, after the padding that Keras does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.dialects.keras.layers_conv import stride_and_dilation
from shapecheck.model.refusal import Unsupported, refuse_failed, whole_number
from shapecheck_keras.orders import Placed
from shapecheck_keras.padding import surrounded
from shapecheck_keras.site import moved_axes
from shapecheck_keras.windowing import Window, strided, window_of, zero_padded

if TYPE_CHECKING:
    from shapecheck.backend import Array
    from shapecheck.ops.conv import Conv, DepthwiseConv, SeparableConv
    from shapecheck_keras.site import Site

# (out, in/groups, *kernel) in the neutral format, (*kernel, in/groups, out) in Keras.
KERNEL = moved_axes((0, 1), (-1, -2))


def refuse_bias(site: Site, op: Any) -> None:
    """keras.ops.add on TensorFlow takes (1, filters, 1, 1) for a bias along any last axis of that length."""
    if op.bias and site.engine == "tensorflow" and site.data_format == "channels_first":
        raise Unsupported(
            "Keras on TensorFlow adds a bias along the last axis, not the channels, where that is as long as there "
            "are filters: build it with channels_last or without bias"
        )


def conv(site: Site, op: Conv, x: Placed) -> Placed:
    """Conv1D, Conv2D, Conv3D."""
    refuse_failed(op, stride_and_dilation(op))
    refuse_bias(site, op)
    window = window_of(op)
    rule = window.rule
    if (rule == "causal" and op.rank > 1) or (rule != "valid" and op.mode != "zeros"):
        rule = None
    tensor = x.tensor if rule is not None else _padded(site, op, x, window)
    layer = site.layer(
        f"Conv{op.rank}D",
        filters=op.filters,
        groups=op.groups,
        kernel_size=window.kernel,
        strides=window.stride,
        padding=rule or "valid",
        dilation_rate=window.dilation,
        use_bias=op.bias,
        data_format=site.data_format,
    )
    tensor = layer(tensor)
    site.hold("kernel", layer.kernel, **KERNEL)
    if op.bias:
        site.hold("bias", layer.bias)
    return Placed(tensor, x.order, op.out(x.shape))


def _padded(site: Site, op: Any, x: Placed, window: Window) -> Any:
    ends = window.ends(op.space(x.shape))
    mode = getattr(op, "mode", "zeros")
    if mode == "zeros":
        return zero_padded(site, x.tensor, ends)
    return surrounded(site, x.tensor, dict(zip(site.space(op.rank), ends, strict=True)), mode)


def _per_channel(site: Site, op: Any, x: Placed, kind: str, **options: Any) -> tuple[Any, Any]:
    """A layer with a kernel for each channel and what it gives.

    TensorFlow wants strides that are alike, and none beside a dilation: else every cell is computed and the
    strides are taken afterwards.
    """
    refuse_bias(site, op)
    window = window_of(op)
    uneven = len(set(window.stride)) > 1
    afterwards = (uneven or max(window.stride) > 1 < max(window.dilation)) and site.engine == "tensorflow"
    rule = window.rule if window.rule != "causal" and not afterwards else None
    tensor = x.tensor if rule is not None else _padded(site, op, x, window)
    layer = site.layer(
        f"{kind}{op.rank}D",
        kernel_size=window.kernel,
        strides=(1,) * op.rank if afterwards else window.stride,
        padding=rule or "valid",
        dilation_rate=window.dilation,
        depth_multiplier=op.multiplier,
        use_bias=op.bias,
        data_format=site.data_format,
        **options,
    )
    tensor = layer(tensor)
    if op.bias:
        site.hold("bias", layer.bias)
    return layer, strided(site, tensor, window.stride, "stride") if afterwards else tensor


def _hold_per_channel(site: Site, name: str, variable: Any, channels: int, multiplier: int) -> None:
    def pack(array: Array) -> Array:
        return np.moveaxis(array.reshape(channels, multiplier, *array.shape[2:]), (0, 1), (-2, -1))

    def unpack(array: Array) -> Array:
        return np.moveaxis(array, (-2, -1), (0, 1)).reshape(channels * multiplier, 1, *array.shape[:-2])

    site.hold(name, variable, pack=pack, unpack=unpack)


def depthwise(site: Site, op: DepthwiseConv, x: Placed) -> Placed:
    """DepthwiseConv1D, DepthwiseConv2D."""
    channels = whole_number(op.channels_of(x.shape), "the number of channels")
    layer, tensor = _per_channel(site, op, x, "DepthwiseConv")
    _hold_per_channel(site, "kernel", layer.kernel, channels, whole_number(op.multiplier, "multiplier"))
    return Placed(tensor, x.order, op.out(x.shape))


def separable(site: Site, op: SeparableConv, x: Placed) -> Placed:
    """SeparableConv1D, SeparableConv2D."""
    channels = whole_number(op.channels_of(x.shape), "the number of channels")
    layer, tensor = _per_channel(site, op, x, "SeparableConv", filters=op.filters)
    multiplier = whole_number(op.multiplier, "multiplier")
    _hold_per_channel(site, "depthwise", layer.depthwise_kernel, channels, multiplier)
    site.hold("pointwise", layer.pointwise_kernel, **KERNEL)
    return Placed(tensor, x.order, op.out(x.shape))
