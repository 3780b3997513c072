"""Pools: Keras's own, after the padding that Keras does not know."""

from __future__ import annotations

from math import inf, prod
from typing import TYPE_CHECKING, Any

from shapecheck.model.refusal import Unsupported, whole_number
from shapecheck_keras.orders import Placed, canonical
from shapecheck_keras.padding import surrounded
from shapecheck_keras.windowing import Ends, Window, window_of

if TYPE_CHECKING:
    from shapecheck.ops.adaptive import AdaptivePool, GlobalPool
    from shapecheck.ops.pool import AvgPool, MaxPool, Pool
    from shapecheck_keras.site import Site


def max_pool(site: Site, op: MaxPool, x: Placed) -> Placed:
    """MaxPooling1D, 2D, 3D; what is padded is −∞."""
    if op.indices:
        raise Unsupported("Keras's pools do not say where the largest value stood")
    window = window_of(op)
    sliced = _needs_slices(site, op, window)
    if window.rule in ("same", "valid") and not sliced and not _hangs_over(op, window):
        return Placed(_pool(site, op, x.tensor, window, "Max", window.rule), x.order, op.out(x.shape))
    ends = _widened(op, window, window.ends(op.space(x.shape)))
    tensor = _around(site, op, x.tensor, ends, -inf, "pad")
    if sliced:
        tensor = _by_slices(site, op, tensor, window, "maximum")
    else:
        tensor = _pool(site, op, tensor, window, "Max", "valid")
    return Placed(tensor, x.order, op.out(x.shape))


def average_pool(site: Site, op: AvgPool, x: Placed) -> Placed:
    """AveragePooling1D, 2D, 3D. Where not all cells of a window count, divided by the share of those that do."""
    window = window_of(op)
    sliced = _needs_slices(site, op, window)
    # Keras on torch averages copies of the edge in, where "same" pads one end more than the other.
    plain = window.rule == "valid" or (
        window.rule == "same" and not op.count_padding and site.engine != "torch"
    )
    if plain and not _hangs_over(op, window) and not sliced and op.divisor is None:
        return Placed(_pool(site, op, x.tensor, window, "Average", window.rule), x.order, op.out(x.shape))
    ends = window.ends(op.space(x.shape))
    wide = _widened(op, window, ends)
    padded = any(pair != (0, 0) for pair in ends)
    whole = wide == ends and (op.count_padding or not padded)
    last = "" if whole and op.divisor is None else "mean"
    tensor = _mean(site, op, _around(site, op, x.tensor, wide, 0.0, "pad"), window, last)
    if op.divisor is not None:
        tensor = site.call("multiply", tensor, prod(window.kernel) / op.divisor)
    elif not whole:
        tensor = site.call("divide", tensor, _share(site, op, x, window, ends, wide))
    return Placed(tensor, x.order, op.out(x.shape))


def _share(site: Site, op: AvgPool, x: Placed, window: Window, ends: Ends, wide: Ends) -> Any:
    """The share of cells of each window that count."""
    channel = x.native(1)
    one = site.item(x.tensor, (*(slice(None),) * channel, slice(None, 1)), "channel")
    ones = site.call("ones_like", one, part="ones")
    if op.count_padding:
        counted = [(low, min(own, high)) for (low, own), (_, high) in zip(ends, wide, strict=True)]
        ones = _around(site, op, ones, counted, 1.0, "counted")
        wide = [(0, high - own) for (_, high), (_, own) in zip(wide, counted, strict=True)]
    return _mean(site, op, _around(site, op, ones, wide, 0.0, "uncounted"), window, "share")


def _hangs_over(op: Pool, window: Window) -> bool:
    """Whether a last window may hang over the end: `ceil` says nothing beside a rule that counts by strides."""
    return op.ceil and window.rule not in ("same", "causal")


def _widened(op: Pool, window: Window, ends: Ends) -> Ends:
    """Cells for windows that hang over the end, as many for every size of axis.

    An axis of n with `low` cells before it has ⌈(n + low + min(0, stride + high − reach))/stride⌉ windows: as many
    as fit after min(reach − 1, stride + high − 1) more cells.
    """
    if not _hangs_over(op, window):
        return ends
    found = []
    for (low, high), reach, stride in zip(ends, window.reaches, window.stride, strict=True):
        found.append((low, min(reach - 1, stride + high - 1)))
    return found


def _around(site: Site, op: Pool, tensor: Any, ends: Ends, fill: float, part: str) -> Any:
    if all(pair == (0, 0) for pair in ends):
        return tensor
    widths = dict(zip(site.space(op.rank), ends, strict=True))
    return surrounded(site, tensor, widths, "constant", fill=fill, part=part)


def _pool(
    site: Site, op: Pool, tensor: Any, window: Window, word: str, rule: str | None, part: str = ""
) -> Any:
    layer = site.layer(
        f"{word}Pooling{op.rank}D",
        part,
        pool_size=window.kernel,
        strides=window.stride,
        padding=rule,
        data_format=site.data_format,
    )
    return layer(tensor)


