"""Twins: modules that are made or called as one before was are not run again; networks repeat themselves.

Two values are twins when nothing the analysis does can tell them apart: `Twins.mark` gives both the same number. What a
constructor made is copied for the next call with the same arguments, what `forward` gave is given again.

A run is kept only if it changed nothing but what it made itself; a run whose arguments are open, or whose values are
too large or too strange to compare, is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.interpret.limits import is_light
from shapecheck.interpret.values import (
    Axis,
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
    from collections.abc import Callable, Hashable, Iterable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

DEEPEST = 14
MOST_KEPT = 4_000


class Strange(Exception):
    """A value that cannot be compared or copied."""


class Twins:
    """What one analysis has run so far, by what it was run on."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.active = False  # tables of layers want to see every run
        self.numbers: dict[Hashable, int] = {}
        self.marks: dict[int, tuple[Instance, int, int]] = {}  # of instances, as of so many changes
        self.made: dict[Hashable, _Made] = {}
        self.given: dict[Hashable, _Given] = {}

    def mark(self, value: Value | None, depth: int = 0) -> int:
        """The same number for values that cannot be told apart. Raises Strange."""
        if depth > DEEPEST:
            raise Strange("depth")
        marker = _MARKERS.get(type(value))
        if marker is None:
            raise Strange(type(value).__name__)
        return self.number(marker(self, value, depth + 1))

    def number(self, content: Hashable) -> int:
        """The number of a comparable content. Raises Strange."""
        try:
            return self.numbers.setdefault(content, len(self.numbers))
        except TypeError as error:
            raise Strange from error

    def _situation(self) -> Hashable:
        """What else a run depends on: whether it is recorded, how sure, and which path it is on."""
        interpreter = self.interpreter
        path = interpreter.path
        where = (bool(path.silent), path.joined, bool(path.caught), interpreter.joining, path.script)
        return (*where, bool(interpreter.importing))

    def instantiated(self, cls: Class, request: Call, run: Callable[[], Value]) -> Value:
        """A new instance: made by `run`, or a copy of one that was made with the same arguments."""
        if not self.active or request.open or cls.node is None:
            return run()
        try:
            arguments = self._arguments(request, by_identity=True)
        except Strange:
            return run()
        path = self.interpreter.path
        key = ("made", id(cls), arguments, self._situation())
        known = self.made.get(key)
        if known is not None and known.fits(path):
            path.grant()
            copied: Value = _Copier(known.outside, path).copy(known.template)
            return copied
        before = _Before(self.interpreter)
        value, touched = before.watch(run)
        if isinstance(value, Instance) and len(self.made) < MOST_KEPT:
            outside = {
                id(entry): entry for entry in _reachable((*request.arguments, *request.keywords.values()))
            }
            try:
                copier = _Copier(outside, path, since=before.counter)
                template = copier.copy(value)
            except (Strange, RecursionError):
                return value
            if before.only_own(touched, outside, copier.copied):
                self.made[key] = _Made(
                    cls, request, template, outside, None if before.nothing_asked() else path
                )
        return value

    def called(self, instance: Instance, call: Call, run: Callable[[], Value]) -> Value:
        """What a call of a module gives: by `run`, or what a twin gave for inputs of the same shapes."""
        path = self.interpreter.path
        if not self.active or call.open or self.interpreter.importing:
            return run()
        inputs = [
            entry
            for entry in _reachable((*call.arguments, *call.keywords.values()))
            if isinstance(entry, TensorValue)
        ]
        try:
            module = self.mark(instance)
            arguments = self._arguments(call, by_identity=False)
            # One tensor that is passed twice is something else than two of its shape.
            situation = (self._situation(), len(inputs))
            key = ("given", id(path), module, arguments, situation)
            vague = ("given", id(path), module, self._vaguely(call, arguments), situation)
        except (Strange, RecursionError):
            return run()
        known = self.given.get(key) or self.given.get(vague)
        if known is not None:
            path.grant()
            return known.again(self.interpreter, inputs)
        before = _Before(self.interpreter)
        value, touched = before.watch(run)
        outside = {id(entry): entry for entry in _reachable((*call.arguments, *call.keywords.values()))}
        if len(self.given) < MOST_KEPT and _is_plain(value) and before.only_own(touched, outside, {}):
            try:
                same = self.mark(instance) == module
            except (Strange, RecursionError):
                same = False
            if same:
                # What is unknown is like anything else that is unknown, as long as nothing is asked about it.
                self.given[vague if before.nothing_chosen() else key] = _Given(path, inputs, value)
        return value

    def _arguments(self, call: Call, *, by_identity: bool) -> tuple[Hashable, ...]:
        marks: list[Hashable] = []
        for name, value in (*enumerate(call.arguments), *call.keywords.items()):
            value = self.interpreter.resolve(value)
            if isinstance(value, TensorValue) and value.lazy is not None and value.shape is None:
                raise Strange
            marks.append((name, self.mark(value), id(value) if by_identity and _has_state(value) else 0))
        return tuple(marks)

    def _vaguely(self, call: Call, arguments: tuple[Hashable, ...]) -> Hashable:
        """The arguments, where everything unknown is the same."""
        marks = list(arguments)
        for index, (name, value) in enumerate((*enumerate(call.arguments), *call.keywords.items())):
            value = self.interpreter.resolve(value)
            if isinstance(value, Unknown) and isinstance(value.key, tuple) and value.key[0] == "new":
                marks[index] = (name, "unknown", value.kind)
            elif isinstance(value, TensorValue) and value.shape is None:
                marks[index] = (name, "tensor", value.family)
        return tuple(marks)


