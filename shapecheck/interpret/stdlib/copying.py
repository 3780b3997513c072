"""The copy module: what is shared after a copy and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.builtins.reading import closed, unknown
from shapecheck.interpret.values import Container, Instance, Layer, Mapping, Native, Sequence, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter


def shallow_copy(interpreter: Interpreter, call: Call) -> Value:
    """`copy.copy(x)`."""
    value = call.argument(0)
    if value is None:
        return unknown(interpreter, call)
    return copied(interpreter.resolve(value), lambda part: part)


def deep_copy(interpreter: Interpreter, call: Call) -> Value:
    """`copy.deepcopy(x)`: layers too are new ones, built for nothing that the copy is not built for."""
    value = call.argument(0)
    if value is None:
        return unknown(interpreter, call)
    return deeply_copied(interpreter.resolve(value))


def deeply_copied(value: Value) -> Value:
    """A copy that shares nothing that can change; parts that the value shares are shared in the copy too."""
    made: dict[int, Value] = {}

    def inner(part: Value) -> Value:
        found = made.get(id(part))
        if found is None:
            found = copied(part, inner, made)
        return found

    return inner(value)


def copied(value: Value, inner: Callable[[Value], Value], made: dict[int, Value] | None = None) -> Value:
    """A new object of the same kind, its parts as `inner` makes them; what cannot change is itself."""
    made = {} if made is None else made
    if isinstance(value, Sequence):
        return _sequence(value, inner, made)
    if isinstance(value, Mapping):
        mapping = made[id(value)] = Mapping(None, kind=value.kind, default=value.default)
        if value.entries is not None:
            mapping.entries = {key: inner(entry) for key, entry in value.entries.items()}
        return mapping
    if isinstance(value, Layer):
        layer = made[id(value)] = Layer(value.spelling, value.node, value.source, value.given)
        layer.op, layer.arguments = value.op, value.arguments
        layer.identity, layer.reason, layer.name = value.identity, value.reason, value.name
        layer.attributes = {name: inner(entry) for name, entry in value.attributes.items()}
        return layer
    if isinstance(value, Container):
        container = made[id(value)] = Container(value.kind, None)
        container.name = value.name
        if value.entries is not None:
            container.entries = {name: inner(entry) for name, entry in value.entries.items()}
        container.attributes = {name: inner(entry) for name, entry in value.attributes.items()}
        return container
    if isinstance(value, Instance):
        instance = made[id(value)] = Instance(value.cls, value.key)
        instance.open = value.open
        instance.native = None if value.native is None else inner(value.native)
        instance.attributes = {name: inner(entry) for name, entry in value.attributes.items()}
        return instance
    return _native(value, inner, made)


def _sequence(value: Sequence, inner: Callable[[Value], Value], made: dict[int, Value]) -> Value:
    sequence = Sequence(value.kind, None)
    made[id(value)] = sequence
    sequence.position, sequence.source = value.position, value.source
    if value.items is not None:
        sequence.items = [inner(item) for item in value.items]
    return sequence


def _native(value: Value, inner: Callable[[Value], Value], made: dict[int, Value]) -> Value:
    if not isinstance(value, Native):
        return value
    native = made[id(value)] = Native(value.name)
    native.data = {
        name: inner(part)
        if isinstance(part, Value)
        else [inner(entry) if isinstance(entry, Value) else entry for entry in part]
        if isinstance(part, list)
        else part
        for name, part in value.data.items()
    }
    native.attributes = {name: inner(entry) for name, entry in value.attributes.items()}
    return native


MODELS = {
    "copy.copy": closed(shallow_copy),
    "copy.deepcopy": closed(deep_copy),
}
