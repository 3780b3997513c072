"""Canonical symbolic integers: a constant plus integer multiples of products of atoms.

A `Dim` is never a constant (constants are plain ints at once), and two Dims built in different ways are
equal when their canonical forms are. Values are immutable and interned, so equality is mostly identity.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# Tables are emptied when they grow past this. Equality is structural, so emptying is always safe.
TABLE_LIMIT = 1 << 16

# A product of two sums with more cross terms than this stays an opaque factor instead of being expanded.
EXPANSION_LIMIT = 1024

NO_NAMES: frozenset[str] = frozenset()


class Atom:
    """One indivisible factor: a symbol, or an opaque `//`, `max`, `min` or unexpanded `*` of sizes."""

    __slots__ = ("_key", "_names", "alone", "args", "hash", "high", "kind", "low", "name", "weight")

    def __init__(
        self, kind: str, name: str, args: tuple[Size, ...], low: int | None, high: int | None
    ) -> None:
        self.kind = kind
        self.name = name
        self.args = args
        self.low = low
        self.high = high
        # The bounds of a compound follow from its parts.
        self.hash = hash((kind, args)) if args else hash((name, low, high))
        self.alone: Dim | None = None  # the Dim that is just this atom, once it was needed
        self.weight = 1 + sum([arg.weight for arg in args if isinstance(arg, Dim)]) if args else 1
        self._names: frozenset[str] | None = None
        self._key: tuple[Any, ...] | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names of the symbols in it."""
        found = self._names
        if found is None:
            parts = [arg.names for arg in self.args if isinstance(arg, Dim)]
            found = NO_NAMES.union(*parts) if self.kind != "symbol" else frozenset((self.name,))
            self._names = found
        return found

    @property
    def key(self) -> tuple[Any, ...]:
        """What canonical order sorts by: symbols before compound factors, by name."""
        found = self._key
        if found is None:
            if self.kind == "symbol":
                # The bounds tell equally named symbols apart.
                low, high = self.low, self.high
                ends = (0 if low is None else 1, low or 0, 0 if high is None else 1, high or 0)
                found = (0, self.name, ends)
            else:
                parts = tuple(arg.key if isinstance(arg, Dim) else ((), arg) for arg in self.args)
                found = (1, self.kind, parts)
            self._key = found
        return found

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Atom)
            and self.hash == other.hash
            and self.kind == other.kind
            and self.name == other.name
            and self.low == other.low
            and self.high == other.high
            and self.args == other.args
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return (make_atom, (self.kind, self.name, self.args, self.low, self.high))


Monomial = tuple[Atom, ...]
Terms = tuple[tuple[Monomial, int], ...]

_ATOMS: dict[tuple[Any, ...], Atom] = {}
# All Dims of the same terms, by their constant: adding a number is one look-up by that number.
_FAMILIES: dict[Terms, dict[int, Dim]] = {}
LARGEST_FAMILY = 1 << 12


def make_atom(kind: str, name: str, args: tuple[Size, ...], low: int | None, high: int | None) -> Atom:
    """The interned atom of these parts; `low` and `high` are inclusive bounds, None where unbounded."""
    key = (kind, args) if args else (name, low, high)
    found = _ATOMS.get(key)
    if found is None:
        if len(_ATOMS) > TABLE_LIMIT:
            _ATOMS.clear()
        found = _ATOMS.setdefault(key, Atom(kind, name, args, low, high))
    return found


