"""keras.layers pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import NEVER
from shapecheck.dialects.base import NotUnderstood, Spelling
from shapecheck.dialects.keras.layers_conv import rule
from shapecheck.dialects.keras.layout import CALL, apply_placed, canonical, placed
from shapecheck.dialects.per_axis import per_axis
from shapecheck.ops import adaptive, pool
from shapecheck.ops.base import Need, Op

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.dialects.base import Arguments

REST = "strides=None, padding='valid', data_format=None, name=None, **kwargs"
NAMES = {
    "kernel": "pool_size",
    "stride": "strides",
    "padding": "padding",
    "keep": "keepdims",
    "size": "output_size",
}


def _limits(op: Op) -> Iterator[Need]:
    padding = canonical(op).padding
    if padding not in ("valid", "same"):
        yield Need(
            NEVER,
            "SHP120",
            "{label} knows the paddings 'valid' and 'same', got {padding!r}",
            attribute="padding",
            label=op.label,
            padding=padding,
        )


def _row(name: str, signature: str, build: Any, limits: Any = None) -> Spelling:
    return Spelling(
        f"keras.layers.{name}",
        "layer",
        signature,
        build=build,
        call=apply_placed,
        call_signature=CALL,
        names=NAMES,
        limits=limits,
    )


def _pool(word: str, short: str, rank: int, op: type[pool.Pool]) -> list[Spelling]:
    def build(arguments: Arguments) -> Op:
        made = op(
            kernel=per_axis(arguments, "pool_size", single=False),
            stride=per_axis(arguments, "strides", single=False),
            padding=rule(arguments),
            **({"count_padding": False} if issubclass(op, pool.AvgPool) else {}),
        )
        return placed(made, arguments)

    size = "pool_size" if word == "Average" else f"pool_size={2 if rank == 1 else (2,) * rank}"
    signature = f"{size}, {REST}"
    return [
        _row(name, signature, build, _limits) for name in (f"{word}Pooling{rank}D", f"{short}Pool{rank}D")
    ]


def _global(word: str, short: str, rank: int, op: type[adaptive.GlobalPool]) -> list[Spelling]:
    def build(arguments: Arguments) -> Op:
        return placed(op(keep=arguments.flag("keepdims")), arguments)

    signature = "data_format=None, keepdims=False, **kwargs"
    names = (f"Global{word}Pooling{rank}D", f"Global{short}Pool{rank}D")
    return [_row(name, signature, build) for name in names]


def _adaptive(word: str, rank: int, op: type[adaptive.AdaptivePool]) -> list[Spelling]:
    def build(arguments: Arguments) -> Op:
        size = per_axis(arguments, "output_size", single=False)
        if size is None:
            raise NotUnderstood("output_size is None")
        return placed(op(size=size), arguments)

    signature = "output_size, data_format=None, **kwargs"
    return [_row(f"Adaptive{word}Pooling{rank}D", signature, build)]


MAX = (pool.MaxPool1d, pool.MaxPool2d, pool.MaxPool3d)
AVERAGE = (pool.AvgPool1d, pool.AvgPool2d, pool.AvgPool3d)
GLOBAL_MAX = (adaptive.GlobalMaxPool1d, adaptive.GlobalMaxPool2d, adaptive.GlobalMaxPool3d)
GLOBAL_AVERAGE = (adaptive.GlobalAvgPool1d, adaptive.GlobalAvgPool2d, adaptive.GlobalAvgPool3d)
ADAPTIVE_MAX = (adaptive.AdaptiveMaxPool1d, adaptive.AdaptiveMaxPool2d, adaptive.AdaptiveMaxPool3d)
ADAPTIVE_AVERAGE = (adaptive.AdaptiveAvgPool1d, adaptive.AdaptiveAvgPool2d, adaptive.AdaptiveAvgPool3d)

SPELLINGS = {
    row.name: row
    for rank in (1, 2, 3)
    for rows in (
        _pool("Max", "Max", rank, MAX[rank - 1]),
        _pool("Average", "Avg", rank, AVERAGE[rank - 1]),
        _global("Max", "Max", rank, GLOBAL_MAX[rank - 1]),
        _global("Average", "Avg", rank, GLOBAL_AVERAGE[rank - 1]),
        _adaptive("Max", rank, ADAPTIVE_MAX[rank - 1]),
        _adaptive("Average", rank, ADAPTIVE_AVERAGE[rank - 1]),
    )
    for row in rows
}
