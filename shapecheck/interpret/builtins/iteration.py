"""Builtins that walk over iterables: len, range, zip, enumerate, map, sorted, any, all, iter, next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.reading import (
    closed,
    computed,
    elements,
    integer,
    number,
    text,
    unknown,
)
from shapecheck.interpret.limits import MOST_ITEMS, is_light
from shapecheck.interpret.loops import any_element
from shapecheck.interpret.paths import Raised
from shapecheck.interpret.tensors import rank_of
from shapecheck.interpret.values import (
    NONE,
    Container,
    Instance,
    Int,
    Literal,
    Mapping,
    Native,
    Sequence,
    TensorValue,
    Value,
)

if TYPE_CHECKING:
    from typing import Any

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def length(interpreter: Interpreter, call: Call) -> Value:
    """`len(x)`; of a tensor it is the size of its first axis, and comes from there."""
    value = call.argument(0)
    if value is None:
        return unknown(interpreter, call, "int")
    value = interpreter.resolve(value)
    if isinstance(value, TensorValue):
        shape = interpreter.attribute(value, "shape", call.node, call.frame)
        return interpreter.index(shape, Int(0), call.node, call.frame)
    if isinstance(value, Instance | Native):
        method = interpreter.attribute(value, "__len__", call.node, call.frame)
        return interpreter.call(method, [], {}, call.node, call.frame)
    if (
        isinstance(value, Sequence)
        and value.kind == "size"
        and value.items is None
        and value.source is not None
    ):
        return rank_of(interpreter, value.source, call.node)
    found: int | None = None
    if isinstance(value, Literal) and isinstance(value.value, str | bytes):
        found = len(value.value)
    elif isinstance(value, Sequence) and value.items is not None and value.kind != "iterator":
        found = len(value.items)
    elif isinstance(value, Mapping | Container) and value.entries is not None:
        found = len(value.entries)
    elif isinstance(value, Int | Literal):
        raise Raised(("TypeError",))
    return unknown(interpreter, call, "int") if found is None else computed(call, found)


def counting(interpreter: Interpreter, call: Call) -> Value:
    """`range(…)`; one with more numbers than anybody loops over is not held."""
    bounds = [integer(interpreter, value) for value in call.arguments]
    if not 1 <= len(bounds) <= 3 or None in bounds:
        return Sequence("range", None)
    numbers = range(*[bound for bound in bounds if bound is not None]) if 0 not in bounds[2:] else range(0)
    if (len(bounds) == 3 and bounds[2] == 0) or _too_long(numbers):
        return Sequence("range", None)
    return Sequence("range", [Int(item) for item in numbers])


def _too_long(numbers: range) -> bool:
    try:
        return len(numbers) > MOST_ITEMS
    except OverflowError:
        return True


def zipped(interpreter: Interpreter, call: Call) -> Value:
    """`zip(…)`, as long as its shortest iterable."""
    columns = [elements(interpreter, call, value) for value in call.arguments]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns):
        return Native("builtins.zip", columns=call.arguments)
    rows = zip(*known, strict=False)
    return Sequence("iterator", [Sequence("tuple", list(row)) for row in rows])


def any_row(interpreter: Interpreter, call: Call) -> Value:
    """One row of a zip of which the length is not known."""
    zipped = call.receiver
    columns = zipped.data["columns"] if isinstance(zipped, Native) else []
    return Sequence("tuple", [any_element(interpreter, column, call.node, call.frame) for column in columns])


def any_pair(interpreter: Interpreter, call: Call) -> Value:
    """One pair of an enumeration of which the length is not known."""
    numbered = call.receiver
    values = numbered.data["values"] if isinstance(numbered, Native) else NONE
    return Sequence(
        "tuple", [unknown(interpreter, call, "int"), any_element(interpreter, values, call.node, call.frame)]
    )


def any_item(interpreter: Interpreter, call: Call) -> Value:
    """What an iterator over something of unknown length gives next."""
    walked = call.receiver
    values = walked.data["values"] if isinstance(walked, Native) else NONE
    return any_element(interpreter, values, call.node, call.frame)


def numbered(interpreter: Interpreter, call: Call) -> Value:
    """`enumerate(values, start)`."""
    values = elements(interpreter, call, call.argument(0, "iterable"))
    given = call.argument(1, "start")
    start = 0 if given is None else integer(interpreter, given)
    if values is None:
        return Native("builtins.enumerate", values=call.argument(0, "iterable") or NONE)
    if start is None:
        counts: list[Value] = [unknown(interpreter, call, "int") for _ in values]
    else:
        counts = [Int(start + index) for index in range(len(values))]
    pairs = zip(counts, values, strict=True)
    return Sequence("iterator", [Sequence("tuple", [count, value]) for count, value in pairs])


def mapped(interpreter: Interpreter, call: Call) -> Value:
    """`map(function, …)`, carried out at once."""
    if len(call.arguments) < 2:
        return unknown(interpreter, call)
    columns = [elements(interpreter, call, value) for value in call.arguments[1:]]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns):
        return Sequence("iterator", None)
    function = call.arguments[0]
    rows = zip(*known, strict=False)
    return Sequence(
        "iterator", [interpreter.call(function, list(row), {}, call.node, call.frame) for row in rows]
    )


def filtered(interpreter: Interpreter, call: Call) -> Value:
    """`filter(function, values)`."""
    values = elements(interpreter, call, call.argument(1))
    function = call.argument(0)
    if values is None or function is None:
        return Sequence("iterator", None)
    kept = []
    for value in values:
        mark = value
        if not (isinstance(function, Literal) and function.value is None):
            mark = interpreter.call(function, [value], {}, call.node, call.frame)
        if interpreter.truth(mark, call.node, call.frame):
            kept.append(value)
    return Sequence("iterator", kept)


def sort_keys(
    interpreter: Interpreter, call: Call, values: list[Value], key: Value | None
) -> list[Any] | None:
    """What the values are sorted by, None where that is not known or cannot be compared."""
    marks = values
    if key is not None and not (isinstance(key, Literal) and key.value is None):
        marks = [interpreter.call(key, [value], {}, call.node, call.frame) for value in values]
    if not is_light(Sequence("list", marks)):
        return None
    plain = [_comparable(interpreter, mark) for mark in marks]
    try:
        sorted(plain)
    except TypeError:
        return None
    return plain


def _comparable(interpreter: Interpreter, mark: Value) -> Any:
    """A number, a string or a tuple of these; a fresh object, which compares with nothing, for all else."""
    if isinstance(mark, Sequence) and mark.items is not None and mark.kind in ("tuple", "list"):
        return tuple(_comparable(interpreter, item) for item in mark.items)
    found = text(interpreter, mark)
    if found is not None:
        return found
    size = number(interpreter, mark)
    return size if isinstance(size, int | float) else object()


def in_order(interpreter: Interpreter, call: Call, values: list[Value]) -> list[Value] | None:
    """The values sorted as the call's `key` and `reverse` say, None where the order is not known."""
    descending = False
    if "reverse" in call.keywords:
        known = interpreter.known_truth(call.keywords["reverse"])
        if known is None:
            return None
        descending = known
    keys = sort_keys(interpreter, call, values, call.keywords.get("key"))
    if keys is None:
        return values if len(values) < 2 else None
    order = sorted(range(len(values)), key=lambda index: keys[index], reverse=descending)
    return [values[index] for index in order]


