"""Layers of maps: operators on (n, c, space…), drawn such that they fit the map that arrives."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from shapecheck import ops
from shapecheck.algebra import Proof
from shapecheck.ops.window import fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Shape
    from shapecheck.ops.base import Op

    Layer = Callable[[st.DrawFn, Shape], Any]

# Smooth ones first; those with a kink at 0 are no harder to compare, but their gradients jump there.
ACTIVATIONS: tuple[Callable[[], Op], ...] = (
    ops.Tanh,
    ops.ReLU,
    ops.Sigmoid,
    ops.SiLU,
    ops.GELU,
    ops.ELU,
    ops.SELU,
    ops.Softplus,
    ops.LeakyReLU,
)


FEWEST = 3


def divisors(number: int) -> list[int]:
    """All numbers that divide this one, 1 first."""
    return [each for each in range(1, number + 1) if number % each == 0]


def made(family: str, rank: int, *values: Any, **attributes: Any) -> Op:
    """The operator of this family for so many spatial axes: a Conv2d for "Conv" and 2."""
    operator: type[Op] = getattr(ops, f"{family}{rank}d")
    return operator(*values, **attributes)


def varied(draw: st.DrawFn) -> bool:
    """Whether options are drawn at all: a plain layer takes the fewest choices, so that shrinking ends with it."""
    return draw(st.integers(0, 3)) > 0


def activation(draw: st.DrawFn, x: Shape) -> Op:
    """A function of each element."""
    function = draw(st.sampled_from(ACTIVATIONS))
    return function()


def fitting_padding(draw: st.DrawFn, rank: int, *, rules: tuple[str, ...]) -> Any:
    """A rule, a number, or low and high ends for each axis."""
    kind = draw(st.sampled_from(("number", "rule", "ends")))
    if kind == "rule":
        return draw(st.sampled_from(rules))
    if kind == "number":
        return draw(st.integers(0, 2))
    ends = st.tuples(st.integers(0, 2), st.integers(0, 1))
    return tuple(draw(ends) for _ in range(rank))


def fitting_kernel(
    draw: st.DrawFn, space: tuple[int, ...], padding: Any, dilation: int, most: int = 3
) -> int:
    """The side of a square kernel that fits on every axis."""
    each = padding if isinstance(padding, tuple) else (padding,) * len(space)
    axes = list(zip(space, each, strict=True))
    claims = {
        kernel: [fits(size, kernel, ends, dilation) for size, ends in axes] for kernel in range(1, most + 1)
    }
    allowed = [
        kernel
        for kernel, found in claims.items()
        if all(claim is None or claim.proof() is Proof.YES for claim in found)
    ]
    # Kernels of 1 hide every mistake of order and padding: the last, largest one is as likely as all others.
    return draw(st.sampled_from(allowed) | st.just(allowed[-1]))


def steps(draw: st.DrawFn) -> tuple[int, int]:
    """Stride and dilation; not both at once, which Keras refuses."""
    stride = draw(st.integers(1, 3))
    return stride, draw(st.integers(1, 2)) if stride == 1 else 1


def convolution(draw: st.DrawFn, x: Shape) -> Op:
    """A convolution: groups, strides, dilations, every padding."""
    channels, *space = (int(size) for size in x[1:])
    rank = len(space)
    if not varied(draw):
        return made("Conv", rank, 2, 3, padding="same")
    groups = draw(st.sampled_from(divisors(channels)))
    filters = groups * draw(st.integers(1, 4))
    stride, dilation = steps(draw)
    rules = ("same", "valid", "causal") if rank == 1 else ("same", "valid")
    padding = fitting_padding(draw, rank, rules=rules)
    kernel = fitting_kernel(draw, tuple(space), padding, dilation)
    mode = "zeros"
    if not isinstance(padding, str):
        modes = ["zeros", "replicate"]
        largest = max(
            size for each in (padding if isinstance(padding, tuple) else (padding,)) for size in _ends(each)
        )
        if largest < min(space):
            modes += ["reflect", "circular"]
        mode = draw(st.sampled_from(modes))
    return made(
        "Conv",
        rank,
        filters,
        kernel,
        stride=stride,
        dilation=dilation,
        padding=padding,
        groups=groups,
        mode=mode,
        bias=draw(_flag),
    )


_flag = st.sampled_from((True, False))


def _ends(padding: Any) -> tuple[int, ...]:
    return padding if isinstance(padding, tuple) else (padding,)


def depthwise(draw: st.DrawFn, x: Shape) -> Op:
    """A convolution of every channel by itself, or a separable one."""
    space = tuple(int(size) for size in x[2:])
    if not varied(draw):
        return made("DepthwiseConv", len(space), 3, padding="same")
    stride, dilation = steps(draw)
    padding = draw(st.sampled_from(("valid", "same", 1)))
    kernel = fitting_kernel(draw, space, padding, dilation)
    options = {"stride": stride, "dilation": dilation, "padding": padding, "bias": draw(_flag)}
    multiplier = draw(st.integers(1, 2))
    if draw(st.booleans()):
        filters = draw(st.integers(1, 4))
        return made("SeparableConv", len(space), filters, kernel, multiplier=multiplier, **options)
    return made("DepthwiseConv", len(space), kernel, multiplier=multiplier, **options)


def transposed(draw: st.DrawFn, x: Shape) -> Op:
    """A transposed convolution whose output is no larger than a few dozen cells."""
    channels = int(x[1])
    groups = draw(st.sampled_from(divisors(channels)))
    kernel, stride = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    padding: Any = draw(st.sampled_from((*range((kernel - 1) // 2 + 1), "same", "valid")))
    options = {"stride": stride, "padding": padding, "groups": groups, "bias": draw(_flag)}
    if not isinstance(padding, str):
        options["extra"] = draw(st.sampled_from((None, stride - 1)))
    return made("ConvTranspose", len(x) - 2, groups * draw(st.integers(1, 3)), kernel, **options)


def pool(draw: st.DrawFn, x: Shape) -> Op:
    """A maximum or a mean of windows."""
    space = tuple(int(size) for size in x[2:])
    family = draw(st.sampled_from(("MaxPool", "AvgPool")))
    if not varied(draw):
        return made(family, len(space), 2, padding="same")
    kernel = fitting_kernel(draw, space, 0, 1)
    padding = draw(st.sampled_from((0, "same", kernel // 2)))
    stride = draw(st.sampled_from((None, 1, 2)))
    options: dict[str, Any] = {"padding": padding, "stride": stride}
    if padding != "same":
        options["ceil"] = draw(st.booleans())
    if family == "AvgPool":
        options["count_padding"] = draw(_flag) if padding != "same" else False
    return made(family, len(space), kernel, **options)


def adaptive(draw: st.DrawFn, x: Shape) -> Op:
    """A pool of a given number of cells; a map stays a map."""
    family = draw(st.sampled_from(("AdaptiveAvgPool", "AdaptiveMaxPool")))
    return made(family, len(x) - 2, draw(st.integers(1, min(int(size) for size in x[2:]))))


def whole(draw: st.DrawFn, x: Shape) -> Op:
    """A pool of the whole map that keeps its axes."""
    family = draw(st.sampled_from(("GlobalAvgPool", "GlobalMaxPool")))
    return made(family, len(x) - 2, keep=True)


def norm(draw: st.DrawFn, x: Shape) -> Op:
    """A normalisation over the batch, groups of channels, single channels, or the last axis."""
    channels, rank = int(x[1]), len(x) - 2
    kinds = ["BatchNorm", "any"]
    # What is normalised alone becomes 0, and of two one is the other's negative: nothing before them would show.
    if int(x[2:].size) >= FEWEST:
        kinds += ["GroupNorm", "InstanceNorm"]
    if int(x[-1]) >= FEWEST:
        kinds.append("LayerNorm")
    kind = draw(st.sampled_from(kinds))
    options: dict[str, Any] = {}
    if varied(draw):
        options = {"epsilon": draw(st.sampled_from((1e-5, 1e-3))), "affine": draw(_flag), "bias": draw(_flag)}
    if kind == "GroupNorm":
        return ops.GroupNorm(draw(st.sampled_from(divisors(channels))), **options)
    if kind == "LayerNorm":
        return ops.LayerNorm(axes=draw(st.sampled_from(((-1,), (-2, -1)))) if rank > 1 else (-1,), **options)
    if kind == "InstanceNorm":
        return made(kind, rank, **options)
    return ops.BatchNorm(**options) if kind == "any" else made(kind, rank, **options)


def slopes(draw: st.DrawFn, x: Shape) -> Op:
    """A learned slope, for all channels or for each."""
    return ops.PReLU(draw(st.sampled_from((1, int(x[1])))))


def dropout(draw: st.DrawFn, x: Shape) -> Op:
    """Dropout, or nothing at all."""
    return draw(st.sampled_from((ops.Dropout(0.25), ops.Identity(), ops.Dropout(0.5, whole_channels=True))))


def padded(draw: st.DrawFn, x: Shape) -> Op:
    """Cells around the map."""
    ends = st.tuples(st.integers(0, 2), st.integers(0, 2))
    widths = tuple(draw(ends) for _ in x[2:])
    modes = ["constant", "replicate"]
    if all(max(pair) < int(size) for pair, size in zip(widths, x[2:], strict=True)):
        modes.append("reflect")
    return ops.Pad(widths, mode=draw(st.sampled_from(modes)))


def upsampled(draw: st.DrawFn, x: Shape) -> Op:
    """Twice as many cells on each axis."""
    rank = len(x) - 2
    modes = ("nearest", "linear") if rank == 1 else ("nearest", "bilinear")
    return made("Upsample", rank, 2, mode=draw(st.sampled_from(modes)))


def residual(draw: st.DrawFn, x: Shape) -> Any:
    """A block beside which the input goes on, past a 1x1 convolution where channels or strides change."""
    channels, rank = int(x[1]), len(x) - 2
    conv = partial(made, "Conv", rank)
    if draw(st.booleans()):
        filters, stride = draw(st.integers(1, 4)), draw(st.integers(1, 2))
        main = [conv(filters, 3, padding="same", stride=stride), activation(draw, x)]
        return ops.Residual(main, shortcut=conv(filters, 1, stride=stride, padding="same"))
    join = draw(st.sampled_from(("add", "multiply", "maximum", "concat")))
    return ops.Residual([conv(channels, 3, padding="same"), activation(draw, x)], join=join)


def parallel(draw: st.DrawFn, x: Shape) -> Any:
    """Two branches, joined."""
    channels, rank = int(x[1]), len(x) - 2
    conv = partial(made, "Conv", rank)
    join = draw(st.sampled_from(("concat", "add", "subtract", "stack")))
    left = draw(st.integers(1, 3))
    right = draw(st.integers(1, 3)) if join == "concat" else left
    branches = [[conv(left, 1)], [conv(right, 3, padding="same"), activation(draw, x)]]
    if join == "concat" and draw(st.booleans()):
        branches.append([])
    # Stacked maps would have an axis more: it is merged into the channels again.
    if join != "stack":
        return ops.Parallel(*branches, join=join)
    names = " ".join(("c", "h", "w", "d")[: rank + 1])
    merged = names.replace("c", "(s c)")
    return (
        [ops.Parallel(*branches, join="stack"), ops.Rearrange(f"n s {names} -> n {merged}")]
        if channels
        else []
    )


def layers_for(x: Shape) -> list[Layer]:
    """What can be drawn for a map of this shape, the simplest first."""
    rank = len(x) - 2
    usual: list[Layer] = [activation, convolution, pool, norm]
    found: list[Layer] = [*usual, convolution, pool, norm, dropout, slopes, residual, parallel, padded]
    if rank < 3:
        found += [depthwise, adaptive, depthwise]
    found.append(whole)
    if max(int(size) for size in x[2:]) <= 8:
        found.append(transposed)
        if rank < 3:
            found.append(upsampled)
    return found
