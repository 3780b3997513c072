"""What code reaches by name and may change: globals, names of enclosing functions, members of classes, defaults.

A run of code depends on them beside its arguments. `epoch` counts their changes: what was remembered in another epoch
may not be true any more. Only what something has read so far is watched; nothing depends on the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.copies import reachable
from shapecheck.interpret.values import (
    Class,
    Container,
    Function,
    Instance,
    Layer,
    Mapping,
    Module,
    Native,
    Sequence,
)

if TYPE_CHECKING:
    from shapecheck.interpret.values import Value

CHANGEABLE = frozenset((Sequence, Mapping, Instance, Container, Layer, Native))
_NAMED = (Class, Module, Function)  # what they hold may be read from anywhere


class Shared:
    """What was read by name so far, and how often something of it changed."""

    __slots__ = ("epoch", "held", "names")

    def __init__(self) -> None:
        self.epoch = 0
        self.held: dict[int, tuple[Value, int]] = {}  # with the epoch in which it was last seen
        self.names: set[str] = set()  # of globals that functions read

    def read(self, value: Value) -> None:
        """Something changeable was read by name: from now on it, and what it holds, is watched."""
        found = self.held.get(id(value))
        if found is None or found[1] != self.epoch:
            for entry in reachable((value,)):
                self.held[id(entry)] = (entry, self.epoch)

    def touch(self, value: Value) -> None:
        """A value is about to change."""
        if id(value) in self.held or type(value) in _NAMED:
            self.epoch += 1

    def rebind(self, name: str) -> None:
        """A name that functions may read now means something else."""
        if name in self.names:
            self.epoch += 1

    def holds(self, value: Value) -> bool:
        """True for what more than the code that runs now can see."""
        return id(value) in self.held
