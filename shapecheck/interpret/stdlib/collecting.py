"""collections: OrderedDict, defaultdict, Counter, deque, namedtuple."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.containers import make_dict
from shapecheck.interpret.builtins.reading import (
    certain_key,
    closed,
    computed,
    elements,
    integer,
    key_of,
    text,
    unknown,
)
from shapecheck.interpret.values import Class, External, Instance, Int, Literal, Mapping, Sequence, Value

if TYPE_CHECKING:
    from typing import Any

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def ordered_dict(interpreter: Interpreter, call: Call) -> Value:
    """`OrderedDict(pairs)`: a dict, whose order every dict keeps."""
    return make_dict(interpreter, call)


def default_dict(interpreter: Interpreter, call: Call) -> Value:
    """`defaultdict(factory, …)`."""
    factory = call.argument(0)
    call.arguments = call.arguments[1:]
    made = make_dict(interpreter, call)
    if isinstance(made, Mapping) and factory is not None and not isinstance(factory, Literal):
        made.default = factory
    return made


def counter(interpreter: Interpreter, call: Call) -> Value:
    """`Counter(values)`; a key that is missing counts 0."""
    zero = External("builtins.int")
    if not call.arguments:
        return Mapping(dict(call.keywords), default=zero)
    if isinstance(call.arguments[0], Mapping):
        return Mapping(None)
    values = elements(interpreter, call, call.arguments[0])
    keys = None if values is None else [key_of(interpreter, value) for value in values]
    if keys is None or not all(map(certain_key, keys)):
        return Mapping(None)
    counts: dict[Any, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return Mapping({key: Int(count) for key, count in counts.items()}, default=zero)


def deque(interpreter: Interpreter, call: Call) -> Value:
    """`deque(values, maxlen)`; one that drops what is too much is not followed."""
    limit = call.argument(1, "maxlen")
    if limit is not None and not (isinstance(limit, Literal) and limit.value is None):
        return Sequence("list", None)
    if not call.arguments and "iterable" not in call.keywords:
        return Sequence("list", [])
    values = elements(interpreter, call, call.argument(0, "iterable"))
    return Sequence("list", None if values is None else list(values))


def chained(interpreter: Interpreter, call: Call) -> Value:
    """`ChainMap(…)`: not followed."""
    return Mapping(None)


def named_tuple(interpreter: Interpreter, call: Call) -> Value:
    """`namedtuple("Point", "x y")`: a class with these fields."""
    name = text(interpreter, call.argument(0, "typename"))
    given = call.argument(1, "field_names")
    fields = _field_names(interpreter, call, given)
    if name is None or fields is None or call.keywords.keys() - {"typename", "field_names", "defaults"}:
        return unknown(interpreter, call)
    defaults = call.keywords.get("defaults")
    values = [] if defaults is None else elements(interpreter, call, defaults)
    if values is None:
        return unknown(interpreter, call)
    base = External("typing.NamedTuple")
    members = dict(zip(fields[len(fields) - len(values) :], values, strict=False))
    made = Class(name, [base], members, None)
    made.mro = [made, base]
    made.fields = fields
    made.frame = call.frame
    return made


def _field_names(interpreter: Interpreter, call: Call, given: Value | None) -> list[str] | None:
    written = text(interpreter, given)
    if written is not None:
        return written.replace(",", " ").split()
    values = elements(interpreter, call, given)
    if values is None:
        return None
    names = []
    for value in values:
        pair = value.items if isinstance(value, Sequence) and value.items else [value]
        name = text(interpreter, pair[0])
        if name is None:
            return None
        names.append(name)
    return names


def _fields(call: Call) -> tuple[Instance, list[str]] | None:
    receiver = call.receiver
    if isinstance(receiver, Instance) and receiver.cls.fields is not None:
        return receiver, receiver.cls.fields
    return None


def field_count(interpreter: Interpreter, call: Call) -> Value:
    """`len(point)`."""
    found = _fields(call)
    return unknown(interpreter, call, "int") if found is None else computed(call, len(found[1]))


def replaced(interpreter: Interpreter, call: Call) -> Value:
    """`point._replace(x=1)`, and `dataclasses.replace(point, x=1)`."""
    receiver = call.receiver or call.argument(0)
    if not isinstance(receiver, Instance) or call.open:
        return unknown(interpreter, call)
    made = Instance(receiver.cls, receiver.key)
    made.attributes = {**receiver.attributes, **call.keywords}
    made.native, made.open = receiver.native, receiver.open
    return made


def as_dict(interpreter: Interpreter, call: Call) -> Value:
    """`point._asdict()`."""
    found = _fields(call)
    if found is None:
        return Mapping(None)
    return Mapping({name: found[0].attributes[name] for name in found[1] if name in found[0].attributes})


def field_index(interpreter: Interpreter, call: Call) -> Value:
    """`point[0]`."""
    found = _fields(call)
    place = integer(interpreter, call.argument(0))
    if found is None or place is None or not -len(found[1]) <= place < len(found[1]):
        return unknown(interpreter, call)
    return found[0].attributes.get(found[1][place]) or unknown(interpreter, call)


MODELS = {
    "collections.OrderedDict": ordered_dict,
    "collections.OrderedDict.fromkeys": closed(lambda interpreter, call: Mapping(None)),
    "collections.defaultdict": default_dict,
    "collections.Counter": closed(counter),
    "collections.deque": closed(deque),
    "collections.ChainMap": chained,
    "collections.namedtuple": closed(named_tuple),
    "typing.NamedTuple": closed(named_tuple),
    "typing.NamedTuple.__len__": field_count,
    "typing.NamedTuple.__getitem__": field_index,
    "typing.NamedTuple._replace": replaced,
    "typing.NamedTuple._asdict": as_dict,
    "dataclasses.replace": replaced,
}
