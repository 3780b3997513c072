"""What functions compute from plain arguments, remembered: builders of networks ask their helpers again and again.

A run is kept only if it changed nothing, recorded nothing and chose nothing. Unknown arguments stand for any others of
which as little is known, as long as the run and what it is compared with happen in the same state of the path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.interpret.functions import plan_of
from shapecheck.interpret.marking import Strange, is_settled
from shapecheck.interpret.origins import Trace
from shapecheck.interpret.values import (
    External,
    Function,
    Int,
    Layer,
    Literal,
    Sequence,
    TensorValue,
    Unknown,
)
from shapecheck.interpret.watching import Before, outside_of, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.marking import Marks
    from shapecheck.interpret.paths import Path
    from shapecheck.interpret.values import Value

MOST_KEPT = 8_000
MOST_MISSES = (
    12  # after so many more runs that could not be kept than were given again, a function is left alone
)
LONGEST = 16  # of tuples and lists
DEEPEST = 2


class Computed:
    """What one analysis has computed so far, by function and arguments."""

    def __init__(self, interpreter: Interpreter, marks: Marks) -> None:
        self.interpreter = interpreter
        self.marks = marks
        self.kept: dict[Hashable, _Kept] = {}
        self.misses: dict[int, int] = {}
        self.running: set[Hashable] = set()

    def ran(self, function: Function, call: Call, run: Callable[[], Value]) -> Value:
        """What a function gives: by `run`, or what it gave for such arguments before."""
        node = id(function.node)
        misses = self.misses.get(node, 0)
        if call.open or misses > MOST_MISSES or not is_settled(function) or plan_of(function.node).generator:
            return run()
        resolve = self.interpreter.resolve
        values = [resolve(value) for value in (*call.arguments, *call.keywords.values())]
        try:
            arguments, exact = self._arguments(values)
        except Strange:
            return run()
        key = (id(function), tuple(call.keywords), len(values), arguments, self._state(exact))
        known = self.kept.get(key)
        if known is not None:
            self.misses[node] = misses - 1
            return known.again(self.interpreter, values, call)
        if key in self.running:
            return self.interpreter.unknown(f"{function.name} calls itself on such arguments", call.node)
        before = Before(self.interpreter)
        self.running.add(key)
        try:
            value, touched = before.watch(run)
        finally:
            self.running.discard(key)
        if (
            len(self.kept) < MOST_KEPT
            and (before.nothing_asked() if exact else before.nothing_changed())
            and _is_plain(value, values, before.counter)
            and (not touched or before.only_own(touched, outside_of(call), {}))
        ):
            self.kept[key] = _Kept(function, before.path, values, value)
        else:
            self.misses[node] = misses + 1
        return value

    def _state(self, exact: bool) -> Hashable:
        """What a run depends on beside the arguments and what it asks."""
        path, epoch = self.interpreter.path, self.interpreter.shared.epoch
        if exact and not path.refinements:
            return (epoch, id(path.system))
        return (epoch, id(path), *path.progress(), *self.interpreter.situation())

    def _arguments(self, values: list[Value]) -> tuple[tuple[Hashable, ...], bool]:
        """Marks of the arguments, and whether all of them are known. Raises Strange for one that is not plain."""
        unknown: dict[Hashable, int] = {}
        marks = tuple([self._mark(value, unknown, 0) for value in values])
        return marks, not unknown

    def _mark(self, value: Value, unknown: dict[Hashable, int], depth: int) -> Hashable:
        if isinstance(value, Int):
            if not _is_number(value):
                raise Strange
            return value.size
        if isinstance(value, Unknown):
            key: Any = value.key
            number = unknown.setdefault(key, len(unknown))
            if isinstance(key, tuple) and key[0] == "new" and key[1] > self.interpreter.path.decided:
                return ("any", number, value.kind)
            return ("unknown", key)
        if isinstance(value, Sequence):
            if value.items is None or not _is_short(value, depth):
                raise Strange
            return (value.kind, tuple([self._mark(entry, unknown, depth + 1) for entry in value.items]))
        if isinstance(value, Literal | External | Layer) or (
            isinstance(value, TensorValue) and value.shape is not None
        ):
            return ("mark", self.marks.mark(value))
        raise Strange


def _is_number(value: Int) -> bool:
    """True for a known number that is not the size of an axis of data, which rules follow."""
    origin: Any = value.origin
    return type(value.size) is int and (origin is None or origin.tokens is None)


def _is_short(value: Sequence, depth: int) -> bool:
    plain = value.kind in ("tuple", "list") and value.attributes is None
    return plain and depth < DEEPEST and len(value.items or ()) <= LONGEST


def _is_plain(value: Value, given: list[Value], counter: int, depth: int = 0) -> bool:
    """True for what can be made again: one of the arguments, numbers and the like, something new and unknown."""
    if any(value is entry for entry in given):
        return True
    if isinstance(value, Int):
        return _is_number(value)
    if isinstance(value, Unknown):
        key: Any = value.key
        return isinstance(key, tuple) and key[0] == "new" and key[1] > counter
    if isinstance(value, Sequence):
        return _is_short(value, depth) and all(
            _is_plain(entry, given, counter, depth + 1) for entry in value.items or ()
        )
    return isinstance(value, Literal | External)


class _Kept:
    """What a function gave for some arguments."""

    __slots__ = ("function", "given", "path", "value")

    def __init__(self, function: Function, path: Path, given: list[Value], value: Value) -> None:
        self.function = function  # kept alive, as the path is: their identities are in the key
        self.path = path
        self.given = given
        self.value = snapshot(value, given)

    def again(self, interpreter: Interpreter, given: list[Value], call: Call) -> Value:
        """The same for another call."""
        return self._again(interpreter, self.value, given, call, {})

    def _again(
        self, interpreter: Interpreter, value: Value, given: list[Value], call: Call, fresh: dict[int, Value]
    ) -> Value:
        for before, now in zip(self.given, given, strict=True):
            if value is before:
                return now
        if type(value) is Int:
            parts = tuple([entry.origin for entry in given if type(entry) is Int])
            return Int(value.size, Trace("computed", call.node, call.frame.source, value.size, parts=parts))
        if type(value) is Sequence:
            if value.items is None:
                return Sequence(value.kind, None)
            return Sequence(
                value.kind, [self._again(interpreter, entry, given, call, fresh) for entry in value.items]
            )
        if type(value) is Unknown:
            found = fresh.get(id(value))
            if found is None:
                found = fresh[id(value)] = interpreter.unknown(value.reason, kind=value.kind)
            return found
        return value
