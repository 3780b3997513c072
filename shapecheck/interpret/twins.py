"""Twins: what runs as it did before is not run again; networks, and the code that builds them, repeat themselves.

Two values are twins when nothing the analysis does can tell them apart: `Marks.mark` gives both the same number. What a
constructor made is copied for the next call with the same arguments, what `forward` gave is given again. What plain
functions compute is remembered in `computing.py`.

A run is kept only if it changed nothing but what it made itself; a run whose arguments are open, or whose values are
too large or too strange to compare, is not. What it read by name is the same as long as the epoch is (`sharing.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.interpret.computing import Computed
from shapecheck.interpret.copies import Copier
from shapecheck.interpret.limits import is_light
from shapecheck.interpret.marking import DEEPEST, Marks, Strange
from shapecheck.interpret.values import (
    Axis,
    Class,
    External,
    Function,
    Instance,
    Int,
    Literal,
    Mapping,
    Sequence,
    TensorValue,
    Unknown,
)
from shapecheck.interpret.watching import Before, outside_of, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.paths import Path
    from shapecheck.interpret.values import Value

MOST_KEPT = 4_000


class Twins:
    """What one analysis has run so far, by what it was run on."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.active = False  # tables of layers want to see every run
        self.marks = Marks(interpreter)
        self.made: dict[Hashable, _Made] = {}
        self.given: dict[Hashable, _Given] = {}
        self.computed = Computed(interpreter, self.marks)

    def instantiated(self, cls: Class, request: Call, run: Callable[[], Value]) -> Value:
        """A new instance: made by `run`, or a copy of one that was made with the same arguments."""
        if not self.active or request.open or cls.frame is None or not cls.frame.is_module:
            return run()
        try:
            arguments = self._arguments(request, by_identity=True)
        except Strange:
            return run()
        interpreter = self.interpreter
        path = interpreter.path
        key = ("made", id(cls), arguments, interpreter.shared.epoch)
        key_here = (*key, id(path), interpreter.situation())
        known = self.made.get(key) or self.made.get(key_here)
        if known is not None and known.fits(path):
            path.grant()
            copied: Value = Copier(known.outside, path).copy(known.template)
            return copied
        before = Before(interpreter)
        value, touched = before.watch(run)
        if isinstance(value, Instance) and len(self.made) < MOST_KEPT:
            outside = outside_of(request)
            try:
                copier = Copier(outside, path, since=before.counter)
                template = copier.copy(value)
            except (Strange, RecursionError):
                return value
            if before.only_own(touched, outside, copier.copied):
                # Where nothing was asked and nothing recorded, it would be made like this anywhere.
                anywhere = before.nothing_asked() and not path.refinements
                made = _Made(cls, request, template, outside, path, before.system if anywhere else None)
                self.made[key if anywhere else key_here] = made
        return value

    def called(self, instance: Instance, call: Call, run: Callable[[], Value]) -> Value:
        """What a call of a module gives: by `run`, or what a twin gave for inputs of the same shapes."""
        interpreter = self.interpreter
        path = interpreter.path
        if not self.active or call.open or interpreter.importing:
            return run()
        try:
            module = self.marks.mark(instance)
            arguments = self._arguments(call, by_identity=False)
        except (Strange, RecursionError):
            return run()
        inputs = [entry for entry in outside_of(call).values() if isinstance(entry, TensorValue)]
        # One tensor that is passed twice is something else than two of its shape.
        situation = (id(path), interpreter.shared.epoch, interpreter.situation(), len(inputs))
        key = ("given", module, arguments, situation)
        vague = ("given", module, self._vaguely(call, arguments), situation)
        known = self.given.get(key) or self.given.get(vague)
        if known is not None:
            path.grant()
            return known.again(interpreter, inputs)
        before = Before(interpreter)
        value, touched = before.watch(run)
        outside = outside_of(call)
        if isinstance(value, Sequence | Mapping) and id(value) in outside:
            return value  # a list that it was given, which stays the caller's
        if len(self.given) < MOST_KEPT and _is_plain(value) and before.only_own(touched, outside, {}):
            try:
                same = self.marks.mark(instance) == module
            except (Strange, RecursionError):
                same = False
            if same:
                # What is unknown is like anything else that is unknown, as long as nothing is asked about it.
                self.given[vague if before.nothing_chosen() else key] = _Given(path, inputs, value)
        return value

    def _arguments(self, call: Call, *, by_identity: bool) -> tuple[Hashable, ...]:
        mark = self.marks.mark
        resolve = self.interpreter.resolve
        found: list[Hashable] = []
        for name, value in (*enumerate(call.arguments), *call.keywords.items()):
            value = resolve(value)
            if isinstance(value, TensorValue) and value.lazy is not None and value.shape is None:
                raise Strange
            found.append((name, mark(value), id(value) if by_identity and _has_state(value) else 0))
        return tuple(found)

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


class _Made:
    """What a constructor made on a path; `system` is what must be assumed where it may be given on another."""

    __slots__ = ("cls", "outside", "path", "request", "system", "template")

    def __init__(
        self, cls: Class, request: Call, template: Value, outside: dict[int, Value], path: Path, system: Any
    ) -> None:
        self.cls = (
            cls  # kept alive, for its identity is in the key, as are those of the arguments and the path
        )
        self.request = request
        self.template = template
        self.outside = outside
        self.path = path
        self.system = system

    def fits(self, path: Path) -> bool:
        """Whether it may be given on this path."""
        return self.path is path or (self.system is path.system and not path.refinements)


class _Given:
    """What a module gave for some inputs."""

    __slots__ = ("inputs", "path", "value")

    def __init__(self, path: Any, inputs: list[TensorValue], value: Value) -> None:
        self.path = path  # kept alive, for its identity is in the key
        self.inputs = inputs
        self.value = snapshot(value)

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
            and value.attributes is None
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