def _has_state(value: Value) -> bool:
    return not isinstance(value, Int | Literal | Unknown | External | Function | Class) and not (
        isinstance(value, Sequence) and value.kind == "tuple" and not any(map(_has_state, value.items or ()))
    )


def _reachable(values: Iterable[Value]) -> list[Value]:
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
    return []


class _Before:
    """How things were before a run."""

    def __init__(self, interpreter: Interpreter) -> None:
        path = interpreter.path
        self.interpreter = interpreter
        self.path = path
        self.counter = path.counter
        self.state = self._now()

    def _now(self) -> tuple[Any, ...]:
        path = self.path
        known = (len(path.order), len(path.answers), len(path.assumed), len(path.refinements))
        return (*known, id(path.system), self.interpreter.asked, len(path.records))

    def watch(self, run: Callable[[], Value]) -> tuple[Value, set[Any]]:
        """Run, and see what is changed."""
        touched: set[Any] = set()
        self.path.touched.append(touched)
        try:
            return run(), touched
        finally:
            self.path.touched.pop()

    def nothing_asked(self) -> bool:
        """True when the run neither depended on what is known on the path, nor added to it."""
        return self._now() == self.state and not self.path.refinements

    def nothing_chosen(self) -> bool:
        """True when no condition was asked for, and nothing came to be assumed."""
        return self._now()[:-1] == self.state[:-1]

    def only_own(self, touched: set[Any], outside: dict[int, Value], own: dict[int, Any]) -> bool:
        """True when only what the run made itself was changed."""
        for holder, _ in touched:
            if id(holder) in own:
                continue
            if id(holder) in outside or not isinstance(holder, Sequence | Mapping | Instance | Container):
                return False
            if isinstance(holder, Instance | Container) and not self._is_new(holder):
                return False
            if isinstance(holder, Sequence | Mapping) and self._is_shared(holder):
                return False
        return True

    def _is_new(self, holder: Instance | Container) -> bool:
        return isinstance(holder, Instance) and is_younger(holder, self.counter)

    def _is_shared(self, holder: Value) -> bool:
        """True for what a module, or an enclosing function, or a class holds."""
        interpreter = self.interpreter
        for module in (*interpreter.project.modules.values(), *interpreter.scripts):
            for member in module.members.values():
                if holder is member:
                    return True
                if isinstance(member, Class) and any(holder is inner for inner in member.members.values()):
                    return True
        return False


def is_younger(instance: Instance, counter: int) -> bool:
    """True for an instance that was made after the path had counted so far."""
    key = instance.key
    return isinstance(key, tuple) and key[0] == "instance" and key[1] > counter


class _Made:
    """What a constructor made; `path` is the one it holds on, None for all."""

    __slots__ = ("cls", "outside", "path", "request", "template")

    def __init__(
        self, cls: Class, request: Call, template: Value, outside: dict[int, Value], path: Any
    ) -> None:
        self.cls = cls  # kept alive, for its identity is in the key
        self.request = request
        self.template = template
        self.outside = outside
        self.path = path

    def fits(self, path: Any) -> bool:
        """Whether it may be given on this path."""
        return self.path is path or (self.path is None and not path.refinements)


class _Copier:
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
_COPIES: dict[type, Callable[[_Copier, Any], Any]] = {
    Instance: _Copier.instance,
    Layer: _Copier.layer,
    Container: _Copier.container,
    Sequence: _Copier.sequence,
    Mapping: _Copier.mapping,
    TensorValue: _Copier.tensor,
    Function: _Copier.function,
    Method: _Copier.method,
    Partial: _Copier.partial,
}


class _Given:
    """What a module gave for some inputs."""

    __slots__ = ("inputs", "path", "value")

    def __init__(self, path: Any, inputs: list[TensorValue], value: Value) -> None:
        self.path = path  # kept alive, for its identity is in the key
        self.inputs = inputs
        self.value = value

    def again(self, interpreter: Interpreter, inputs: list[TensorValue]) -> Value:
        """The same for other inputs of the same shapes."""
        return self._again(interpreter, self.value, inputs)

    def _again(self, interpreter: Interpreter, value: Value, inputs: list[TensorValue]) -> Value:
        if isinstance(value, TensorValue):
            for before, now in zip(self.inputs, inputs, strict=True):
                if value is before:
                    return now
            made = TensorValue(value.shape, value.dtype, family=value.family, kind=value.kind)
            made.made_by = (Repetition(value, self.inputs), tuple(inputs), False)  # type: ignore[assignment]  # asked for moves only
            return made
        if isinstance(value, Sequence) and value.items is not None:
            return Sequence(value.kind, [self._again(interpreter, entry, inputs) for entry in value.items])
        if isinstance(value, Mapping) and value.entries is not None:
            entries = {key: self._again(interpreter, entry, inputs) for key, entry in value.entries.items()}
            return Mapping(entries, kind=value.kind)
        if isinstance(value, Unknown):
            return interpreter.unknown(value.reason, kind=value.kind)
        return value


