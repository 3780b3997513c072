"""The part of a checker that takes one argument or result apart, down to the shapes in it."""

from __future__ import annotations

from shapecheck.contracts.names import MAYBE, OPEN, Names
from shapecheck.contracts.tensors import TensorWriter
from shapecheck.declarations import Anything, Each, Fixed, Named, One

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.algebra import Pattern
    from shapecheck.contracts.emitter import Emitter, Locals
    from shapecheck.declarations import Structure


class ValueWriter:
    """Writes comparisons of values with structures. `dtypes` collects which local holds each dtype's set."""

    __slots__ = ("code", "dtypes", "locals", "shapes", "tensors")

    def __init__(self, code: Emitter, names: Names, uses: Mapping[str, int], dtypes: dict[str, str]) -> None:
        self.code = code
        self.locals: Locals = names.locals
        self.tensors = TensorWriter(code, names, uses)
        self.dtypes = dtypes
        self.shapes: dict[str, str] = {}

    def read_shape(self, value: str) -> str:
        """The local that holds a value's shape from here on."""
        found = self.locals.fresh(f"{value}_shape" if value.isidentifier() else "shape")
        self.code.line(f"{found} = {value}.shape")
        return found

    def compare(self, value: str, structure: Structure) -> None:
        """Compare the value of this expression with the structure."""
        if isinstance(structure, Anything):
            return
        if not structure.optional:
            self._present(value, structure)
            return
        outer = self.tensors.names
        self.code.settle()
        start = len(self.code.lines)
        self.tensors.names = outer.branch()
        with self.code.block(f"if {value} is not None:"):
            self._present(value, structure)
            self.tensors.refuse_waiting()
        self._leave(outer, start)

    def _leave(self, outer: Names, start: int) -> None:
        """Back to what holds whether the block since line `start` ran or not."""
        inner, self.tensors.names = self.tensors.names, outer
        self.tensors.start_open(outer.join([inner, outer.branch()]), start)

    def _present(self, value: str, structure: Structure) -> None:
        if isinstance(structure, One):
            self._tensor(value, structure.pattern)
        elif isinstance(structure, Fixed):
            self._fixed(value, structure)
        elif isinstance(structure, Each):
            self._each(value, structure)
        elif isinstance(structure, Named):
            self._named(value, structure)

    def _tensor(self, value: str, pattern: Pattern) -> None:
        shape = self.shapes.pop(value, None) or self.read_shape(value)
        if pattern.dtype is not None:
            accepted = self.dtypes.get(pattern.dtype)
            if accepted is None:
                accepted = self.dtypes[pattern.dtype] = self.locals.fresh(f"{pattern.dtype}_dtypes")
            self.code.require(f"{value}.dtype in {accepted}")
        self.tensors.compare(shape, pattern)

    def _fixed(self, value: str, structure: Fixed) -> None:
        self.code.need(f"isinstance({value}, (tuple, list)) and len({value}) == {len(structure.items)}")
        for index, item in enumerate(structure.items):
            if not isinstance(item, Anything):
                self.compare(self._part(f"{value}[{index}]"), item)

    def _named(self, value: str, structure: Named) -> None:
        for key, entry in structure.entries:
            if isinstance(entry, Anything):
                continue
            code = f"{value}[{key!r}]"
            if key.isidentifier():
                code = f"{code} if isinstance({value}, dict) else {value}.{key}"
            self.compare(self._part(code), entry)

    def _part(self, code: str) -> str:
        found = self.locals.fresh("item")
        self.code.line(f"{found} = {code}")
        return found

    def _each(self, value: str, structure: Each) -> None:
        """A loop. Names that only its body binds have no value before the first member."""
        members = self._part(
            f"{value}.values() if isinstance({value}, dict) else "
            # Anything else is not iterated: it may be a tensor, or an iterator that would be used up.
            f"{value} if isinstance({value}, (tuple, list)) else None"
        )
        outer = self.tensors.names
        self.code.settle()
        inner = outer.branch()
        for name in sorted({name for pattern in structure.patterns() for name in pattern.names}):
            if name not in outer.states and self.tensors.uses[name] > 1:
                self.code.line(f"{outer.variable(name)} = {OPEN}")
                outer.states[name] = inner.states[name] = MAYBE
        start = len(self.code.lines)
        item = self.locals.fresh("item")
        self.tensors.names = inner
        with self.code.block(f"for {item} in {members}:"):
            self.compare(item, structure.item)
            self.tensors.refuse_waiting()
        self._leave(outer, start)
