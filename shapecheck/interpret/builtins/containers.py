"""The constructors list, tuple, set, dict, slice and the methods of lists and tuples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.iteration import in_order
from shapecheck.interpret.builtins.reading import (
    certain_key,
    closed,
    computed,
    elements,
    forget,
    integer,
    key_of,
    unknown,
)
from shapecheck.interpret.limits import together
from shapecheck.interpret.values import NONE, Int, Literal, Mapping, Sequence, Slice, Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def sequence_maker(kind: str) -> Callable[[Interpreter, Call], Value]:
    """The model of `list(values)` or `tuple(values)`."""

    def make(interpreter: Interpreter, call: Call) -> Value:
        if not call.arguments and not call.open:
            return Sequence(kind, [])
        values = None if call.open else elements(interpreter, call, call.argument(0))
        return Sequence(kind, None if values is None else list(values))

    return make


def distinct(interpreter: Interpreter, values: list[Value]) -> list[Value] | None:
    """The values without repetitions, None where it is not known which are equal."""
    found: dict[Any, Value] = {}
    for value in values:
        key = key_of(interpreter, value)
        if not certain_key(key):
            return None
        found.setdefault(key, value)
    return list(found.values())


def make_set(interpreter: Interpreter, call: Call) -> Value:
    """`set(values)` or `frozenset(values)`; its elements stay in the order of their first appearance."""
    if not call.arguments and not call.open:
        return Sequence("set", [])
    values = None if call.open else elements(interpreter, call, call.argument(0))
    return Sequence("set", None if values is None else distinct(interpreter, values))


def make_slice(interpreter: Interpreter, call: Call) -> Value:
    """`slice(stop)`, `slice(start, stop, step)`."""
    if not 1 <= len(call.arguments) <= 3:
        return unknown(interpreter, call)
    if len(call.arguments) == 1:
        return Slice(NONE, call.arguments[0], NONE)
    step = call.arguments[2] if len(call.arguments) == 3 else NONE
    return Slice(call.arguments[0], call.arguments[1], step)


def pairs(interpreter: Interpreter, call: Call, value: Value) -> dict[Any, Value] | None:
    """The entries that a mapping or an iterable of pairs gives to a dict, None where they are not known."""
    if isinstance(value, Mapping):
        return None if value.entries is None else dict(value.entries)
    rows = elements(interpreter, call, value)
    if rows is None:
        return None
    found: dict[Any, Value] = {}
    for row in rows:
        pair = elements(interpreter, call, row)
        if pair is None or len(pair) != 2:
            return None
        key = key_of(interpreter, pair[0])
        if not certain_key(key):
            return None
        found[key] = pair[1]
    return found


def make_dict(interpreter: Interpreter, call: Call) -> Value:
    """`dict(mapping_or_pairs, **entries)`."""
    entries: dict[Any, Value] | None = {}
    if call.arguments:
        entries = pairs(interpreter, call, call.arguments[0])
    if entries is None or call.open:
        return Mapping(None)
    entries.update(call.keywords)
    return Mapping(entries)


def _receiver(interpreter: Interpreter, call: Call) -> Sequence | None:
    """The list that a method changes, None where its elements are not known (then nothing changes)."""
    value = call.receiver
    if not isinstance(value, Sequence):
        return None
    if call.open:
        forget(interpreter, value)
    interpreter.touch(value)
    return None if value.items is None else value


def append(interpreter: Interpreter, call: Call) -> Value:
    """`list.append(value)`."""
    target = _receiver(interpreter, call)
    if target is not None and target.items is not None and call.arguments:
        target.items.append(call.arguments[0])
    return NONE


def append_left(interpreter: Interpreter, call: Call) -> Value:
    """`deque.appendleft(value)`."""
    target = _receiver(interpreter, call)
    if target is not None and target.items is not None and call.arguments:
        target.items.insert(0, call.arguments[0])
    return NONE


def extend(interpreter: Interpreter, call: Call) -> Value:
    """`list.extend(values)`."""
    target = _receiver(interpreter, call)
    values = elements(interpreter, call, call.argument(0))
    if target is not None and target.items is not None:
        target.items = together(target.items, values)
    return NONE


def extend_left(interpreter: Interpreter, call: Call) -> Value:
    """`deque.extendleft(values)`: each value goes in front of the one before."""
    target = _receiver(interpreter, call)
    values = elements(interpreter, call, call.argument(0))
    if target is not None and target.items is not None:
        target.items = None if values is None else together(values[::-1], target.items)
    return NONE


def insert(interpreter: Interpreter, call: Call) -> Value:
    """`list.insert(index, value)`."""
    target = _receiver(interpreter, call)
    if target is None or target.items is None:
        return NONE
    index = integer(interpreter, call.argument(0))
    if index is None or len(call.arguments) < 2:
        target.items = None
    else:
        target.items.insert(index, call.arguments[1])
    return NONE


def pop(interpreter: Interpreter, call: Call) -> Value:
    """`list.pop(index)`; of an empty list it raises, and nothing is known."""
    target = _receiver(interpreter, call)
    if target is None or target.items is None:
        return unknown(interpreter, call)
    given = call.argument(0)
    index = (0 if call.name.endswith("popleft") else -1) if given is None else integer(interpreter, given)
    if index is None or not -len(target.items) <= index < len(target.items):
        target.items = None
        return unknown(interpreter, call)
    return target.items.pop(index)


def remove(interpreter: Interpreter, call: Call) -> Value:
    """`list.remove(value)`."""
    target = _receiver(interpreter, call)
    if target is None or target.items is None:
        return NONE
    index = _position(interpreter, target.items, call.argument(0))
    if index is None:
        target.items = None
    else:
        del target.items[index]
    return NONE


def _position(interpreter: Interpreter, items: list[Value], wanted: Value | None) -> int | None:
    """The first index of a value, None where it is not certain."""
    if wanted is None:
        return None
    for index, item in enumerate(items):
        if item is wanted:
            return index
        key = key_of(interpreter, item)
        mark = key_of(interpreter, wanted)
        if not certain_key(key) or not certain_key(mark):
            return None
        if key == mark:
            return index
    return None


def index_of(interpreter: Interpreter, call: Call) -> Value:
    """`list.index(value)`."""
    items = call.receiver.items if isinstance(call.receiver, Sequence) else None
    if items is None or len(call.arguments) != 1:
        return unknown(interpreter, call, "int")
    index = _position(interpreter, items, call.arguments[0])
    return unknown(interpreter, call, "int") if index is None else Int(index)


def occurrences(interpreter: Interpreter, call: Call) -> Value:
    """`list.count(value)`."""
    items = call.receiver.items if isinstance(call.receiver, Sequence) else None
    if items is None or not call.arguments:
        return unknown(interpreter, call, "int")
    mark = key_of(interpreter, call.arguments[0])
    keys = [key_of(interpreter, item) for item in items]
    if not all(certain_key(key) for key in [mark, *keys]):
        return unknown(interpreter, call, "int")
    return Int(keys.count(mark))


def reverse(interpreter: Interpreter, call: Call) -> Value:
    """`list.reverse()`."""
    target = _receiver(interpreter, call)
    if target is not None and target.items is not None:
        target.items.reverse()
    return NONE


def sort(interpreter: Interpreter, call: Call) -> Value:
    """`list.sort()`."""
    target = _receiver(interpreter, call)
    if target is not None and target.items is not None:
        target.items = in_order(interpreter, call, target.items)
    return NONE


def clear(interpreter: Interpreter, call: Call) -> Value:
    """`list.clear()`."""
    target = call.receiver
    if isinstance(target, Sequence):
        interpreter.touch(target)
        target.items = []
    return NONE


def copy(interpreter: Interpreter, call: Call) -> Value:
    """`list.copy()`."""
    target = call.receiver
    if not isinstance(target, Sequence):
        return unknown(interpreter, call)
    return Sequence(target.kind, None if target.items is None else list(target.items))


def rotate(interpreter: Interpreter, call: Call) -> Value:
    """`deque.rotate(n)`."""
    target = _receiver(interpreter, call)
    given = call.argument(0)
    by = 1 if given is None else integer(interpreter, given)
    if target is not None and target.items:
        split = None if by is None else -by % len(target.items)
        target.items = None if split is None else [*target.items[split:], *target.items[:split]]
    return NONE


def contains(interpreter: Interpreter, call: Call) -> Value:
    """`x in values`, asked by name."""
    items = call.receiver.items if isinstance(call.receiver, Sequence) else None
    if items is None or not call.arguments:
        return unknown(interpreter, call, "bool")
    if _position(interpreter, items, call.arguments[0]) is not None:
        return Literal(True)
    keys = [key_of(interpreter, item) for item in [call.arguments[0], *items]]
    return Literal(False) if all(certain_key(key) for key in keys) else unknown(interpreter, call, "bool")


def item_count(interpreter: Interpreter, call: Call) -> Value:
    """`values.__len__()`."""
    items = call.receiver.items if isinstance(call.receiver, Sequence) else None
    return unknown(interpreter, call, "int") if items is None else computed(call, len(items))


_LIST = {
    "append": append,
    "extend": extend,
    "insert": insert,
    "pop": pop,
    "remove": remove,
    "reverse": reverse,
    "sort": sort,
    "clear": clear,
    "copy": copy,
    "appendleft": append_left,
    "extendleft": extend_left,
    "popleft": pop,
    "rotate": rotate,
}
_READ = {"index": index_of, "count": occurrences, "__contains__": contains, "__len__": item_count}

MODELS = {
    "builtins.list": sequence_maker("list"),
    "builtins.tuple": sequence_maker("tuple"),
    "builtins.set": make_set,
    "builtins.frozenset": make_set,
    "builtins.dict": make_dict,
    "builtins.slice": closed(make_slice),
    **{f"list.{name}": model for name, model in (_LIST | _READ).items()},
    **{f"{kind}.{name}": model for kind in ("tuple", "range") for name, model in _READ.items()},
}
