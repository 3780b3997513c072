"""What is known of names while a checker is written: which local holds each, and whether it has a value."""

from __future__ import annotations

from shapecheck.algebra import Claim, Dim, Size, free_symbols
from shapecheck.algebra.dim import collect, from_atom, lone_atom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from shapecheck.contracts.emitter import Locals

BOUND, MAYBE = "bound", "maybe"
# In generated code `...` is the value of a name that nothing has bound yet.
OPEN = "..."


class Equation:
    """A written size and the code of the size found; `broadcast` allows 1 in its place."""

    __slots__ = ("actual", "broadcast", "written")

    def __init__(self, written: Size, actual: str, *, broadcast: bool = False) -> None:
        self.written = written
        self.actual = actual
        self.broadcast = broadcast


class Names:
    """The state of every name at one point of the generated code."""

    __slots__ = ("locals", "states", "sure", "variables", "waiting")

    def __init__(self, local_names: Locals) -> None:
        self.locals = local_names
        self.variables: dict[str, str] = {}
        self.states: dict[str, str] = {}
        self.sure: set[str] = set()  # names that the flag already proves not to be None
        self.waiting: list[Equation] = []

    def variable(self, name: str) -> str:
        """The local of a name."""
        found = self.variables.get(name)
        if found is None:
            wish = name.strip("{}").replace(".", "_") if name != "..." else "axes"
            found = self.variables[name] = self.locals.fresh(wish)
        return found

    def bind(self, name: str) -> str:
        """The local of a name that has a value from here on."""
        self.states[name] = BOUND
        self.sure.discard(name)
        return self.variable(name)

    def unbound(self, written: Size | Claim) -> list[str]:
        """The names in it that nothing can have bound."""
        names = written.symbols if isinstance(written, Claim) else free_symbols(written)
        return sorted(name for name in names if name not in self.states)

    def maybe(self, written: Size | Claim) -> list[str]:
        """The names in it that may or may not have a value."""
        names = written.symbols if isinstance(written, Claim) else free_symbols(written)
        return sorted(name for name in names if self.states.get(name) == MAYBE)

    def branch(self) -> Names:
        """The same knowledge for code that may not run."""
        found = Names(self.locals)
        found.variables = self.variables
        found.states = dict(self.states)
        found.sure = set(self.sure)
        return found

    def join(self, branches: list[Names]) -> list[str]:
        """Take over what holds after any of the branches; the names that only now may have a value."""
        opened = []
        for name in sorted({name for branch in branches for name in branch.states}):
            states = {branch.states.get(name) for branch in branches}
            if states == {BOUND}:
                self.states[name] = BOUND
                continue
            if name not in self.states:
                opened.append(name)
            self.states[name] = MAYBE
        self.sure.intersection_update(*(branch.sure for branch in branches))
        return opened


def sole_name(written: Size) -> str | None:
    """The name of a size that is just a name."""
    atom = lone_atom(written)
    return atom.name if atom is not None and atom.kind == "symbol" else None


def isolated(written: Size, name: str) -> tuple[Size, Size] | None:
    """(coefficient, rest) with written = coefficient * name + rest, both without the name; else None."""
    if not isinstance(written, Dim):
        return None
    found: Size | None = None
    rest: Size = written
    for monomial, count in written.terms:
        holders = [atom for atom in monomial if name in atom.names]
        if not holders:
            continue
        if found is not None or len(holders) > 1 or holders[0].kind != "symbol":
            return None
        others = tuple(atom for atom in monomial if atom is not holders[0])
        found = collect({others: count}, 0) if others else count
        rest = written - found * from_atom(holders[0])
    return None if found is None else (found, rest)


def always_solvable(written: Size) -> bool:
    """Whether some sizes make this any number from 0 on: a product of different names (h w), or h//2."""
    if not isinstance(written, Dim) or written.constant or len(written.terms) != 1:
        return False
    atom = lone_atom(written)
    if atom is not None and atom.kind == "//":
        numerator, divisor = atom.args
        return sole_name(numerator) is not None and isinstance(divisor, int) and divisor > 0
    ((monomial, count),) = written.terms
    return count == 1 and len(set(monomial)) == len(monomial) and all(a.kind == "symbol" for a in monomial)
