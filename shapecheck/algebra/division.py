"""Floor division, remainder, maximum and minimum, brought to their canonical forms.

Floors follow Python (towards minus infinity). Every rewrite states why it is lawful. An assignment that makes
a divisor 0 is outside all of them: there the expression has no value.
"""

from __future__ import annotations

from math import gcd

from .dim import TABLE_LIMIT, Atom, Dim, Monomial, Size, collect, from_atom, lone_atom, make_atom, make_dim
from .interval import MOST_PICKED, Interval, bounds, interval

_QUOTIENTS: dict[tuple[Size, Size], Size] = {}

# Long division of polynomials stops after this many steps: what is left stays under the floor.
DIVISION_STEPS = 64


def floordiv(a: Size, b: Size) -> Size:
    """a // b, rounded down. Raises ZeroDivisionError for a literal 0."""
    if not isinstance(a, Dim) and not isinstance(b, Dim):
        return a // b
    if isinstance(a, Dim) and not isinstance(b, Dim):
        quotients = a.quotients
        if quotients is None:
            quotients = a.quotients = {}
        known = quotients.get(b)
        if known is None:
            known = _shifted_atom(a, b)
            if known is None:
                known = _by_number(a, b)
            quotients[b] = known
        return known
    key = (a, b)
    found = _QUOTIENTS.get(key)
    if found is None:
        found = _by_dim(a, b)
        if len(_QUOTIENTS) > TABLE_LIMIT:
            _QUOTIENTS.clear()
        _QUOTIENTS[key] = found
    return found


def ceildiv(a: Size, b: Size) -> Size:
    """a / b, rounded up. Raises ZeroDivisionError for a literal 0."""
    return -floordiv(-a, b)


def mod(a: Size, b: Size) -> Size:
    """a % b, with the sign of b, written as a - b*(a//b). Raises ZeroDivisionError for a literal 0."""
    if not isinstance(a, Dim) and not isinstance(b, Dim):
        return a % b
    return a - floordiv(a, b) * b


def _shifted_atom(a: Dim, b: int) -> Size | None:
    """The commonest quotient, (symbol + constant)//b or (floor + constant)//b, without the general machinery.

    Gives what `_by_number` would; None for everything else.
    """
    terms = a.terms
    if len(terms) > 1 or b < 2 or terms[0][1] != 1 or len(terms[0][0]) > 1:
        return None
    (atom,) = terms[0][0]
    outside, constant = divmod(a.constant, b)
    if atom.kind == "//" and type(atom.args[1]) is int:
        # (x//m + k)//b = (x + m*k)//(m*b) for b > 0.
        divisor = atom.args[1]
        return floordiv(atom.args[0] + divisor * constant, divisor * b) + outside
    if atom.kind != "symbol":
        return None
    least = None if atom.low is None else (atom.low + constant) // b
    most = None if atom.high is None else (atom.high + constant) // b
    if least is not None and least == most:
        return least + outside
    inside = a if not outside else a - outside * b
    atom = make_atom("//", "", (inside, b), least, most)
    return from_atom(atom) if not outside else make_dim((((atom,), 1),), outside)


