"""Numbers and other sizes put in the place of symbols."""

from __future__ import annotations

from .dim import Atom, Dim, Size, from_atom
from .division import floordiv, maximum, minimum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class MissingSymbolError(KeyError):
    """A symbol was to be evaluated and has no value; the message names it."""

    def __str__(self) -> str:
        return str(self.args[0])


def evaluate(size: Size, values: Mapping[str, int]) -> int:
    """The number a size is when its symbols have these values.

    Raises MissingSymbolError (a KeyError) for a symbol without a value, ZeroDivisionError for a divisor of 0.
    """
    if not isinstance(size, Dim):
        return size
    return _number(size, values, {})


def _number(size: Size, values: Mapping[str, int], seen: dict[Atom, int]) -> int:
    if not isinstance(size, Dim):
        return size
    result = size.constant
    for monomial, count in size.terms:
        for atom in monomial:
            found = seen.get(atom)
            if found is None:
                found = seen[atom] = _atom_number(atom, values, seen)
            count *= found
        result += count
    return result


def _atom_number(atom: Atom, values: Mapping[str, int], seen: dict[Atom, int]) -> int:
    kind = atom.kind
    if kind == "symbol":
        try:
            return values[atom.name]
        except KeyError:
            given = ", ".join(sorted(values)) or "nothing"
            raise MissingSymbolError(f"no value for the symbol {atom.name!r} (given: {given})") from None
    numbers = [_number(arg, values, seen) for arg in atom.args]
    if kind == "//":
        return numbers[0] // numbers[1]
    if kind == "*":
        return numbers[0] * numbers[1]
    return max(numbers) if kind == "max" else min(numbers)


def substitute(size: Size, values: Mapping[str, Size]) -> Size:
    """The size with every symbol of these names replaced, brought to its canonical form again.

    Raises ZeroDivisionError where that makes a divisor 0.
    """
    if not isinstance(size, Dim) or size.names.isdisjoint(values):
        return size
    return _replaced(size, values, {})


def _replaced(size: Size, values: Mapping[str, Size], seen: dict[Atom, Size]) -> Size:
    if not isinstance(size, Dim) or size.names.isdisjoint(values):
        return size
    result: Size = size.constant
    for monomial, count in size.terms:
        part: Size = count
        for atom in monomial:
            found = seen.get(atom)
            if found is None:
                found = seen[atom] = _atom_replaced(atom, values, seen)
            part = part * found
        result = result + part
    return result


def _atom_replaced(atom: Atom, values: Mapping[str, Size], seen: dict[Atom, Size]) -> Size:
    kind = atom.kind
    if kind == "symbol":
        found = values.get(atom.name)
        return from_atom(atom) if found is None else found
    if atom.names.isdisjoint(values):
        return from_atom(atom)
    args = [_replaced(arg, values, seen) for arg in atom.args]
    if kind == "//":
        return floordiv(args[0], args[1])
    if kind == "*":
        return args[0] * args[1]
    return maximum(*args) if kind == "max" else minimum(*args)
