"""Proofs by cases: what one normal form cannot show is shown for every residue and range of the symbols.

`h//2 + (h+1)//2 = h` has no two equal terms, but with h = 2*q + r it is q + (q + r) = 2*q + r for r = 0, 1.
A few numbers tried first tell at once when there is nothing to prove.
"""

from __future__ import annotations

from math import lcm

from .dim import Atom, Dim, Size, from_atom, make_atom
from .division import maximum
from .evaluation import evaluate, substitute
from .interval import bounds
from .witnesses import assignments, symbol_atoms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Cases looked at before giving up, the atoms in all of them, and numbers tried before starting.
CASES = 160
ATOMS = 1_200
SAMPLES = 7
# Largest modulus that a symbol is split by, and widest range whose values are tried one by one.
LARGEST_MODULUS = 1 << 14
WIDEST_RANGE = 64


def sampled(size: Dim) -> Iterator[int]:
    """The size at a few telling assignments within bounds (fewer where a divisor is 0)."""
    for values in assignments(symbol_atoms(size), SAMPLES):
        try:
            yield evaluate(size, values)
        except ZeroDivisionError:
            continue


def in_every_case(size: Dim, test: Callable[[Size], bool]) -> bool:
    """Whether `test` accepts the size in every case of a split of its symbols that covers all assignments."""
    if not _splittable(size):
        return False
    pending: list[Size] = [_without_minima(size)]
    atoms = 0
    for _ in range(CASES):
        if not pending:
            return True
        now = pending.pop()
        if test(now):
            continue
        if not isinstance(now, Dim):
            return False
        atoms += now.weight
        if atoms > ATOMS:
            return False
        try:
            parts = _split(now)
        except ZeroDivisionError:
            return False  # in one of the cases the size has no value
        if parts is None:
            return False
        pending.extend(parts)
    return not pending


def _splittable(size: Dim) -> bool:
    return any(
        atom.kind in ("//", "max", "min") or (atom.kind == "symbol" and atom.high is not None)
        for monomial, _ in size.terms
        for atom in monomial
    )


def _without_minima(size: Dim) -> Size:
    """min(a, b) written as a + b - max(a, b), so that the two meet."""
    result: Size = size.constant
    for monomial, count in size.terms:
        part: Size = count
        for atom in monomial:
            if atom.kind == "min" and len(atom.args) == 2:
                a, b = atom.args
                part = part * (a + b - maximum(a, b))
            else:
                part = part * from_atom(atom)
        result = result + part
    return result


def _split(size: Dim) -> list[Size] | None:
    """The size in two or more cases that cover every assignment; None where no split is known."""
    moduli: dict[Atom, int] = {}
    for atom in _atoms(size):
        _add_moduli(atom, 1, moduli)
    narrow: Atom | None = None
    for symbol in moduli:
        if symbol.low is not None and symbol.high is not None and symbol.high - symbol.low <= WIDEST_RANGE:
            return _halves(size, symbol)
        if symbol.name.startswith("!rest "):
            narrow = symbol
    if narrow is not None:
        return _halves(size, narrow)
    for symbol, modulus in moduli.items():
        if 1 < modulus <= LARGEST_MODULUS:
            return [_by_residue(size, symbol, modulus)]
    for atom in _atoms(size):
        if atom.kind == "symbol" and atom.low is not None and atom.high is not None:
            return _halves(size, atom) if atom.high - atom.low <= WIDEST_RANGE else None
    return None


def _atoms(size: Dim) -> list[Atom]:
    return list(dict.fromkeys(atom for monomial, _ in size.terms for atom in monomial))


def _add_moduli(atom: Atom, outer: int, moduli: dict[Atom, int]) -> None:
    """For every symbol under floors by numbers, the number whose residues settle those floors."""
    if atom.kind == "symbol":
        if outer > 1:
            moduli[atom] = lcm(moduli.get(atom, 1), outer)
        return
    divisor = atom.args[-1] if atom.kind == "//" else 1
    if atom.kind == "//" and isinstance(divisor, int):
        outer *= divisor
    for arg in atom.args:
        if isinstance(arg, Dim):
            for inner in _atoms(arg):
                _add_moduli(inner, outer, moduli)


def _halves(size: Dim, symbol: Atom) -> list[Size]:
    assert symbol.low is not None
    assert symbol.high is not None
    middle = (symbol.low + symbol.high) // 2
    ends = ((symbol.low, middle), (middle + 1, symbol.high))
    return [substitute(size, {symbol.name: _between(symbol.name, low, high)}) for low, high in ends]


def _between(name: str, low: int | None, high: int | None) -> Size:
    if low is not None and low == high:
        return low
    return from_atom(make_atom("symbol", name, (), low, high))


def _by_residue(size: Dim, symbol: Atom, modulus: int) -> Size:
    """The size with symbol = modulus*quotient + rest, 0 <= rest < modulus."""
    low, high = symbol.low, symbol.high
    # Ends rounded outwards: a few more assignments than there are prove no less.
    least = None if low is None else -((modulus - 1 - low) // modulus)
    most = None if high is None else high // modulus
    if least is not None and most is not None and most < least:
        most = least
    quotient = _between(f"!quotient {symbol.name}", least, most)
    rest = _between(f"!rest {symbol.name}", 0, modulus - 1)
    return substitute(size, {symbol.name: quotient * modulus + rest})


def is_zero_here(size: Size) -> bool:
    """Test of a case: it is 0."""
    return bounds(size) == (0, 0) if isinstance(size, Dim) else size == 0


def is_nonzero_here(size: Size) -> bool:
    """Test of a case: it cannot be 0."""
    low, high = bounds(size)
    return (low is not None and low > 0) or (high is not None and high < 0)


def is_natural_here(size: Size) -> bool:
    """Test of a case: it is 0 or more."""
    low = bounds(size)[0]
    return low is not None and low >= 0


def is_negative_here(size: Size) -> bool:
    """Test of a case: it is less than 0."""
    high = bounds(size)[1]
    return high is not None and high < 0
