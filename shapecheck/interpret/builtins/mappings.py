"""The methods of dicts, and of sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.containers import distinct, pairs
from shapecheck.interpret.builtins.reading import (
    certain_key,
    closed,
    computed,
    elements,
    forget,
    key_of,
    unknown,
)
from shapecheck.interpret.expressions import key_value
from shapecheck.interpret.values import NONE, Literal, Mapping, Sequence, Value

if TYPE_CHECKING:
    from typing import Any

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def _entries(call: Call) -> dict[Any, Value] | None:
    return call.receiver.entries if isinstance(call.receiver, Mapping) else None


def lookup(interpreter: Interpreter, call: Call, entries: dict[Any, Value]) -> Value | bool | None:
    """The entry under the call's first argument; None where it is surely absent, False where not known."""
    if not call.arguments:
        return False
    key = key_of(interpreter, call.arguments[0])
    found = entries.get(key)
    if found is not None:
        return found
    return None if certain_key(key) and all(certain_key(entry) for entry in entries) else False


def keys(interpreter: Interpreter, call: Call) -> Value:
    """`dict.keys()`."""
    entries = _entries(call)
    return Sequence("tuple", None if entries is None else [key_value(interpreter, key) for key in entries])


def values(interpreter: Interpreter, call: Call) -> Value:
    """`dict.values()`."""
    entries = _entries(call)
    return Sequence("tuple", None if entries is None else list(entries.values()))


def items(interpreter: Interpreter, call: Call) -> Value:
    """`dict.items()`."""
    entries = _entries(call)
    if entries is None:
        return Sequence("tuple", None)
    return Sequence(
        "tuple", [Sequence("tuple", [key_value(interpreter, key), entry]) for key, entry in entries.items()]
    )


def get(interpreter: Interpreter, call: Call) -> Value:
    """`dict.get(key, default)`."""
    entries = _entries(call)
    found = False if entries is None else lookup(interpreter, call, entries)
    if isinstance(found, Value):
        return found
    if found is None:
        return call.argument(1, "default") or NONE
    return unknown(interpreter, call)


def pop(interpreter: Interpreter, call: Call) -> Value:
    """`dict.pop(key, default)`."""
    entries = _entries(call)
    if entries is None or call.receiver is None:
        return unknown(interpreter, call)
    found = lookup(interpreter, call, entries)
    if isinstance(found, Value):
        interpreter.touch(call.receiver)
        del entries[key_of(interpreter, call.arguments[0])]
        return found
    if found is None and len(call.arguments) > 1:
        return call.arguments[1]
    forget(interpreter, call.receiver)
    return unknown(interpreter, call)


def pop_item(interpreter: Interpreter, call: Call) -> Value:
    """`dict.popitem()`."""
    entries = _entries(call)
    if not entries or call.receiver is None or call.keywords:
        forget(interpreter, call.receiver)
        return unknown(interpreter, call)
    interpreter.touch(call.receiver)
    key, value = entries.popitem()
    return Sequence("tuple", [key_value(interpreter, key), value])


def set_default(interpreter: Interpreter, call: Call) -> Value:
    """`dict.setdefault(key, default)`."""
    entries = _entries(call)
    if entries is None or call.receiver is None:
        return unknown(interpreter, call)
    found = lookup(interpreter, call, entries)
    if isinstance(found, Value):
        return found
    if found is None:
        value = call.argument(1, "default") or NONE
        interpreter.touch(call.receiver)
        entries[key_of(interpreter, call.arguments[0])] = value
        return value
    forget(interpreter, call.receiver)
    return unknown(interpreter, call)


def update(interpreter: Interpreter, call: Call) -> Value:
    """`dict.update(other, **entries)`."""
    target = call.receiver
    if not isinstance(target, Mapping):
        return NONE
    interpreter.touch(target)
    more = pairs(interpreter, call, call.arguments[0]) if call.arguments else {}
    if more is None or call.open or target.entries is None:
        target.entries = None
    else:
        target.entries.update(more)
        target.entries.update(call.keywords)
    return NONE


def set_item(interpreter: Interpreter, call: Call) -> Value:
    """`dict.__setitem__(key, value)`."""
    entries = _entries(call)
    if entries is not None and call.receiver is not None and len(call.arguments) == 2:
        interpreter.touch(call.receiver)
        key = key_of(interpreter, call.arguments[0])
        if certain_key(key):
            entries[key] = call.arguments[1]
        else:
            forget(interpreter, call.receiver)
    return NONE


def clear(interpreter: Interpreter, call: Call) -> Value:
    """`dict.clear()` or `set.clear()`."""
    target = call.receiver
    if isinstance(target, Mapping):
        interpreter.touch(target)
        target.entries = {}
    elif isinstance(target, Sequence):
        interpreter.touch(target)
        target.items = []
    return NONE


