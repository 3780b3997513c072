"""Python source under construction: lines, blocks, and conditions gathered into one flag."""

from __future__ import annotations

from contextlib import contextmanager
from keyword import iskeyword

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# The generated code runs among the user's globals and needs these words to mean what they always do.
BUILTINS = frozenset(
    ("len", "tuple", "list", "dict", "isinstance", "max", "min", "Exception", "BaseException")
)
FLAG = "fine"


class Locals:
    """Names for local variables, none given out twice."""

    __slots__ = ("taken",)

    def __init__(self, taken: Collection[str]) -> None:
        self.taken = {*taken, *BUILTINS}

    def fresh(self, wish: str) -> str:
        """A name that nothing else has, the wished one if possible."""
        base = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in wish) or "_"
        if base[0].isdigit() or iskeyword(base):
            base = f"_{base}"
        name, number = base, 1
        while name in self.taken:
            number += 1
            name = f"{base}_{number}"
        self.taken.add(name)
        return name


class Emitter:
    """Lines of a function body. `require` adds a condition; the flag has all when a line follows.

    `need` adds one without which the lines that follow may fail; these leave the `try` that all stands in. An
    IndexError would do so too, but torch.compile lets none of a tuple or a shape come to the `except`.
    """

    __slots__ = ("conditions", "depth", "flag", "flagged", "lines", "needed")

    def __init__(self, flag: str, depth: int = 0) -> None:
        self.flag = flag
        self.depth = depth
        self.lines: list[str] = []
        self.needed: list[str] = []
        self.conditions: list[str] = []
        self.flagged = False

    def require(self, condition: str) -> None:
        """Make the flag depend on one more condition."""
        self.conditions.append(condition)

    def need(self, condition: str) -> None:
        """The same, for a condition that must hold before the next line."""
        self.needed.append(condition)

    def refuse(self) -> None:
        """Leave the judgement to the slow way: the flag is False from here on."""
        self.conditions.clear()
        self.flagged = True
        self._write(f"{self.flag} = False")

    def flush(self) -> None:
        """Write the gathered conditions into the flag."""
        found = [*self.needed, *self.conditions]
        if not found:
            return
        parts = [self.flag, *found] if self.flagged else found
        self.needed, self.conditions = [], []
        self.flagged = True
        self._write(f"{self.flag} = {' and '.join(parts)}")

    def line(self, text: str) -> None:
        """One statement, after everything required so far."""
        self._leave_unless_needed()
        self.flush()
        self._write(text)

    def _write(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def _leave_unless_needed(self) -> None:
        if self.needed:
            self._write(f"if not ({' and '.join(self.needed)}):")
            self._write("    raise Exception")
            self.needed = []

    def settle(self) -> None:
        """Make sure that the flag has a value."""
        self._leave_unless_needed()
        self.flush()
        if not self.flagged:
            self.flagged = True
            self._write(f"{self.flag} = True")

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """An indented block; what it requires is in the flag when it ends."""
        self.line(header)
        self.depth += 1
        before = len(self.lines)
        yield
        self.flush()
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1
