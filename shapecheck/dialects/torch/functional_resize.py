"""torch.nn.functional: resampling, shuffling and windows as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import Apply, Spelling
from shapecheck.dialects.per_axis import per_axis
from shapecheck.dialects.torch.nn_shape import WINDOW, resize_of, window_of
from shapecheck.ops import resize
from shapecheck.ops.unfold import Fold, Unfold

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.dialects.base import Arguments

    Call = Callable[[Any, Arguments], Any]


def _interpolate(_: Any, arguments: Arguments) -> Apply:
    return Apply(resize_of(arguments), (arguments.tensor("input"),))


def _upsample(mode: str) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        return Apply(resize_of(arguments, mode), (arguments.tensor("input"),))

    return call


def _shuffle(_: Any, arguments: Arguments) -> Apply:
    return Apply(resize.PixelShuffle(factor=arguments.size("upscale_factor")), (arguments.tensor("input"),))


def _unshuffle(_: Any, arguments: Arguments) -> Apply:
    return Apply(
        resize.PixelUnshuffle(factor=arguments.size("downscale_factor")), (arguments.tensor("input"),)
    )


def _channel_shuffle(_: Any, arguments: Arguments) -> Apply:
    return Apply(resize.ChannelShuffle(groups=arguments.size("groups")), (arguments.tensor("input"),))


def _unfold(_: Any, arguments: Arguments) -> Apply:
    return Apply(Unfold(**window_of(arguments), unbatched=True), (arguments.tensor("input"),))


def _fold(_: Any, arguments: Arguments) -> Apply:
    made = Fold(size=per_axis(arguments, "output_size"), **window_of(arguments))
    return Apply(made, (arguments.tensor("input"),))


ROWS: dict[str, tuple[str, Call]] = {
    "interpolate": (
        "input, size=None, scale_factor=None, mode='nearest', align_corners=None, "
        "recompute_scale_factor=None, "
        "antialias=False",
        _interpolate,
    ),
    "upsample": ("input, size=None, scale_factor=None, mode='nearest', align_corners=None", _interpolate),
    "upsample_nearest": ("input, size=None, scale_factor=None", _upsample("nearest")),
    "upsample_bilinear": ("input, size=None, scale_factor=None", _upsample("bilinear")),
    "pixel_shuffle": ("input, upscale_factor", _shuffle),
    "pixel_unshuffle": ("input, downscale_factor", _unshuffle),
    "channel_shuffle": ("input, groups", _channel_shuffle),
    "unfold": ("input, kernel_size, " + WINDOW, _unfold),
    "fold": ("input, output_size, kernel_size, " + WINDOW, _fold),
}

SPELLINGS = {
    f"torch.nn.functional.{name}": Spelling(f"torch.nn.functional.{name}", "function", signature, call=call)
    for name, (signature, call) in ROWS.items()
}