class Repetition:
    """What made a tensor that was given again: its axes come from where they came from the first time."""

    __slots__ = ("inputs", "output")

    def __init__(self, output: TensorValue, inputs: list[TensorValue]) -> None:
        self.output = output
        self.inputs = inputs

    def moves(self, *shapes: Any) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each axis of the output the input and axis it came from."""
        places: dict[Axis, tuple[int, int]] = {}
        for index, entry in enumerate(self.inputs):
            for axis, token in enumerate(entry.axes):
                places.setdefault(token, (index, axis))
        return tuple((places[token],) if token in places else () for token in self.output.axes)


def _is_plain(value: Value, depth: int = 0) -> bool:
    """True for tensors, numbers and the like, and tuples of them."""
    if isinstance(value, TensorValue):
        return value.lazy is None or value.shape is not None
    if isinstance(value, Sequence):
        return (
            value.kind in ("tuple", "list")
            and value.items is not None
            and (depth > 0 or is_light(value))
            and depth < DEEPEST
            and all(_is_plain(entry, depth + 1) for entry in value.items)
        )
    if isinstance(value, Mapping):
        return (
            value.entries is not None
            and value.default is None
            and (depth > 0 or is_light(value))
            and depth < DEEPEST
            and all(_is_plain(entry, depth + 1) for entry in value.entries.values())
        )
    return isinstance(value, Int | Literal | Unknown)


def _mark_tensor(twins: Twins, value: TensorValue, depth: int) -> Hashable:
    if value.shape is None:
        return (
            "tensor",
            value.lazy,
            value.dtype,
            value.family,
            value.kind,
            id(value.sizes) if value.sizes else 0,
        )
    return ("tensor", value.shape, value.dtype, value.family, value.kind)


def _mark_sequence(twins: Twins, value: Sequence, depth: int) -> Hashable:
    if value.kind == "iterator" or value.items is None or not is_light(value):
        raise Strange
    return (value.kind, tuple([twins.mark(entry, depth) for entry in value.items]))


def _mark_mapping(twins: Twins, value: Mapping, depth: int) -> Hashable:
    if value.entries is None or value.default is not None or not is_light(value):
        raise Strange
    return (value.kind, tuple([(key, twins.mark(entry, depth)) for key, entry in value.entries.items()]))


def _mark_layer(twins: Twins, value: Layer, depth: int) -> Hashable:
    if value.attributes or (value.op is None and not value.identity):
        return ("layer", id(value), len(value.attributes))
    return ("layer", value.name, value.op)


def _mark_container(twins: Twins, value: Container, depth: int) -> Hashable:
    if value.entries is None:
        raise Strange
    return (
        value.kind,
        tuple([(name, twins.mark(entry, depth)) for name, entry in value.entries.items()]),
        tuple([(name, twins.mark(entry, depth)) for name, entry in value.attributes.items()]),
    )


def _mark_instance(twins: Twins, value: Instance, depth: int) -> Hashable:
    changes = twins.interpreter.changes
    known = twins.marks.get(id(value))
    if known is not None and known[0] is value and known[1] == changes:
        return ("instance", known[2])
    content = (
        "content",
        id(value.cls),
        value.open,
        tuple([(name, twins.mark(entry, depth)) for name, entry in value.attributes.items()]),
        None if value.native is None else twins.mark(value.native, depth),
    )
    number = twins.number(content)
    twins.marks[id(value)] = (value, changes, number)
    return ("instance", number)


def _mark_partial(twins: Twins, value: Partial, depth: int) -> Hashable:
    return (
        "partial",
        twins.mark(value.function, depth),
        tuple([twins.mark(entry, depth) for entry in value.arguments]),
        tuple([(name, twins.mark(entry, depth)) for name, entry in value.keywords.items()]),
    )


_MARKERS: dict[type, Callable[[Twins, Any, int], Hashable]] = {
    Int: lambda twins, value, depth: ("int", value.size),
    Literal: lambda twins, value, depth: (type(value.value), value.value),
    Unknown: lambda twins, value, depth: ("unknown", value.key),
    TensorValue: _mark_tensor,
    Sequence: _mark_sequence,
    Mapping: _mark_mapping,
    Layer: _mark_layer,
    Container: _mark_container,
    Instance: _mark_instance,
    Partial: _mark_partial,
    Function: lambda twins, value, depth: ("function", id(value)),
    Class: lambda twins, value, depth: ("class", id(value)),
    External: lambda twins, value, depth: ("external", value.name),
    Module: lambda twins, value, depth: ("module", id(value)),
}
