"""What goes into a model: shapes from patterns, and numbers for their symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.algebra import (
    AnyAxis,
    BroadcastAxis,
    GroupAxis,
    OptionalAxis,
    Pattern,
    Shape,
    SizeAxis,
)
from shapecheck.model.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecheck.algebra import Binding

_OPEN = {
    AnyAxis: "has no name",
    GroupAxis: "stands for any number of axes",
    OptionalAxis: "may be absent",
    BroadcastAxis: "may have either of two sizes",
}


def input_shape(pattern: Pattern) -> Shape:
    """The symbolic shape that an input's pattern describes; ModelError where it leaves something open."""
    for axis in pattern.axes:
        for kind, words in _OPEN.items():
            if isinstance(axis, kind):
                raise ModelError(
                    f"an input says the name or size of each of its axes, {axis} in {str(pattern)!r} {words}"
                )
        for name in axis.names:
            if name.startswith("{"):
                raise ModelError(f"an input has no attributes to take {name} in {str(pattern)!r} from")
    shape = pattern.shape({})
    if 0 in shape:
        raise ModelError(f"an input without elements: {str(pattern)!r} has a size of 0")
    return shape


def checked_dims(dims: Mapping[str, int], symbols: Sequence[str]) -> dict[str, int]:
    """The numbers for symbols; ModelError where one is no symbol of the model, or no size."""
    values = {}
    for name, value in dims.items():
        if name not in symbols:
            known = ", ".join(symbols) or "none"
            raise ModelError(f"the model has no symbol {name!r}; its symbols are {known}")
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise ModelError(f"{name} is a whole number, got {value!r}")
        values[name] = value.__index__()
        if values[name] < 1:
            raise ModelError(f"{name} is at least 1, got {values[name]}")
    return values


def concrete_sizes(
    patterns: Mapping[str, Pattern], declared: Mapping[str, Shape], given: Mapping[str, tuple[int, ...]]
) -> dict[str, int]:
    """The number of each symbol; ModelError names the input that does not fit its pattern."""
    for name in given:
        if name not in declared:
            raise ModelError(f"the model has no input {name!r}; its inputs are {', '.join(declared)}")
    binding: Binding | None = None
    for name, shape in declared.items():
        if name not in given:
            raise ModelError(f"the input {name!r} of shape {shape} is missing")
        pattern = Pattern([SizeAxis(size) for size in shape], constraints=patterns[name].constraints)
        binding = pattern.bind(given[name], binding, label=name)
        if binding.failures:
            raise ModelError(
                f"the input {name!r} expects {shape}, got {Shape.of(given[name])}: {binding.failures[0]}"
            )
    assert binding is not None  # a graph has an input
    return {name: size for name, size in binding.sizes().items() if isinstance(size, int)}
