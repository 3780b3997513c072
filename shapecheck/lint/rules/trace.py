"""Which event made which tensor, so that a finding can say where a size came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from shapecheck.interpret.events import Applied
    from shapecheck.ops.base import Op
    from shapecheck.ops.tensor import Tensor


def inner(op: Op) -> Op:
    """The operator itself, where it is wrapped for tensors with their channels last."""
    return op.__dict__["inner"] if type(op).__name__ == "ChannelsLast" else op


class Trace:
    """The applied operators of one analysis, found by the tensors that came out of them."""

    def __init__(self, events: Iterable[Any]) -> None:
        self._events = events
        self._producers: dict[int, Applied] | None = None

    def applied(self) -> Iterator[Applied]:
        """Every operator that was applied."""
        return (event for event in self._events if type(event).__name__ == "Applied")

    def producer(self, tensor: Tensor | None) -> Applied | None:
        """The event that gave this very tensor, None for inputs and what was not understood."""
        if tensor is None:
            return None
        if self._producers is None:
            self._producers = {}
            for event in self.applied():
                for output in _tensors(event.outputs):
                    self._producers[id(output)] = event
        return self._producers.get(id(tensor))

    def makers(self, tensor: Tensor | None) -> Iterator[tuple[Op, Tensor | None]]:
        """The operators that led to this tensor, nearest first, each with its first input."""
        seen: set[int] = set()
        while tensor is not None and id(tensor) not in seen:
            seen.add(id(tensor))
            made_by = getattr(tensor, "made_by", None)
            if made_by is not None:
                op, inputs = made_by[0], made_by[1]
            else:
                event = self.producer(tensor)
                if event is None:
                    return
                op, inputs = event.op, event.inputs
            tensor = inputs[0] if inputs else None
            yield inner(op), tensor

    def chain(self, tensor: Tensor | None) -> Iterator[Applied]:
        """The events that led to this tensor, nearest first, along the first input of each."""
        seen: set[int] = set()
        while tensor is not None and id(tensor) not in seen:
            seen.add(id(tensor))
            event = self.producer(tensor)
            if event is None:
                return
            yield event
            tensor = event.inputs[0] if event.inputs else None


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, tuple | list):
        for entry in value:
            yield from _tensors(entry)
    elif hasattr(value, "shape"):
        yield value
