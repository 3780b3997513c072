"""What a run of code changed, and whether it depended on more than its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.interpret.copies import is_younger, reachable
from shapecheck.interpret.values import Instance, Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value


def outside_of(call: Call) -> dict[int, Value]:
    """What a call is given, by identity."""
    return {id(entry): entry for entry in reachable((*call.arguments, *call.keywords.values()))}


def snapshot(value: Value, given: Iterable[Value] = ()) -> Value:
    """The value as it is now, whatever happens to the lists and dicts in it; what was `given` is itself."""
    if any(value is entry for entry in given):
        return value
    if isinstance(value, Sequence) and value.items is not None:
        return Sequence(value.kind, [snapshot(entry, given) for entry in value.items])
    if isinstance(value, Mapping) and value.entries is not None:
        return Mapping({key: snapshot(entry, given) for key, entry in value.entries.items()}, kind=value.kind)
    return value


class Before:
    """How things were before a run."""

    __slots__ = ("counter", "interpreter", "path", "state", "system")

    def __init__(self, interpreter: Interpreter) -> None:
        path = interpreter.path
        self.interpreter = interpreter
        self.path = path
        self.counter = path.counter
        self.system = path.system
        self.state = self._now()

    def _now(self) -> tuple[Any, ...]:
        return (*self.path.progress(), self.interpreter.asked, self.path.recorded)

    def watch(self, run: Callable[[], Value]) -> tuple[Value, set[Any]]:
        """Run, and see what is changed."""
        touched: set[Any] = set()
        self.path.touched.append(touched)
        try:
            return run(), touched
        finally:
            self.path.touched.pop()

    def nothing_asked(self) -> bool:
        """True when the run neither depended on what is known on the path, nor added to it, nor recorded anything."""
        return self._now() == self.state

    def nothing_chosen(self) -> bool:
        """True when no condition was asked for, and nothing came to be assumed."""
        return self._now()[:-1] == self.state[:-1]

    def nothing_changed(self) -> bool:
        """True when the run added nothing to what is known on the path, and recorded nothing."""
        now = self._now()
        return now[:-2] == self.state[:-2] and now[-1] == self.state[-1]

    def only_own(self, touched: set[Any], outside: dict[int, Value], own: dict[int, Any]) -> bool:
        """True when only what the run made itself was changed."""
        holds = self.interpreter.shared.holds
        for holder, _ in touched:
            if id(holder) in own:
                continue
            if id(holder) in outside or holds(holder):
                return False
            if isinstance(holder, Instance):
                if not is_younger(holder, self.counter):
                    return False
            elif not isinstance(holder, Sequence | Mapping):
                return False
        return True
