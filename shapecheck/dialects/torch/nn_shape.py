"""torch.nn layers that only move, pad or resample cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, NotUnderstood, Spelling
from shapecheck.dialects.per_axis import per_axis
from shapecheck.ops import resize
from shapecheck.ops.padding import Pad
from shapecheck.ops.reshaping import Flatten, Unflatten
from shapecheck.ops.unfold import Fold, Unfold

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

WINDOW = "dilation=1, padding=0, stride=1"
WINDOW_NAMES = {
    "size": "output_size",
    "kernel": "kernel_size",
    "dilation": "dilation",
    "padding": "padding",
    "stride": "stride",
}


def _flatten(arguments: Arguments) -> Op:
    return Flatten(start=arguments.integer("start_dim"), end=arguments.integer("end_dim"))


def _unflatten(arguments: Arguments) -> Op:
    sizes = arguments.sizes("unflattened_size")
    return Unflatten(axis=arguments.integer("dim"), sizes=sizes if isinstance(sizes, tuple) else (sizes,))


def _padding(rank: int, mode: str) -> Any:
    # How many axes may stand before the padded ones: PyTorch pads anything with a constant.
    lead = None if mode == "constant" else (2, 1)

    def build(arguments: Arguments) -> Op:
        given = per_axis(arguments, "padding", single=False)
        flat = given if isinstance(given, tuple) else (given,) * (2 * rank)
        if len(flat) != 2 * rank:
            raise NotUnderstood(f"padding has {len(flat)} entries for {rank} axes")
        return Pad(widths=widths_of(flat), mode=mode, lead=lead)

    return build


def widths_of(flat: tuple[Any, ...]) -> tuple[tuple[Any, Any], ...]:
    """PyTorch's flat list, the last axis first, as one pair for each axis in order."""
    return tuple((flat[place], flat[place + 1]) for place in range(len(flat) - 2, -1, -2))


def factors_of(arguments: Arguments, name: str = "scale_factor") -> Any:
    """A scale factor: numbers, for each axis or for all; unknown ones become new unknown sizes."""
    value = arguments[name]
    if isinstance(value, tuple | list):
        return tuple(arguments.fresh(name) if entry is UNKNOWN else entry for entry in value)
    return arguments.fresh(name) if value is UNKNOWN else value


def resize_of(arguments: Arguments, mode: str | None = None) -> Op:
    """The operator of `size`, `scale_factor` and `mode`."""
    size = None if arguments["size"] is None else per_axis(arguments, "size", single=False)
    factor = factors_of(arguments)
    return resize.Resize(size=size, factor=factor, mode=arguments.text("mode") if mode is None else mode)


def _upsampling(mode: str) -> Any:
    def build(arguments: Arguments) -> Op:
        return resize_of(arguments, mode)

    return build


def _shuffle(arguments: Arguments) -> Op:
    return resize.PixelShuffle(factor=arguments.size("upscale_factor"))


def _unshuffle(arguments: Arguments) -> Op:
    return resize.PixelUnshuffle(factor=arguments.size("downscale_factor"))


def _channel_shuffle(arguments: Arguments) -> Op:
    return resize.ChannelShuffle(groups=arguments.size("groups"))


def window_of(arguments: Arguments) -> dict[str, Any]:
    """The window of unfold and fold."""
    return {
        name: per_axis(arguments, WINDOW_NAMES[name]) for name in ("kernel", "dilation", "padding", "stride")
    }


def _unfold(arguments: Arguments) -> Op:
    return Unfold(**window_of(arguments), unbatched=True)


def _fold(arguments: Arguments) -> Op:
    return Fold(size=per_axis(arguments, "output_size"), **window_of(arguments))


def _row(name: str, signature: str, build: Any, names: dict[str, str]) -> Spelling:
    return Spelling(f"torch.nn.{name}", "layer", signature, build=build, names=names)


UPSAMPLING = "size=None, scale_factor=None"
RESIZE_NAMES = {"size": "size", "factor": "scale_factor", "mode": "mode"}

SPELLINGS = {
    row.name: row
    for row in (
        _row("Flatten", "start_dim=1, end_dim=-1", _flatten, {"start": "start_dim", "end": "end_dim"}),
        _row("Unflatten", "dim, unflattened_size", _unflatten, {"axis": "dim", "sizes": "unflattened_size"}),
        *(
            _row(f"{word}Pad{rank}d", "padding", _padding(rank, mode), {"widths": "padding"})
            for rank in (1, 2, 3)
            for word, mode in (
                ("Zero", "constant"),
                ("Reflection", "reflect"),
                ("Replication", "replicate"),
                ("Circular", "circular"),
            )
        ),
        *(
            _row(f"ConstantPad{rank}d", "padding, value", _padding(rank, "constant"), {"widths": "padding"})
            for rank in (1, 2, 3)
        ),
        _row(
            "Upsample",
            UPSAMPLING + ", mode='nearest', align_corners=None, recompute_scale_factor=None",
            resize_of,
            RESIZE_NAMES,
        ),
        _row("UpsamplingNearest2d", UPSAMPLING, _upsampling("nearest"), RESIZE_NAMES),
        _row("UpsamplingBilinear2d", UPSAMPLING, _upsampling("bilinear"), RESIZE_NAMES),
        _row("PixelShuffle", "upscale_factor", _shuffle, {"factor": "upscale_factor"}),
        _row("PixelUnshuffle", "downscale_factor", _unshuffle, {"factor": "downscale_factor"}),
        _row("ChannelShuffle", "groups", _channel_shuffle, {"groups": "groups"}),
        _row("Unfold", "kernel_size, " + WINDOW, _unfold, WINDOW_NAMES),
        _row("Fold", "output_size, kernel_size, " + WINDOW, _fold, WINDOW_NAMES),
    )
}