class Dim:
    """A symbolic integer in canonical form; arithmetic with ints and Dims gives ints and Dims.

    Raises TypeError where a plain bool or an order is asked of it: what holds may depend on the symbols,
    so use `equal`, `at_least` and `divides`, which answer YES, NO or UNKNOWN.
    """

    __slots__ = (
        "_bounds",
        "_interval",
        "_key",
        "_names",
        "_text",
        "constant",
        "family",
        "hash",
        "quotients",
        "stem",
        "terms",
    )

    terms: Terms
    constant: int
    stem: int  # the hash of the terms
    hash: int
    family: dict[int, Dim]
    quotients: dict[int, Size] | None  # what it is divided by numbers, where that was asked
    _interval: tuple[int | None, int | None] | None
    _bounds: tuple[int | None, int | None] | None
    _names: frozenset[str] | None
    _key: tuple[Any, ...] | None
    _text: str | None

    def __new__(cls) -> Dim:
        raise TypeError("a Dim is made by symbol(), symbols(), parse_size() and arithmetic on those")

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Dim)
            and self.hash == other.hash
            and self.constant == other.constant
            and self.terms == other.terms
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return (make_dim, (self.terms, self.constant))

    def __bool__(self) -> bool:
        raise TypeError(
            f"{self} has no truth value: use equal(), at_least() or divides(), which give a Proof"
        )

    def __lt__(self, other: object) -> bool:
        raise TypeError(f"{self} has no fixed order: use at_least(a, b), which gives a Proof")

    __le__ = __gt__ = __ge__ = __lt__

    def __index__(self) -> int:
        raise TypeError(f"{self} is symbolic: evaluate(size, {{name: int}}) gives a number")

    @property
    def names(self) -> frozenset[str]:
        """The names of the symbols that occur, however deep."""
        found = self._names
        if found is None:
            atoms = {atom for monomial, _ in self.terms for atom in monomial}
            found = self._names = NO_NAMES.union(*(atom.names for atom in atoms))
        return found

    @property
    def weight(self) -> int:
        """How many atoms it is written with, however deep: what work on it costs."""
        return sum([atom.weight for monomial, _ in self.terms for atom in monomial])

    @property
    def key(self) -> tuple[Any, ...]:
        """What canonical order sorts by; independent of hashes and of the order of creation."""
        found = self._key
        if found is None:
            terms = tuple((-len(m), tuple(atom.key for atom in m), c) for m, c in self.terms)
            found = self._key = (terms, self.constant)
        return found

    def __add__(self, other: Size) -> Size:
        if type(other) is int:
            constant = self.constant + other
            found_dim = self.family.get(constant)
            if found_dim is not None:
                return found_dim
            return _new_dim(self.terms, constant, self.stem, self.family)
        if isinstance(other, Dim):
            found = dict(self.terms)
            for monomial, count in other.terms:
                found[monomial] = found.get(monomial, 0) + count
            return collect(found, self.constant + other.constant)
        if isinstance(other, int):
            return self + int(other)  # a bool, or another subclass
        return NotImplemented

    __radd__ = __add__

    def __neg__(self) -> Dim:
        return make_dim(tuple((monomial, -count) for monomial, count in self.terms), -self.constant)

    def __pos__(self) -> Dim:
        return self

    def __sub__(self, other: Size) -> Size:
        if type(other) is int:
            constant = self.constant - other
            found_dim = self.family.get(constant)
            if found_dim is not None:
                return found_dim
            return _new_dim(self.terms, constant, self.stem, self.family)
        if isinstance(other, Dim):
            if self is other:
                return 0
            found = dict(self.terms)
            for monomial, count in other.terms:
                found[monomial] = found.get(monomial, 0) - count
            return collect(found, self.constant - other.constant)
        if isinstance(other, int):
            return self - int(other)
        return NotImplemented

    def __rsub__(self, other: int) -> Size:
        return -self + other if isinstance(other, int) else NotImplemented

    def __mul__(self, other: Size) -> Size:
        if isinstance(other, Dim):
            return _multiply(self, other)
        if isinstance(other, int):
            if other == 1:
                return self
            if other == 0:
                return 0
            return make_dim(tuple((m, count * other) for m, count in self.terms), self.constant * other)
        return NotImplemented

    __rmul__ = __mul__

    def __pow__(self, other: int) -> Size:
        if not isinstance(other, int):
            return NotImplemented
        if not 0 <= other <= 64:
            raise ValueError(f"the exponent of {self} must be in 0…64, got {other}")
        result: Size = 1
        for _ in range(other):
            result = result * self
        return result

    def __floordiv__(self, other: Size) -> Size:
        if other == 1 and type(other) is int:
            return self
        quotients = self.quotients
        if quotients is not None and type(other) is int:
            found = quotients.get(other)
            if found is not None:
                return found
        return floordiv(self, other) if isinstance(other, int | Dim) else NotImplemented

    def __rfloordiv__(self, other: int) -> Size:
        return floordiv(other, self) if isinstance(other, int) else NotImplemented

    def __mod__(self, other: Size) -> Size:
        return mod(self, other) if isinstance(other, int | Dim) else NotImplemented

    def __rmod__(self, other: int) -> Size:
        return mod(other, self) if isinstance(other, int) else NotImplemented

    def __divmod__(self, other: Size) -> tuple[Size, Size]:
        return floordiv(self, other), mod(self, other)

    def __str__(self) -> str:
        found = self._text
        if found is None:
            from .text import render

            found = self._text = render(self)
        return found

    def __repr__(self) -> str:
        return f"Dim({str(self)!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