def ordered(interpreter: Interpreter, call: Call) -> Value:
    """`sorted(values)`."""
    values = elements(interpreter, call, call.argument(0))
    return Sequence("list", None if values is None else in_order(interpreter, call, values))


def backwards(interpreter: Interpreter, call: Call) -> Value:
    """`reversed(values)`."""
    values = elements(interpreter, call, call.argument(0))
    return Sequence("iterator", None if values is None else values[::-1])


def any_of(interpreter: Interpreter, call: Call) -> Value:
    """`any(values)`."""
    return _quantified(interpreter, call, decisive=True)


def all_of(interpreter: Interpreter, call: Call) -> Value:
    """`all(values)`."""
    return _quantified(interpreter, call, decisive=False)


def _quantified(interpreter: Interpreter, call: Call, *, decisive: bool) -> Value:
    values = elements(interpreter, call, call.argument(0))
    if values is None:
        return unknown(interpreter, call, "bool")
    truths = [interpreter.known_truth(value) for value in values]
    if decisive in truths:
        return Literal(decisive)
    for value, truth in zip(values, truths, strict=True):
        if truth is None and interpreter.truth(value, call.node, call.frame) is decisive:
            return Literal(decisive)
    return Literal(not decisive)


def iterator(interpreter: Interpreter, call: Call) -> Value:
    """`iter(values)`: an iterator is itself."""
    value = call.argument(0)
    if len(call.arguments) > 1:
        return Sequence("iterator", None)
    if isinstance(value, Sequence) and value.kind == "iterator":
        return value
    if isinstance(value, Native):
        return Native("builtins.iterator", values=value)
    values = elements(interpreter, call, value)
    return Sequence("iterator", None if values is None else list(values))


def following(interpreter: Interpreter, call: Call) -> Value:
    """`next(iterator, default)`."""
    value = call.argument(0)
    if isinstance(value, Instance):
        method = interpreter.attribute(value, "__next__", call.node, call.frame)
        return interpreter.call(method, [], {}, call.node, call.frame)
    if isinstance(value, Native):
        return any_element(interpreter, value, call.node, call.frame)
    if not isinstance(value, Sequence) or value.items is None or value.kind != "iterator":
        return unknown(interpreter, call)
    if value.position < len(value.items):
        interpreter.touch(value)
        value.position += 1
        return value.items[value.position - 1]
    return call.argument(1) or unknown(interpreter, call)


MODELS = {
    f"builtins.{name}": closed(model)
    for name, model in {
        "len": length,
        "range": counting,
        "zip": zipped,
        "enumerate": numbered,
        "map": mapped,
        "filter": filtered,
        "sorted": ordered,
        "reversed": backwards,
        "any": any_of,
        "all": all_of,
        "iter": iterator,
        "next": following,
        "zip.__element__": any_row,
        "enumerate.__element__": any_pair,
        "iterator.__element__": any_item,
    }.items()
}
