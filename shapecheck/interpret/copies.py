"""Copies of what a constructor made, and all that can be reached from a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.interpret.marking import Strange
from shapecheck.interpret.paths import MOST_CALLS, BudgetSpent
from shapecheck.interpret.values import (
    Class,
    Container,
    External,
    Function,
    Instance,
    Int,
    Layer,
    Literal,
    Mapping,
    Method,
    Module,
    Partial,
    Sequence,
    TensorValue,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecheck.interpret.values import Value


def reachable(values: Iterable[Value]) -> list[Value]:
    """The values and what they hold, each once."""
    found: dict[int, Value] = {}
    pending = list(values)
    while pending:
        value = pending.pop()
        if id(value) in found:
            continue
        found[id(value)] = value
        pending.extend(_inside(value))
    return list(found.values())


def _inside(value: Value) -> list[Value]:
    if isinstance(value, Sequence):
        return list(value.items or ())
    if isinstance(value, Mapping | Container):
        return list((value.entries or {}).values())
    if isinstance(value, Instance):
        inner = list(value.attributes.values())
        return inner if value.native is None else [*inner, value.native]
    if isinstance(value, Method):
        return [value.receiver]
    if isinstance(value, Partial):
        return [value.function, *value.arguments, *value.keywords.values()]
    return []


def is_younger(instance: Instance, counter: int) -> bool:
    """True for an instance that was made after the path had counted so far."""
    key = instance.key
    return isinstance(key, tuple) and key[0] == "instance" and key[1] > counter


class Copier:
    """Copies what hangs on a value, but not what is `outside`, nor (with `since`) instances older than that."""

    def __init__(self, outside: dict[int, Value], path: Any, *, since: int | None = None) -> None:
        self.outside = outside
        self.path = path
        self.since = since
        self.copied: dict[int, Any] = {}

    def copy(self, value: Any) -> Any:
        """The copy. Raises Strange."""
        key = id(value)
        found = self.copied.get(key)
        if found is not None:
            return found
        if value is None or key in self.outside or isinstance(value, _CONSTANT):
            return value
        copy = _COPIES.get(type(value))
        if copy is None:
            raise Strange
        path = self.path
        path.calls += 1  # a copy saves a call, and a tree of modules has exponentially many parts
        if path.calls > MOST_CALLS:
            raise BudgetSpent("its number of steps")
        return copy(self, value)

    def instance(self, value: Instance) -> Instance:
        """A new instance of its own."""
        if self.since is not None and not is_younger(value, self.since):
            return value
        self.path.counter += 1
        made = self.copied[id(value)] = Instance(value.cls, ("instance", self.path.counter))
        made.open = value.open
        made.native = self.copy(value.native)
        made.attributes = {name: self.copy(entry) for name, entry in value.attributes.items()}
        return made

    def layer(self, value: Layer) -> Layer:
        """A layer of the same making."""
        made = self.copied[id(value)] = Layer(value.spelling, value.node, value.source, value.given)
        made.op, made.arguments, made.name = value.op, value.arguments, value.name
        made.identity, made.reason = value.identity, value.reason
        made.attributes = {name: self.copy(entry) for name, entry in value.attributes.items()}
        return made

    def container(self, value: Container) -> Container:
        """A container of copies."""
        made = self.copied[id(value)] = Container(value.kind, None)
        made.attributes = {name: self.copy(entry) for name, entry in value.attributes.items()}
        if value.entries is not None:
            made.entries = {name: self.copy(entry) for name, entry in value.entries.items()}
        return made

    def sequence(self, value: Sequence) -> Sequence:
        """A sequence of copies."""
        made = self.copied[id(value)] = Sequence(value.kind, None)
        made.position, made.source = value.position, value.source
        if value.items is not None:
            made.items = [self.copy(entry) for entry in value.items]
        return made

    def mapping(self, value: Mapping) -> Mapping:
        """A mapping of copies."""
        made = self.copied[id(value)] = Mapping(None, kind=value.kind, default=value.default)
        if value.entries is not None:
            if any(isinstance(key, Instance | Layer | Container) for key in value.entries):
                raise Strange
            made.entries = {key: self.copy(entry) for key, entry in value.entries.items()}
        return made

    def tensor(self, value: TensorValue) -> TensorValue:
        """A tensor of the same shape."""
        if value.lazy is not None:
            raise Strange
        made = self.copied[id(value)] = TensorValue(
            value.shape, value.dtype, family=value.family, axes=value._axes, kind=value.kind
        )
        made.made_by = value.made_by
        return made

    def function(self, value: Function) -> Function:
        """Itself, where it sees nothing of the run."""
        if not value.frame.is_module and value.owner is None:
            raise Strange
        return value

    def method(self, value: Method) -> Method:
        """A method of the copy."""
        made = self.copied[id(value)] = Method(self.copy(value.receiver), value.function)
        return made

    def partial(self, value: Partial) -> Partial:
        """The same call prepared."""
        arguments = [self.copy(entry) for entry in value.arguments]
        keywords = {name: self.copy(entry) for name, entry in value.keywords.items()}
        made = self.copied[id(value)] = Partial(self.copy(value.function), arguments, keywords)
        return made


_CONSTANT = Int | Literal | Unknown | External | Class | Module
_COPIES: dict[type, Callable[[Copier, Any], Any]] = {
    Instance: Copier.instance,
    Layer: Copier.layer,
    Container: Copier.container,
    Sequence: Copier.sequence,
    Mapping: Copier.mapping,
    TensorValue: Copier.tensor,
    Function: Copier.function,
    Method: Copier.method,
    Partial: Copier.partial,
}
