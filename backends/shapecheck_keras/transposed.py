"""Transposed convolutions: all that Keras's own gives, and of that the cells that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from shapecheck.dialects.keras.layers_conv import stride_and_dilation
from shapecheck.model.refusal import refuse_failed, whole_number
from shapecheck_keras.convolutions import refuse_bias
from shapecheck_keras.orders import Placed
from shapecheck_keras.site import moved_axes
from shapecheck_keras.windowing import Ends, Window, cropped, window_of, zero_padded

if TYPE_CHECKING:
    from shapecheck.backend import Array
    from shapecheck.ops.conv_transpose import ConvTranspose
    from shapecheck_keras.site import Site

# (in, out, *kernel) in the neutral format, (*kernel, out, in) in Keras.
KERNEL = moved_axes((0, 1), (-1, -2))


class Wanted(NamedTuple):
    """Which cells of an axis come out: those from `low` on, up to `beyond` cells behind the last that a window
    reaches (fewer than none: so many are cut off).
    """

    low: int
    beyond: int


def conv_transpose(site: Site, op: ConvTranspose, x: Placed) -> Placed:
    """Conv1DTranspose, Conv2DTranspose, Conv3DTranspose; one for each group, side by side."""
    refuse_failed(op, stride_and_dilation(op))
    refuse_bias(site, op)
    window = window_of(op)
    wanted = _wanted(op, window)
    filters = whole_number(op.filters, "filters") // whole_number(op.groups, "groups")
    # TensorFlow on CPU has no kernel for this in float64.
    mirrored = site.engine == "tensorflow" and site.dtype == "float64" and max(window.dilation) > 1
    make = _mirrored if mirrored else _spread
    parts = []
    layers = []
    for group, tensor in enumerate(_groups(site, op, x)):
        part = "" if op.groups == 1 else f"group{group}"
        tensor, layer = make(site, op, tensor, window, wanted, filters, part)
        parts.append(tensor)
        layers.append(layer)
    _hold(site, op, layers, mirrored)
    if len(parts) > 1:
        parts = [site.layer("Concatenate", axis=x.native(1))(parts)]
    return Placed(parts[0], x.order, op.out(x.shape))


def _wanted(op: ConvTranspose, window: Window) -> list[Wanted]:
    found = []
    extras = [extra for (extra,) in op.each("extra", rank=op.rank)]
    for reach, stride, padding, extra in zip(
        window.reaches, window.stride, window.padding, extras, strict=True
    ):
        if padding in ("same", "valid"):
            # Keras's own rules; the whole is (size − 1)·stride + reach cells.
            low = max(reach - stride, 0) // 2 if padding == "same" else 0
            size = _ruled_end(reach, stride, padding, extra)
            found.append(Wanted(low, low + size))
        else:
            low, high = padding if isinstance(padding, tuple) else (padding, padding)
            found.append(Wanted(low, (extra or 0) - high))
    return found


def _ruled_end(reach: int, stride: int, padding: str, extra: int | None) -> int:
    """By how much the cells that come out outnumber those that windows reach, under a rule."""
    from shapecheck.ops.window import spread

    return whole_number(spread(1, reach, stride, padding, extra=extra) - reach, "a size")


def _groups(site: Site, op: ConvTranspose, x: Placed) -> list[Any]:
    if op.groups == 1:
        return [x.tensor]
    channels = whole_number(op.channels_of(x.shape), "the number of channels")
    width = channels // whole_number(op.groups, "groups")
    lead = (slice(None),) * x.native(1)
    starts = range(0, channels, width)
    return [site.item(x.tensor, (*lead, slice(start, start + width)), "part") for start in starts]


def _spread(
    site: Site, op: ConvTranspose, tensor: Any, window: Window, wanted: list[Wanted], filters: int, part: str
) -> tuple[Any, Any]:
    """The layer padded "valid", then a crop. What is asked for beyond its reach is 0 before the bias is added: Keras's
    output_padding gives less than a stride of that, and zeros behind the input give a stride each.
    """
    more = [
        -(-max(end.beyond - stride + 1, 0) // stride)
        for end, stride in zip(wanted, window.stride, strict=True)
    ]
    beyond = [
        end.beyond - zeros * stride for end, zeros, stride in zip(wanted, more, window.stride, strict=True)
    ]
    extra = tuple(max(cells, 0) for cells in beyond)
    exact = any(extra) or any(r < s for r, s in zip(window.reaches, window.stride, strict=True))
    layer = site.layer(
        f"Conv{op.rank}DTranspose",
        part,
        filters=filters,
        kernel_size=window.kernel,
        strides=window.stride,
        padding="valid",
        output_padding=extra if exact else None,
        dilation_rate=window.dilation,
        use_bias=op.bias,
        data_format=site.data_format,
    )
    tensor = layer(zero_padded(site, tensor, [(0, zeros) for zeros in more]))
    ends = [(end.low, max(-cells, 0)) for end, cells in zip(wanted, beyond, strict=True)]
    return cropped(site, tensor, ends), layer


def _mirrored(
    site: Site, op: ConvTranspose, tensor: Any, window: Window, wanted: list[Wanted], filters: int, part: str
) -> tuple[Any, Any]:
    """Without a stride it is a convolution of the padded input with the mirrored kernel."""
    sides = [
        (reach - 1 - end.low, reach - 1 + end.beyond)
        for reach, end in zip(window.reaches, wanted, strict=True)
    ]
    around: Ends = [(max(low, 0), max(high, 0)) for low, high in sides]
    layer = site.layer(
        f"Conv{op.rank}D",
        part,
        filters=filters,
        kernel_size=window.kernel,
        padding="valid",
        dilation_rate=window.dilation,
        use_bias=op.bias,
        data_format=site.data_format,
    )
    tensor = layer(zero_padded(site, tensor, around))
    return cropped(site, tensor, [(max(-low, 0), max(-high, 0)) for low, high in sides]), layer


def _hold(site: Site, op: ConvTranspose, layers: list[Any], mirrored: bool) -> None:
    taps = tuple(range(op.rank))

    def pack(array: Array) -> tuple[Array, ...]:
        parts = np.split(array, len(layers), axis=0)
        if mirrored:  # (in, out, *kernel) as (*kernel, in, out), back to front
            return tuple(np.flip(np.moveaxis(each, (0, 1), (-2, -1)), taps) for each in parts)
        return tuple(KERNEL["pack"](each) for each in parts)

    def unpack(*arrays: Array) -> Array:
        if mirrored:
            parts = [np.moveaxis(np.flip(each, taps), (-2, -1), (0, 1)) for each in arrays]
        else:
            parts = [KERNEL["unpack"](each) for each in arrays]
        return np.concatenate(parts)

    site.hold("kernel", tuple(layer.kernel for layer in layers), pack=pack, unpack=unpack)
    if op.bias:
        site.hold(
            "bias",
            tuple(layer.bias for layer in layers),
            pack=lambda array: tuple(np.split(array, len(layers))),
            unpack=lambda *arrays: np.concatenate(arrays),
        )
