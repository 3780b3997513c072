"""keras.layers that move, repeat or cut cells: flatten, reshape, permute, pad, crop, upsample, resize."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER, AtLeast
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.dialects.keras.layout import CALL, apply_placed, canonical, placed
from shapecheck.dialects.per_axis import pairs, per_axis
from shapecheck.dialects.rows import sizes_of
from shapecheck.ops import resize
from shapecheck.ops.base import Need, Op
from shapecheck.ops.layout import ChannelsLast
from shapecheck.ops.padding import Pad
from shapecheck.ops.reshaping import Flatten, Reshape
from shapecheck.ops.shape_moves import Permute, Unsqueeze

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.dialects.base import Arguments


def _flatten(arguments: Arguments) -> Op:
    return Flatten(start=1)


def _apply_flatten(op: Op, arguments: Arguments) -> Apply:
    x = arguments.tensor("inputs")
    if x.shape is not None and len(x.shape) == 1:
        return Apply(Unsqueeze(axes=(1,)), (x,))
    return Apply(op, (x,))


def _reshape(arguments: Arguments) -> Op:
    target = arguments["target_shape"]
    if not isinstance(target, tuple | list):
        raise NotUnderstood("target_shape is unknown")
    return Reshape(sizes=sizes_of(tuple(target), arguments, "target_shape"), keep=1)


def _permute(arguments: Arguments) -> Op:
    dims = arguments.known("dims")
    if not isinstance(dims, tuple | list) or not all(isinstance(axis, int) for axis in dims):
        raise NotUnderstood("dims are unknown")
    return Permute(axes=(0, *dims))


def _permute_limits(op: Any) -> Iterator[Need]:
    if sorted(op.axes[1:]) != list(range(1, len(op.axes))):
        yield Need(
            NEVER,
            "SHP115",
            "the permutation {dims} does not name each of the axes 1 to {count} once",
            attribute="axes",
            dims=op.axes[1:],
            count=len(op.axes) - 1,
        )


def _repeat(arguments: Arguments) -> Op:
    return resize.RepeatVector(times=arguments.size("n"))


def _cropping(rank: int) -> Any:
    op = (resize.Crop1d, resize.Crop2d, resize.Crop3d)[rank - 1]

    def build(arguments: Arguments) -> Op:
        made = op(amounts=pairs(arguments, "cropping", rank))
        return ChannelsLast(inner=made) if rank == 1 else placed(made, arguments)

    return build


def _padding(rank: int) -> Any:
    def build(arguments: Arguments) -> Op:
        return placed(Pad(widths=pairs(arguments, "padding", rank), lead=(2,)), arguments)

    return build


def _padding_limits(op: Any) -> Iterator[Need]:
    for low, high in canonical(op).widths:
        for width in (low, high):
            if not isinstance(width, int) or width < 0:
                yield Need(
                    AtLeast(width, 0),
                    "SHP120",
                    "{label} needs padding of at least 0, got {width}",
                    attribute="widths",
                    label=op.label,
                    width=width,
                )


def _upsampling(rank: int) -> Any:
    op = (resize.Upsample1d, resize.Upsample2d, resize.Upsample3d)[rank - 1]

    def build(arguments: Arguments) -> Op:
        mode = arguments.values.get("interpolation")
        made = op(factor=per_axis(arguments, "size"), mode=mode if isinstance(mode, str) else "nearest")
        return ChannelsLast(inner=made) if rank == 1 else placed(made, arguments)

    return build


def _resizing(arguments: Arguments) -> Op:
    mode = arguments["interpolation"]
    if arguments["pad_to_aspect_ratio"] is UNKNOWN:
        raise NotUnderstood("pad_to_aspect_ratio is unknown")
    size = (arguments.size("height"), arguments.size("width"))
    return placed(
        resize.Resize(size=size, mode=mode if isinstance(mode, str) else "bilinear", bound=False), arguments
    )


def _apply_resizing(op: Op, arguments: Arguments) -> Apply:
    x = arguments.tensor("data")
    if x.shape is not None and len(x.shape) == 3:
        raise NotUnderstood("one image without its batch axis")
    return Apply(op, (x,))


def _row(name: str, signature: str, build: Any, **rest: Any) -> Spelling:
    rest.setdefault("call", apply_placed)
    rest.setdefault("call_signature", CALL)
    return Spelling(f"keras.layers.{name}", "layer", signature, build=build, **rest)


RESIZING = (
    "height, width, interpolation='bilinear', crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, "
    "fill_mode='constant', fill_value=0.0, antialias=False, data_format=None, **kwargs"
)

SPELLINGS = {
    row.name: row
    for row in (
        _row("Flatten", "data_format=None, **kwargs", _flatten, call=_apply_flatten),
        _row("Reshape", "target_shape, **kwargs", _reshape, names={"sizes": "target_shape"}),
        _row("Permute", "dims, **kwargs", _permute, names={"axes": "dims"}, limits=_permute_limits),
        _row("RepeatVector", "n, **kwargs", _repeat, names={"times": "n"}),
        _row("Cropping1D", "cropping=(1, 1), **kwargs", _cropping(1), names={"amounts": "cropping"}),
        _row(
            "Cropping2D",
            "cropping=((0, 0), (0, 0)), data_format=None, **kwargs",
            _cropping(2),
            names={"amounts": "cropping"},
        ),
        _row(
            "Cropping3D",
            "cropping=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs",
            _cropping(3),
            names={"amounts": "cropping"},
        ),
        *(
            _row(
                f"ZeroPadding{rank}D",
                f"padding={default}, data_format=None, **kwargs",
                _padding(rank),
                names={"widths": "padding"},
                limits=_padding_limits,
            )
            for rank, default in ((1, "1"), (2, "(1, 1)"), (3, "((1, 1), (1, 1), (1, 1))"))
        ),
        _row("UpSampling1D", "size=2, **kwargs", _upsampling(1), names={"factor": "size"}),
        _row(
            "UpSampling2D",
            "size=(2, 2), data_format=None, interpolation='nearest', **kwargs",
            _upsampling(2),
            names={"factor": "size"},
        ),
        _row(
            "UpSampling3D",
            "size=(2, 2, 2), data_format=None, **kwargs",
            _upsampling(3),
            names={"factor": "size"},
        ),
        _row(
            "Resizing",
            RESIZING,
            _resizing,
            call=_apply_resizing,
            call_signature="data, training=True, mask=None",
        ),
    )
}