Size = int | Dim


def make_dim(terms: Terms, constant: int) -> Dim:
    """The interned Dim of canonical, non-empty, sorted terms."""
    family = _FAMILIES.get(terms)
    if family is None:
        if len(_FAMILIES) > TABLE_LIMIT:
            _FAMILIES.clear()
        family = _FAMILIES.setdefault(terms, {})
    found = family.get(constant)
    return found if found is not None else _new_dim(terms, constant, _stem(terms), family)


def _stem(terms: Terms) -> int:
    """A hash of the terms; the commonest kind, one atom, has it at hand."""
    if len(terms) == 1 and len(terms[0][0]) == 1:
        return terms[0][0][0].hash + terms[0][1]
    return hash(terms)


def _new_dim(terms: Terms, constant: int, stem: int, family: dict[int, Dim]) -> Dim:
    fresh: Dim = object.__new__(Dim)
    fresh.terms = terms
    fresh.constant = constant
    fresh.stem = stem
    fresh.hash = hash((stem, constant))
    fresh.family = family
    fresh.quotients = None
    fresh._interval = fresh._bounds = fresh._names = fresh._key = fresh._text = None
    if len(family) > LARGEST_FAMILY:
        family.clear()
    return family.setdefault(constant, fresh)


def _order(term: tuple[Monomial, int]) -> tuple[int, tuple[Any, ...]]:
    # Graded: longer products first, then by the atoms' keys. Admissible (kept by multiplication).
    return -len(term[0]), tuple(atom.key for atom in term[0])


def collect(found: Mapping[Monomial, int], constant: int) -> Size:
    """The canonical size of these term counts plus a constant; zero counts vanish."""
    terms = [item for item in found.items() if item[1]]
    if not terms:
        return constant
    if len(terms) > 1:
        terms.sort(key=_order)
    return make_dim(tuple(terms), constant)


def _atom_key(atom: Atom) -> tuple[Any, ...]:
    return atom.key


def _multiply(a: Dim, b: Dim) -> Size:
    if (len(a.terms) + 1) * (len(b.terms) + 1) > EXPANSION_LIMIT:
        return _opaque_product(a, b)
    left = a.terms if not a.constant else (*a.terms, ((), a.constant))
    right = b.terms if not b.constant else (*b.terms, ((), b.constant))
    found: dict[Monomial, int] = {}
    for first, count in left:
        for second, times in right:
            if not first or not second:
                monomial = first or second
            else:
                monomial = tuple(sorted(first + second, key=_atom_key))
            found[monomial] = found.get(monomial, 0) + count * times
    constant = found.pop((), 0)
    return collect(found, constant)


def _opaque_product(a: Dim, b: Dim) -> Dim:
    # Unexpanded, so that sums multiplied over and over cost no exponential number of terms.
    first, second = sorted((a, b), key=lambda dim: dim.key)
    low, high = multiply_intervals(interval(a), interval(b))
    return make_dim((((make_atom("*", "", (first, second), low, high),), 1),), 0)


def lone_atom(size: Size) -> Atom | None:
    """The atom of a size that is exactly one atom, else None."""
    if isinstance(size, Dim) and not size.constant and len(size.terms) == 1:
        monomial, count = size.terms[0]
        if count == 1 and len(monomial) == 1:
            return monomial[0]
    return None


def from_atom(atom: Atom) -> Dim:
    """The Dim that is just this atom."""
    found = atom.alone
    if found is None:
        found = atom.alone = make_dim((((atom,), 1),), 0)
    return found


# These three need Dim to exist; nothing above runs before this module is whole.
from .division import floordiv, mod  # noqa: E402
from .interval import interval, multiply_intervals  # noqa: E402
