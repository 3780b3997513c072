"""Subscripts: reading and writing items of every kind of value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import unknown as unknown_size
from shapecheck.interpret.expressions import dict_key
from shapecheck.interpret.lowering import is_argument
from shapecheck.interpret.models import model
from shapecheck.interpret.origins import Trace
from shapecheck.interpret.values import (
    Class,
    Container,
    External,
    Instance,
    Int,
    Literal,
    Mapping,
    Method,
    Native,
    Sequence,
    Slice,
    TensorValue,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Frame
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def subscript(interpreter: Interpreter, node: ast.Subscript, frame: Frame) -> Value:
    """`value[index]`."""
    value = interpreter.evaluate(node.value, frame)
    found = index(interpreter, value, interpreter.evaluate(node.slice, frame), node, frame)
    if type(found) is Unknown and interpreter.path.refinements:
        return interpreter.path.refinements.get(found.key, found)
    return found


def index(interpreter: Interpreter, value: Value, key: Value, node: ast.AST, frame: Frame) -> Value:
    """An item, a slice, or what `__getitem__` gives."""
    value, key = interpreter.resolve(value), interpreter.resolve(key)
    handler = _READERS.get(type(value))
    if handler is None:
        return interpreter.unknown("an unknown item", node)
    if isinstance(value, TensorValue) and _may_be_list(interpreter, value):
        if isinstance(key, Int):
            return interpreter.unknown("an item of an argument", node, key=("item", value.lazy, key.size))
        if isinstance(key, Slice):
            return interpreter.unknown("a slice of an argument", node)
    return handler(interpreter, value, key, node, frame)


def _may_be_list(interpreter: Interpreter, value: TensorValue) -> bool:
    """True for an argument that nothing has used as a tensor yet: `features[0]` may as well take one of a list."""
    return value.shape is None and value is interpreter.inputs.get(value.lazy or "")


def bounds_of(interpreter: Interpreter, key: Slice) -> slice | None:
    """A slice of plain integers, None where a bound is not a known number."""
    parts = [interpreter.plain(part) for part in (key.start, key.stop, key.step)]
    if all(part is None or isinstance(part, int) for part in parts) and parts[2] != 0:
        return slice(*parts)
    return None


def _of_sequence(interpreter: Interpreter, value: Sequence, key: Value, node: ast.AST, frame: Frame) -> Value:
    if isinstance(key, Slice):
        bounds = bounds_of(interpreter, key)
        if value.items is None or bounds is None:
            return Sequence(value.kind, None)
        return Sequence("size" if value.kind == "size" else value.kind, value.items[bounds])
    place = interpreter.plain(key)
    if isinstance(key, Literal) and isinstance(place, bool):
        place = int(place)
    if value.items is None:
        if value.source is not None and isinstance(place, int):
            return unknown_axis(interpreter, value.source, place, node, frame)
        return interpreter.unknown("an item of an unknown list", node)
    if isinstance(key, Sequence) and value.kind in ("tuple", "list", "size"):
        return _index_by_axes(interpreter, value, key, node, frame)
    if not isinstance(place, int):
        return _any_of(interpreter, value, node)
    if -len(value.items) <= place < len(value.items):
        item = value.items[place]
        origin = item.origin if type(item) is Int and value.kind == "size" else None
        if isinstance(origin, Trace) and origin.kind == "axis" and isinstance(item, Int):
            # What the user wrote for this size is the whole of `x.shape[1]`.
            read = Trace("axis", node, frame.source, item.size, axis=origin.axis, token=origin.token)
            return Int(item.size, read)
        return item
    if value.kind == "size" and value.source is not None:
        shape = value.source.shape
        axes = "axis" if len(value.items) == 1 else "axes"
        return interpreter.mistake(
            "SHP109",
            f"shape {shape} has no axis {place}: it has {len(value.items)} {axes}",
            node,
            frame,
            index=place,
            rank=len(value.items),
        )
    return interpreter.unknown("an item beyond the end", node)


def _index_by_axes(
    interpreter: Interpreter, value: Sequence, key: Sequence, node: ast.AST, frame: Frame
) -> Value:
    """`outputs[:, -1]` where `outputs` is no tensor but a tuple of them."""
    items = value.items or []
    what = "torch.Size" if value.kind == "size" else f"{value.kind} of {len(items)}"
    help: tuple[str, ...] = ()
    if value.kind == "tuple" and isinstance(items[0] if items else None, TensorValue):
        help = (f"take one of its entries, as in x{', _' * (len(items) - 1)} = …",)
    indices = f"{len(key.items)} indices" if key.items is not None else "a tuple"
    return interpreter.mistake("SHP120", f"cannot index a {what} with {indices}", node, frame, help=help)


def _any_of(interpreter: Interpreter, value: Sequence, node: ast.AST) -> Value:
    """An item at an unknown place: known only where all are the same."""
    from shapecheck.interpret.expressions import same

    items = value.items or []
    if items and len(items) < 16 and all(same(items[0], item) for item in items[1:]):
        return items[0]
    return interpreter.unknown("an item at an unknown place", node)


def unknown_axis(
    interpreter: Interpreter,
    tensor: TensorValue,
    place: int,
    node: ast.AST | None = None,
    frame: Frame | None = None,
) -> Value:
    """The size of one axis of a tensor of unknown rank: unknown, but the same each time it is read."""
    if tensor.sizes is None:
        tensor.sizes = {}
    size = tensor.sizes.get(place)
    if size is None:
        if tensor.lazy is not None and place == 0:
            from shapecheck.interpret.symbolic import axis_symbol

            size = axis_symbol(interpreter.path, "n", tensor.lazy)
        else:
            interpreter.path.counter += 1
            size = unknown_size(f"axis {place} @{interpreter.path.counter}")
        tensor.sizes[place] = size
    origin = None
    if node is not None and frame is not None:
        origin = Trace("axis", node, frame.source, size, axis=place)
    return Int(size, origin)


def _of_mapping(interpreter: Interpreter, value: Mapping, key: Value, node: ast.AST, frame: Frame) -> Value:
    if value.entries is None:
        return interpreter.unknown("an item of an unknown dict", node)
    known, plain = dict_key(interpreter, key)
    if not known:
        return interpreter.unknown("an item under an unknown key", node)
    found = value.entries.get(plain)
    if found is not None:
        return found
    if value.default is not None:
        made = interpreter.call(value.default, [], {}, node, frame)
        interpreter.touch(value)
        value.entries[plain] = made
        return made
    return interpreter.unknown("a missing key", node)


def _of_literal(interpreter: Interpreter, value: Literal, key: Value, node: ast.AST, frame: Frame) -> Value:
    if isinstance(value.value, str):
        place: Any = bounds_of(interpreter, key) if isinstance(key, Slice) else interpreter.plain(key)
        if isinstance(place, slice):
            return Literal(value.value[place])
        if isinstance(place, int) and -len(value.value) <= place < len(value.value):
            return Literal(value.value[place])
    return interpreter.unknown("an item of a text", node)


def _of_tensor(
    interpreter: Interpreter, value: TensorValue, key: Value, node: ast.AST, frame: Frame
) -> Value:
    from shapecheck.interpret.operating import tensor_index

    return tensor_index(interpreter, value, key, node, frame)


def _of_container(
    interpreter: Interpreter, value: Container, key: Value, node: ast.AST, frame: Frame
) -> Value:
    if value.entries is None:
        return interpreter.unknown(f"an item of a {value.kind}", node)
    if isinstance(key, Slice):
        bounds = bounds_of(interpreter, key)
        if bounds is None:
            return Container(value.kind, None)
        rows = list(value.entries.values())[bounds]
        return Container(value.kind, {str(place): row for place, row in enumerate(rows)})
    place = interpreter.plain(key)
    if isinstance(place, str) and place in value.entries:
        return value.entries[place]
    rows = list(value.entries.values())
    if isinstance(place, int) and not isinstance(place, bool) and -len(rows) <= place < len(rows):
        return rows[place]
    return interpreter.unknown(f"an item of a {value.kind}", node)


def _of_instance(interpreter: Interpreter, value: Instance, key: Value, node: ast.AST, frame: Frame) -> Value:
    if value.cls.find("__getitem__") is not None:
        return interpreter.call(
            interpreter.attribute(value, "__getitem__", node, frame), [key], {}, node, frame
        )
    if value.native is not None:
        return index(interpreter, value.native, key, node, frame)
    for base in value.cls.foreign():
        if model(f"{base}.__getitem__") is not None:
            return interpreter.call(Method(value, f"{base}.__getitem__"), [key], {}, node, frame)
    return interpreter.unknown(f"an item of {value.cls.name}", node)


def _of_type(interpreter: Interpreter, value: Value, key: Value, node: ast.AST, frame: Frame) -> Value:
    """`list[int]`, `Generic[T]`: the class itself."""
    return value


def _of_native(interpreter: Interpreter, value: Native, key: Value, node: ast.AST, frame: Frame) -> Value:
    if model(f"{value.name}.__getitem__") is not None:
        return interpreter.call(Method(value, f"{value.name}.__getitem__"), [key], {}, node, frame)
    return interpreter.unknown(f"an item of {value.name}", node)


def _of_unknown(interpreter: Interpreter, value: Unknown, key: Value, node: ast.AST, frame: Frame) -> Value:
    plain = interpreter.plain(key)
    if isinstance(plain, int | str) and is_argument(value):
        return interpreter.unknown(value.reason, node, key=("item", value.key, plain))
    return interpreter.unknown(value.reason, node)


_READERS: dict[type, Callable[..., Value]] = {
    Sequence: _of_sequence,
    Mapping: _of_mapping,
    Literal: _of_literal,
    TensorValue: _of_tensor,
    Container: _of_container,
    Instance: _of_instance,
    Class: _of_type,
    External: _of_type,
    Native: _of_native,
    Unknown: _of_unknown,
}


def set_index(
    interpreter: Interpreter, holder: Value, key: Value, new: Value, node: ast.AST, frame: Frame
) -> None:
    """`holder[key] = new`."""
    key = interpreter.resolve(key)
    interpreter.touch(holder)
    if isinstance(holder, Sequence):
        _set_in_sequence(interpreter, holder, key, new)
    elif isinstance(holder, Mapping):
        known, plain = dict_key(interpreter, key)
        if holder.entries is not None and known:
            holder.entries[plain] = new
        else:
            holder.entries = None
    elif isinstance(holder, Container):
        _set_in_container(interpreter, holder, key, new)
    elif isinstance(holder, TensorValue):
        from shapecheck.interpret.operating import tensor_assign

        tensor_assign(interpreter, holder, key, new, node, frame)
    elif isinstance(holder, Instance):
        if holder.cls.find("__setitem__") is not None:
            interpreter.call(
                interpreter.attribute(holder, "__setitem__", node, frame), [key, new], {}, node, frame
            )
        elif holder.native is not None:
            set_index(interpreter, holder.native, key, new, node, frame)


def _set_in_sequence(interpreter: Interpreter, holder: Sequence, key: Value, new: Value) -> None:
    if holder.items is None:
        return
    place = interpreter.plain(key)
    if isinstance(place, int) and -len(holder.items) <= place < len(holder.items):
        holder.items[place] = new
    elif not isinstance(place, int):
        holder.items = None


def _set_in_container(interpreter: Interpreter, holder: Container, key: Value, new: Value) -> None:
    if holder.entries is None:
        return
    place = interpreter.plain(key)
    names = list(holder.entries)
    if isinstance(place, int) and -len(names) <= place < len(names):
        holder.entries[names[place]] = new
    elif isinstance(place, str):
        holder.entries[place] = new
    else:
        holder.entries = None


HANDLERS: dict[type, Callable[..., Value]] = {ast.Subscript: subscript}
