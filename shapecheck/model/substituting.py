"""Operators with numbers in the place of symbols, and with lists as tuples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim, Shape, substitute
from shapecheck.ops.base import Op

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def mapped(function: Callable[[Any], Any], value: Any) -> Any:
    """The value with the function applied to its leaves: through tuples, lists, named tuples and operators."""
    if isinstance(value, Op):
        changes = {name: mapped(function, each) for name, each in value.__dict__.items()}
        same = all(changes[name] is each for name, each in value.__dict__.items())
        return value if same else value.replace(**changes)
    if isinstance(value, Shape):
        return Shape.of(mapped(function, each) for each in value)
    if isinstance(value, list | tuple):
        parts = tuple(mapped(function, each) for each in value)
        if isinstance(value, tuple) and all(new is old for new, old in zip(parts, value, strict=True)):
            return value
        return type(value)(*parts) if hasattr(value, "_fields") else parts
    return function(value)


def substituted(op: Op, values: Mapping[str, int]) -> Op:
    """The operator with every symbol of these names replaced in its attributes."""
    made: Op = mapped(lambda leaf: substitute(leaf, values) if isinstance(leaf, Dim) else leaf, op)
    return made


def plain(op: Op) -> Op:
    """The operator with tuples for lists and numbers for numpy's scalars, so that equal ones compare and hash alike."""
    made: Op = mapped(_plain_leaf, op)
    return made


def _plain_leaf(leaf: Any) -> Any:
    if isinstance(leaf, bool | int | float | str | Dim) or not hasattr(leaf, "item"):
        return leaf
    return leaf.item()
