"""The caller's symbols, and the live symbols that they stand for while claims are solved."""

from __future__ import annotations

from .dim import Atom, Dim, Size, collect
from .division import divide_terms, floordiv
from .evaluation import substitute
from .narrowing import between


class LiveSymbols:
    """What every symbol stands for, and how to get back to the caller's symbols."""

    __slots__ = ("inner", "limits", "origins", "roots")

    def __init__(self) -> None:
        self.inner: dict[str, Size] = {}  # name -> size over live symbols
        self.limits: dict[str, tuple[int | None, int | None]] = {}  # bounds the caller's symbols came with
        self.origins: dict[str, tuple[Dim, Size, int]] = {}  # quotient -> (symbol, modulus, residue)
        self.roots: dict[str, str] = {}  # quotient -> the caller's name that it was made from

    def live(self, name: str) -> Atom | None:
        """The live symbol of this name, if it is one."""
        size = self.inner.get(name)
        if isinstance(size, Dim) and len(size.terms) == 1 and not size.constant:
            monomial, count = size.terms[0]
            atom = monomial[0]
            if count == 1 and len(monomial) == 1 and atom.kind == "symbol" and atom.name == name:
                return atom
        return None

    def shown(self, size: Size) -> Size:
        """The size in the caller's symbols again."""
        for name in reversed(self.origins):
            size = self._unsplit(size, name)
        if isinstance(size, Dim):
            limits = self.limits
            size = substitute(
                size, {name: between(name, *limits[name]) for name in size.names if name in limits}
            )
        return size

    def shows_quotient(self, size: Size, shown: Size) -> bool:
        """Whether a split symbol's quotient is left visible as a floor in `shown`."""
        atoms = (
            {atom for monomial, _ in shown.terms for atom in monomial} if isinstance(shown, Dim) else set()
        )
        for name in self.origins:
            if isinstance(size, Dim) and name in size.names:
                floor = self.shown(between(name, None, None))
                if isinstance(floor, Dim) and any(atom in atoms for (atom, *_), _ in floor.terms):
                    return True
        return False

    def _unsplit(self, size: Size, name: str) -> Size:
        if not isinstance(size, Dim) or name not in size.names:
            return size
        whole, modulus, residue = self.origins[name]
        result: Size = size.constant
        for monomial, count in size.terms:
            part = collect({monomial: count}, 0)
            others = tuple(atom for atom in monomial if atom.name != name)
            if len(others) == len(monomial) - 1:
                times: Size = collect({others: count}, 0) if others else count
                # modulus*quotient is whole - residue.
                if isinstance(modulus, Dim) and isinstance(times, Dim):
                    times, left = divide_terms(times, modulus)
                else:
                    times, left = (times // modulus, times % modulus)
                if left == 0:
                    part = times * (whole - residue)
            result = result + part
        return substitute(result, {name: floordiv(whole - residue, modulus)})