def _by_number(a: Dim, b: int) -> Size:
    if b == 0:
        raise ZeroDivisionError(f"{a} // 0")
    if b < 0:
        a, b = -a, -b  # a//b = (-a)//(-b) for every b != 0
    if b == 1:
        return a
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    common = b
    for monomial, count in a.terms:
        # (q*b*x + r)//b = q*x + r//b for every integer q: whole multiples of b come out of the floor.
        taken = count // b if count >= 0 else -(-count // b)
        if taken:
            whole[monomial] = taken
            count -= taken * b
        if count:
            rest[monomial] = count
            common = gcd(common, count)
    outside, constant = divmod(a.constant, b)
    if common > 1:
        # (g*x + k)//(g*m) = (x + k//g)//m for g > 0: flooring k/g first changes nothing for an integer x.
        b //= common
        constant //= common
        rest = {monomial: count // common for monomial, count in rest.items()}
    result = collect(whole, outside)
    inside = collect(rest, constant)
    if not isinstance(inside, Dim):
        return result + inside // b
    if b == 1:
        return result + inside
    return result + _under_number(inside, b)


def _under_number(inside: Dim, b: int) -> Size:
    """inside // b, whole multiples of b and common factors already taken out; b > 1."""
    if inside.terms[0][1] < 0:
        # floor(-x/b) = -ceil(x/b) = -((x + b - 1)//b) for b > 0: the leading count is made positive.
        return -floordiv(-inside + (b - 1), b)
    merged = _merge_nested(inside, b)
    if merged is not None:
        return merged
    low, high = _ends(inside)
    least = None if low is None else low // b
    most = None if high is None else high // b
    if least is not None and least == most:
        return least
    if len(inside.terms) == 1:
        monomial, count = inside.terms[0]
        atom = monomial[0]
        if len(monomial) == 1 and atom.kind in ("max", "min") and len(atom.args) <= MOST_PICKED:
            # A floor by a positive number never decreases, so it goes through max and min (count > 0 here).
            parts = [floordiv(arg * count + inside.constant, b) for arg in atom.args]
            return maximum(*parts) if atom.kind == "max" else minimum(*parts)
    return from_atom(make_atom("//", "", (inside, b), least, most))


def _ends(inside: Dim) -> Interval:
    # Where terms may cancel, the quick interval is too loose to see that a remainder is small.
    if any(count < 0 for _, count in inside.terms):
        return bounds(inside)
    return interval(inside)


def _merge_nested(inside: Dim, b: Size) -> Size | None:
    """(x//m + k)//b = (x + m*k)//(m*b): lawful for b > 0 and every integer k, as k is whole.

    Only where exactly one term is a lone floor counted once: with two the choice would be arbitrary.
    """
    floor: Atom | None = None
    for monomial, count in inside.terms:
        if len(monomial) == 1 and monomial[0].kind == "//" and count == 1:
            if floor is not None:
                return None
            floor = monomial[0]
    if floor is None:
        return None
    numerator, divisor = floor.args
    return floordiv(numerator + (inside - from_atom(floor)) * divisor, divisor * b)


def _contains(monomial: Monomial, part: Monomial) -> Monomial | None:
    """The monomial without the atoms of `part`, or None when it lacks one of them."""
    if len(part) > len(monomial):
        return None
    left = list(monomial)
    for atom in part:
        if atom not in left:
            return None
        left.remove(atom)
    return tuple(left)


def divide_terms(a: Size, b: Dim) -> tuple[Size, Size]:
    """Polynomial long division: (q, r) with a = q*b + r, by the leading term of b."""
    lead, number = b.terms[0]
    quotient: Size = 0
    for _ in range(DIVISION_STEPS):
        if not isinstance(a, Dim):
            break
        for monomial, count in a.terms:
            left = _contains(monomial, lead)
            taken = 0 if left is None else abs(count) // abs(number)
            if left is not None and taken:
                if (count < 0) != (number < 0):
                    taken = -taken
                part = make_dim(((left, taken),), 0) if left else taken
                quotient = quotient + part
                a = a - b * part
                break
        else:
            break
    return quotient, a


def _common_factor(a: Dim, b: Dim) -> Monomial:
    """The atoms, with repetition, that divide every term of both; none when either has a constant."""
    if a.constant or b.constant:
        return ()
    common = list(b.terms[0][0])
    for monomial, _ in (*a.terms, *b.terms):
        left = list(monomial)
        kept = []
        for atom in common:
            if atom in left:
                left.remove(atom)
                kept.append(atom)
        common = kept
    return tuple(common)


def _without(size: Dim, factor: Monomial) -> Size:
    found: dict[Monomial, int] = {}
    constant = 0
    for monomial, count in size.terms:
        left = _contains(monomial, factor)
        if left:
            found[left] = count
        else:
            constant += count
    return collect(found, constant)


def _content(size: Dim) -> int:
    return gcd(size.constant, *(count for _, count in size.terms))


def _by_dim(a: Size, b: Size) -> Size:
    assert isinstance(b, Dim)
    if b.terms[0][1] < 0:
        return floordiv(-a, -b)  # a//b = (-a)//(-b) for every b != 0
    # (q*b + r)//b = q + r//b for every b != 0.
    outside, a = divide_terms(a, b)
    if not isinstance(a, Dim):
        return outside + (_small(a, b) if a else 0)
    shared = gcd(_content(a), _content(b))
    if shared > 1:
        # (g*x)//(g*y) = x//y for every g != 0.
        return outside + floordiv(_divide_counts(a, shared), _divide_counts(b, shared))
    factor = _common_factor(a, b)
    if factor:
        # The same with a symbolic g, which is not 0 wherever the divisor g*y is not 0.
        return outside + floordiv(_without(a, factor), _without(b, factor))
    positive = _is_positive(b)
    if positive and a.terms[0][1] < 0:
        # floor(-x/b) = -((x + b - 1)//b) needs b > 0; the whole b then comes out of the floor again.
        return outside - floordiv(-a + b - 1, b)
    merged = _merge_nested(a, b) if positive else None
    if merged is not None:
        return outside + merged
    return outside + _small(a, b)


def _divide_counts(size: Dim, number: int) -> Dim:
    return make_dim(tuple((m, count // number) for m, count in size.terms), size.constant // number)


def _is_positive(size: Size) -> bool:
    low = bounds(size)[0]
    return low is not None and low >= 1


def _small(a: Size, b: Dim) -> Size:
    """a // b as a constant where 0 <= a < b or -b <= a < 0 is certain, else as an opaque floor."""
    low, high = bounds(a)
    if _is_positive(b):
        if low is not None and low >= 0 and _is_positive(b - a):
            return 0
        if high is not None and high < 0 and _is_positive(b + a + 1):
            return -1
        # With b >= 1 the quotient lies between a and 0 or beyond neither.
        ends: Interval = (
            None if low is None else min(low, 0),
            None if high is None else max(high, -1 if high < 0 else 0),
        )
    else:
        ends = (None, None)
    return from_atom(make_atom("//", "", (a, b), *ends))


def maximum(*sizes: Size) -> Size:
    """The largest of the sizes. Raises ValueError for none."""
    return _extreme("max", sizes)


def minimum(*sizes: Size) -> Size:
    """The smallest of the sizes. Raises ValueError for none."""
    return _extreme("min", sizes)


def _extreme(kind: str, sizes: tuple[Size, ...]) -> Size:
    numbers: list[int] = []
    dims: list[Dim] = []
    for size in sizes:
        if not isinstance(size, Dim):
            numbers.append(size)
            continue
        atom = lone_atom(size)
        # max(max(a, b), c) = max(a, b, c).
        nested = atom is not None and atom.kind == kind and len(atom.args) <= MOST_PICKED
        for part in atom.args if atom is not None and nested else (size,):
            if not isinstance(part, Dim):
                numbers.append(part)
            elif part not in dims:
                dims.append(part)
    pick = max if kind == "max" else min
    if not dims:
        return pick(numbers)
    parts: list[Size] = [*dims, pick(numbers)] if numbers else [*dims]
    kept = _undominated(kind, parts) if len(parts) <= MOST_PICKED else parts
    if len(kept) == 1:
        return kept[0]
    kept.sort(key=lambda size: size.key if isinstance(size, Dim) else ((), size))
    ends = [interval(size) for size in kept]
    lows = [low for low, _ in ends]
    highs = [high for _, high in ends]
    return from_atom(
        make_atom(kind, "", tuple(kept), _outer(kind == "max", lows), _outer(kind == "max", highs, True))
    )


def _outer(largest: bool, ends: list[int | None], upper: bool = False) -> int | None:
    """The end of a max or min from the ends of its arguments, None being infinite on its own side."""
    known = [end for end in ends if end is not None]
    if largest != upper:
        # max of the lows, min of the highs: any known end counts.
        return (max(known) if largest else min(known)) if known else None
    if len(known) < len(ends):
        return None
    return max(known) if largest else min(known)


def _undominated(kind: str, parts: list[Size]) -> list[Size]:
    """The arguments that no other is certain to beat (equal ones count once)."""
    kept: list[Size] = []
    for part in parts:
        if any(_beats(kind, other, part) for other in kept):
            continue
        kept = [other for other in kept if not _beats(kind, part, other)]
        kept.append(part)
    return kept


def _beats(kind: str, a: Size, b: Size) -> bool:
    low = bounds(a - b if kind == "max" else b - a)[0]
    return low is not None and low >= 0