def copy(interpreter: Interpreter, call: Call) -> Value:
    """`dict.copy()` or `set.copy()`."""
    target = call.receiver
    if isinstance(target, Mapping):
        entries = None if target.entries is None else dict(target.entries)
        return Mapping(entries, kind=target.kind, default=target.default)
    if isinstance(target, Sequence):
        return Sequence(target.kind, None if target.items is None else list(target.items))
    return unknown(interpreter, call)


def from_keys(interpreter: Interpreter, call: Call) -> Value:
    """`dict.fromkeys(keys, value)`."""
    found = elements(interpreter, call, call.argument(0))
    value = call.argument(1) or NONE
    keys = [] if found is None else [key_of(interpreter, key) for key in found]
    return Mapping(None if found is None or not all(map(certain_key, keys)) else dict.fromkeys(keys, value))


def count(interpreter: Interpreter, call: Call) -> Value:
    """`dict.__len__()`."""
    entries = _entries(call)
    return unknown(interpreter, call, "int") if entries is None else computed(call, len(entries))


def contains(interpreter: Interpreter, call: Call) -> Value:
    """`dict.__contains__(key)`, and `has_key`."""
    entries = _entries(call)
    found = False if entries is None else lookup(interpreter, call, entries)
    return unknown(interpreter, call, "bool") if found is False else Literal(found is not None)


def move_to_end(interpreter: Interpreter, call: Call) -> Value:
    """`OrderedDict.move_to_end(key)`."""
    entries = _entries(call)
    found = False if entries is None else lookup(interpreter, call, entries)
    if (
        entries is not None
        and isinstance(found, Value)
        and "last" not in call.keywords
        and len(call.arguments) == 1
    ):
        key = key_of(interpreter, call.arguments[0])
        entries[key] = entries.pop(key)
    else:
        forget(interpreter, call.receiver)
    return NONE


def _set_change(interpreter: Interpreter, call: Call, *, removing: bool) -> Value:
    target = call.receiver
    if not isinstance(target, Sequence) or target.items is None:
        return NONE
    interpreter.touch(target)
    key = key_of(interpreter, call.arguments[0]) if call.arguments and not call.open else None
    if key is None or not certain_key(key):
        target.items = None
    elif removing:
        target.items = [item for item in target.items if key_of(interpreter, item) != key]
    else:
        target.items = distinct(interpreter, [*target.items, call.arguments[0]])
    return NONE


def add_to_set(interpreter: Interpreter, call: Call) -> Value:
    """`set.add(value)`."""
    return _set_change(interpreter, call, removing=False)


def remove_from_set(interpreter: Interpreter, call: Call) -> Value:
    """`set.discard(value)` or `set.remove(value)`."""
    return _set_change(interpreter, call, removing=True)


def _set_algebra(interpreter: Interpreter, call: Call) -> list[Value] | None:
    """What `union`, `intersection`, `difference` give."""
    result = call.receiver.items if isinstance(call.receiver, Sequence) else None
    name = call.name.rpartition(".")[2].removesuffix("_update")
    for argument in call.arguments:
        other = elements(interpreter, call, argument)
        if result is None or other is None or call.open:
            return None
        marks = {key_of(interpreter, item) for item in other}
        if not all(certain_key(key_of(interpreter, item)) for item in [*result, *other]):
            return None
        if name in ("union", "update"):
            result = distinct(interpreter, [*result, *other])
        else:
            kept = name == "intersection"
            result = [item for item in result if (key_of(interpreter, item) in marks) is kept]
    return result


def combine_sets(interpreter: Interpreter, call: Call) -> Value:
    """`set.union(…)`, `set.intersection(…)`, `set.difference(…)`."""
    found = _set_algebra(interpreter, call)
    return Sequence("set", None if found is None else list(found))


def change_set(interpreter: Interpreter, call: Call) -> Value:
    """`set.update(…)`, `set.difference_update(…)`, `set.intersection_update(…)`."""
    target = call.receiver
    if isinstance(target, Sequence):
        interpreter.touch(target)
        target.items = _set_algebra(interpreter, call)
    return NONE


_DICT = {
    "keys": closed(keys),
    "values": closed(values),
    "items": closed(items),
    "get": closed(get),
    "pop": pop,
    "popitem": pop_item,
    "setdefault": set_default,
    "update": update,
    "clear": clear,
    "copy": copy,
    "move_to_end": move_to_end,
    "__setitem__": set_item,
    "__len__": count,
    "__contains__": closed(contains),
}

MODELS = {
    "builtins.dict.fromkeys": closed(from_keys),
    "dict.fromkeys": closed(from_keys),
    **{f"dict.{name}": model for name, model in _DICT.items()},
    "set.add": add_to_set,
    "set.discard": remove_from_set,
    "set.remove": remove_from_set,
    "set.clear": clear,
    "set.copy": copy,
    **{f"set.{name}": combine_sets for name in ("union", "intersection", "difference")},
    **{f"set.{name}": change_set for name in ("update", "intersection_update", "difference_update")},
}