def _needs_slices(site: Site, op: Pool, window: Window) -> bool:
    """Keras's pools know no dilation, and TensorFlow's 3-D pools on CPU neither float64 nor float16."""
    missing = site.engine == "tensorflow" and op.rank == 3 and site.dtype in ("float64", "float16")
    return missing or max(window.dilation) > 1


def _mean(site: Site, op: AvgPool, tensor: Any, window: Window, part: str) -> Any:
    if not _needs_slices(site, op, window):
        return _pool(site, op, tensor, window, "Average", "valid", part)
    summed = _by_slices(site, op, tensor, window, "add", "sum")
    return site.call("multiply", summed, 1 / prod(window.kernel), part=part)


def _by_slices(site: Site, op: Pool, tensor: Any, window: Window, function: str, part: str = "") -> Any:
    """Axis by axis, the first cells of all windows, joined with their second ones and so on."""
    axes = list(zip(site.space(op.rank), window.kernel, window.stride, window.dilation, strict=True))
    for place, (axis, kernel, stride, dilation) in enumerate(axes):
        reach = (kernel - 1) * dilation
        parts = []
        for tap in range(kernel):
            first = tap * dilation
            cells = slice(first, -(reach - first) or None, stride)
            parts.append(site.item(tensor, (*(slice(None),) * axis, cells), "tap"))
        tensor = parts[0]
        for tap, each in enumerate(parts[1:], 2):
            last = tap == kernel and place == len(axes) - 1
            tensor = site.call(function, tensor, each, part=part if last else "taps")
    return tensor


def adaptive_pool(site: Site, op: AdaptivePool, x: Placed) -> Placed:
    """AdaptiveAveragePooling or AdaptiveMaxPooling; the global one where a single cell comes out."""
    if op.indices:
        raise Unsupported("Keras's pools do not say where the largest value stood")
    word = "Max" if "Max" in type(op).__name__ else "Average"
    out = op.out(x.shape)
    sizes = [
        whole_number(after if size is not None else before, "the size of an axis that is kept")
        for before, after, (size,) in zip(
            op.space(x.shape), op.space(out), op.each("size", rank=op.rank), strict=True
        )
    ]
    if all(size == 1 for size in sizes):
        layer = site.layer(f"Global{word}Pooling{op.rank}D", keepdims=True, data_format=site.data_format)
        return Placed(layer(x.tensor), x.order, out)
    if word == "Max" and site.engine == "tensorflow":
        return Placed(_without_empty_windows(site, op, x, sizes), x.order, out)
    layer = site.layer(
        f"Adaptive{word}Pooling{op.rank}D", output_size=tuple(sizes), data_format=site.data_format
    )
    return Placed(layer(x.tensor), x.order, out)


def _without_empty_windows(site: Site, op: AdaptivePool, x: Placed, sizes: list[int]) -> Any:
    """AdaptiveMaxPooling, kept from what kills the process: Keras pools every axis also by a window that is one
    cell larger than needed, and TensorFlow divides by the number of such windows, which may be 0.

    That is so where one cell comes out, or where the axis has one cell. An axis of which one cell comes out is
    reduced beforehand; one that may have one cell is doubled, which leaves the largest cell of each part as it is.
    """
    space = site.space(op.rank)
    gone = tuple(axis for axis, size in zip(space, sizes, strict=True) if size == 1)
    tensor = site.call("max", x.tensor, axis=gone, part="reduced") if gone else x.tensor
    left = [(size, before) for size, before in zip(sizes, op.space(x.shape), strict=True) if size != 1]
    factors = tuple(1 if isinstance(before, int) and before > 1 else 2 for _, before in left)
    if max(factors) > 1:
        tensor = repeated(site, tensor, factors, "doubled")
    layer = site.layer(
        f"AdaptiveMaxPooling{len(left)}D",
        output_size=tuple(size for size, _ in left),
        data_format=site.data_format,
    )
    tensor = layer(tensor)
    return site.call("expand_dims", tensor, axis=gone, part="kept") if gone else tensor


def repeated(site: Site, tensor: Any, factors: tuple[int, ...], part: str = "") -> Any:
    """Every cell of the spatial axes so many times."""
    if len(factors) == 1 and site.data_format == "channels_last":
        return site.layer("UpSampling1D", part, size=factors[0])(tensor)
    if len(factors) == 1:  # UpSampling1D knows channels_last only
        return site.call("repeat", tensor, factors[0], axis=2, part=part)
    return site.layer("UpSampling2D", part, size=factors, data_format=site.data_format)(tensor)


def global_pool(site: Site, op: GlobalPool, x: Placed) -> Placed:
    """GlobalAveragePooling and GlobalMaxPooling."""
    word = "Max" if "Max" in type(op).__name__ else "Average"
    layer = site.layer(f"Global{word}Pooling{op.rank}D", keepdims=op.keep, data_format=site.data_format)
    return Placed(layer(x.tensor), x.order if op.keep else canonical(2), op.out(x.shape))
