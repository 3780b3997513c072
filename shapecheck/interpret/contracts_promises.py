"""What a contract promises, as a value: for calls whose body gives nothing that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Pattern, Shape, SizeAxis, is_unknown
from shapecheck.algebra.pattern import AnyAxis, BroadcastAxis, GroupAxis, OptionalAxis
from shapecheck.declarations import Fixed, Named, One
from shapecheck.interpret.families import family_at
from shapecheck.interpret.values import Mapping, Sequence, TensorValue, Unknown

if TYPE_CHECKING:
    from shapecheck.algebra import Binding, Size
    from shapecheck.declarations import Structure
    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def promised(
    interpreter: Interpreter, structure: Structure, binding: Binding, result: Value, frame: Frame
) -> Value:
    """The result, with what the contract knows better filled in."""
    result = interpreter.resolve(result)
    known = dict(binding.bindings)
    family = result.family if isinstance(result, TensorValue) else family_at(frame)
    return _filled(interpreter, structure, known, result, family)


def _filled(
    interpreter: Interpreter, structure: Structure, known: dict[str, Any], result: Value, family: str
) -> Value:
    if structure.optional:
        return result
    vague = isinstance(result, Unknown) or (isinstance(result, TensorValue) and result.shape is None)
    if isinstance(structure, One):
        shape = shape_of(interpreter, structure.pattern, known)
        if vague:
            return result if shape is None else TensorValue(shape, structure.pattern.dtype, family=family)
        return _sharpened(result, shape)
    if isinstance(structure, Fixed):
        if vague:
            empty = Unknown("a part of a result", ("promised", id(structure)))
            return Sequence(
                "tuple", [_filled(interpreter, item, known, empty, family) for item in structure.items]
            )
        items = result.items if isinstance(result, Sequence) and result.kind == "tuple" else None
        if items is not None and len(items) == len(structure.items):
            items[:] = [
                _filled(interpreter, item, known, entry, family)
                for item, entry in zip(structure.items, items, strict=True)
            ]
        return result
    if isinstance(structure, Named) and isinstance(result, Mapping) and result.entries is not None:
        for key, entry in structure.entries:
            if key in result.entries:
                result.entries[key] = _filled(interpreter, entry, known, result.entries[key], family)
    return result


def _sharpened(result: Value, shape: Shape | None) -> Value:
    """A tensor of which some sizes are not known, with those that the promise gives."""
    if not isinstance(result, TensorValue) or result.shape is None or shape is None:
        return result
    if len(shape) != len(result.shape):
        return result
    sizes = [
        better if _is_open(size) and not _is_open(better) else size
        for size, better in zip(result.shape, shape, strict=True)
    ]
    if all(new is old for new, old in zip(sizes, result.shape, strict=True)):
        return result
    made = TensorValue(Shape(*sizes), result.dtype, family=result.family, kind=result.kind)
    made.made_by = result.made_by
    return made


def _is_open(size: Size) -> bool:
    return not isinstance(size, int) and is_unknown(size)


def shape_of(interpreter: Interpreter, pattern: Pattern, known: dict[str, Any]) -> Shape | None:
    """The shape that a pattern stands for, new unknown sizes for names without one; None where its rank is open.

    The new sizes are added to `known`: one name is one size.
    """
    axes = []
    for axis in pattern.axes:
        if isinstance(axis, OptionalAxis) or (isinstance(axis, GroupAxis) and axis.name not in known):
            return None
        if isinstance(axis, AnyAxis | BroadcastAxis):
            axis = SizeAxis(interpreter.fresh("axis"))
        elif not isinstance(axis, GroupAxis):
            for name in axis.names:
                if name not in known:
                    known[name] = interpreter.fresh(name.strip("{}"))
        axes.append(axis)
    try:
        return Pattern(axes, low=pattern.low).shape(known)
    except ZeroDivisionError:
        return None
