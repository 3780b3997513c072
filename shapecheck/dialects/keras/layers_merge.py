"""keras.layers that merge several tensors, and their functional forms in lower case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import Apply, NotUnderstood, Spelling
from shapecheck.ops.activation import Identity
from shapecheck.ops.joining import Concat
from shapecheck.ops.merge import Dot, Merge

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

CALL = "inputs, training=None, mask=None"


def _apply(op: Op, arguments: Arguments) -> Apply:
    tensors = arguments.tensors("inputs")
    if not tensors:
        raise NotUnderstood("no tensors to merge")
    if isinstance(op, Dot) and len(tensors) != 2:
        raise NotUnderstood("Dot merges two tensors")
    if isinstance(op, Concat) and len(tensors) == 1 and tensors[0].shape != () and op.axis >= 0:
        return Apply(Identity(), tensors)  # Keras does not look whether the axis is there
    return Apply(op, tensors)


def _concatenate(arguments: Arguments) -> Op:
    return Concat(axis=arguments.integer("axis"))


def _dot(arguments: Arguments) -> Op:
    axes = arguments.known("axes")
    return Dot(axes=tuple(axes) if isinstance(axes, tuple | list) else arguments.integer("axes"))


def _merge(name: str) -> Callable[[Arguments], Op]:
    def build(arguments: Arguments) -> Op:
        return Merge(name)

    return build


def _both(
    layer: str, function: str, params: str, function_params: str, build: Any, names: dict[str, str]
) -> list[Spelling]:
    def call(_: Any, arguments: Arguments) -> Apply:
        return _apply(build(arguments), arguments)

    return [
        Spelling(
            f"keras.layers.{layer}",
            "layer",
            params,
            build=build,
            call=_apply,
            call_signature=CALL,
            names=names,
        ),
        Spelling(
            f"keras.layers.{function}", "function", f"inputs, {function_params}", call=call, names=names
        ),
    ]


SPELLINGS = {
    row.name: row
    for rows in (
        *(
            _both(name.capitalize(), name, "**kwargs", "**kwargs", _merge(name), {})
            for name in ("add", "subtract", "multiply", "average", "maximum", "minimum")
        ),
        _both(
            "Concatenate",
            "concatenate",
            "axis=-1, **kwargs",
            "axis=-1, **kwargs",
            _concatenate,
            {"axis": "axis"},
        ),
        _both("Dot", "dot", "axes, normalize=False, **kwargs", "axes=-1, **kwargs", _dot, {"axes": "axes"}),
    )
    for row in rows
}
