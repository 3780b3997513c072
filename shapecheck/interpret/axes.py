"""Axis tokens: which axis of the data each axis of a tensor still is, followed back through the operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.values import Axis, TensorValue

if TYPE_CHECKING:
    from collections.abc import Callable


def axes_of(tensor: TensorValue) -> tuple[Axis, ...]:
    """The tokens of a tensor's axes; a tensor that no operator made has new ones."""
    chain: list[TensorValue] = []
    pending = [tensor]
    # Worked off in order of need, without recursion: networks are deep.
    while pending:
        current = pending[-1]
        if current._axes is not None:
            pending.pop()
            continue
        inputs = _inputs(current)
        missing = [entry for entry in inputs if entry._axes is None]
        if missing and current not in chain:
            chain.append(current)
            pending.extend(missing)
            continue
        current._axes = _tokens(current, inputs)
        pending.pop()
    assert tensor._axes is not None
    return tensor._axes


def _inputs(tensor: TensorValue) -> list[TensorValue]:
    if tensor.made_by is None:
        return []
    return [
        entry for entry in tensor.made_by[1] if isinstance(entry, TensorValue) and entry.shape is not None
    ]


def _tokens(tensor: TensorValue, inputs: list[TensorValue]) -> tuple[Axis, ...]:
    rank = len(tensor.shape or ())
    if tensor.made_by is None:
        return tuple(Axis() for _ in range(rank))
    op, given, _ = tensor.made_by
    find: Callable[..., object] = op.moves
    try:
        moves = find(*(entry.shape if isinstance(entry, TensorValue) else None for entry in given))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        moves = None  # where axes come from is a courtesy: without it they are new
    if not isinstance(moves, tuple) or len(moves) != rank:
        return tuple(Axis() for _ in range(rank))
    found = []
    for pairs in moves:
        token = None
        if len(pairs) == 1:
            index, axis = pairs[0]
            source = given[index] if index < len(given) else None
            if isinstance(source, TensorValue) and source._axes is not None and axis < len(source._axes):
                token = source._axes[axis]
        found.append(token or Axis())
    return tuple(found)
