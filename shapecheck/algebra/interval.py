"""Bounds of sizes: quick interval arithmetic, and the tighter bounds that proofs use."""

from __future__ import annotations

from .dim import Atom, Dim, Size, collect, from_atom

Interval = tuple[int | None, int | None]

# How deep floors, max and min are opened for one bound, and how many arguments are looked at.
UNFOLDED = 2
MOST_PICKED = 4


def _scale(ends: Interval, count: int) -> Interval:
    low, high = ends
    if count < 0:
        low, high = high, low
    return (None if low is None else low * count, None if high is None else high * count)


def multiply_intervals(a: Interval, b: Interval) -> Interval:
    """The interval of every product of a value of each; None is an open end."""
    if a[0] is not None and b[0] is not None and a[0] >= 0 and b[0] >= 0:
        high = 0 if a[1] == 0 or b[1] == 0 else None if a[1] is None or b[1] is None else a[1] * b[1]
        return a[0] * b[0], high
    low_open = high_open = False
    ends: list[int] = []
    for x, x_sign in ((a[0], -1), (a[1], 1)):
        for y, y_sign in ((b[0], -1), (b[1], 1)):
            if x is not None and y is not None:
                ends.append(x * y)
                continue
            # An open end is an infinity of its sign; infinity times zero is zero here (the zero is attained).
            first = x_sign if x is None else (x > 0) - (x < 0)
            second = y_sign if y is None else (y > 0) - (y < 0)
            if first * second > 0:
                high_open = True
            elif first * second < 0:
                low_open = True
            else:
                ends.append(0)
    return None if low_open or not ends else min(ends), None if high_open or not ends else max(ends)


def add_intervals(a: Interval, b: Interval) -> Interval:
    """The interval of every sum of a value of each."""
    return (
        None if a[0] is None or b[0] is None else a[0] + b[0],
        None if a[1] is None or b[1] is None else a[1] + b[1],
    )


def monomial_interval(monomial: tuple[Atom, ...]) -> Interval:
    """The interval of a product of atoms."""
    first = monomial[0]
    if len(monomial) == 1:
        return first.low, first.high
    ends: Interval = (1, 1)
    position = 0
    while position < len(monomial):
        atom = monomial[position]
        power = 1
        while position + power < len(monomial) and monomial[position + power] is atom:
            power += 1
        position += power
        one: Interval = (atom.low, atom.high)
        part = one
        for _ in range(power - 1):
            part = multiply_intervals(part, one)
        if power % 2 == 0 and (part[0] is None or part[0] < 0):
            part = (0, part[1])  # an even power is never negative
        ends = multiply_intervals(ends, part)
    return ends


def interval(size: Size) -> Interval:
    """Inclusive bounds by plain interval arithmetic over the terms: quick, and loose where terms cancel."""
    if not isinstance(size, Dim):
        return size, size
    found = size._interval
    if found is None:
        found = (size.constant, size.constant)
        for monomial, count in size.terms:
            found = add_intervals(found, _scale(monomial_interval(monomial), count))
        size._interval = found
    return found


def meet(a: Interval, b: Interval) -> Interval:
    """The interval that lies in both."""
    low = a[0] if b[0] is None else b[0] if a[0] is None else max(a[0], b[0])
    high = a[1] if b[1] is None else b[1] if a[1] is None else min(a[1], b[1])
    return low, high


def bounds(size: Size) -> Interval:
    """Inclusive bounds of a size over all values of its symbols; None where no bound is known.

    Tighter than `interval`: products are compared at their least values (`n*c - n` is never negative for
    sizes of at least 1) and floors with what they floor (`h - 2*(h//2)` is 0 or 1).
    """
    if not isinstance(size, Dim):
        return size, size
    found = size._bounds
    if found is None:
        found = size._bounds = _refined(size, UNFOLDED)
    return found


def _refined(size: Size, levels: int) -> Interval:
    """The bounds, with floors and extremes opened so many levels deep."""
    if not isinstance(size, Dim):
        return size, size
    if size._bounds is not None:
        return size._bounds
    found = interval(size)
    if len(size.terms) == 1 or (found[0] is not None and found[1] is not None and not _correlated(size)):
        return found
    found = meet(found, _shifted(size))
    kinds = {atom.kind for monomial, _ in size.terms for atom in monomial} if levels else ()
    if "//" in kinds:
        found = meet(found, (_floored(size, levels - 1), _negate(_floored(-size, levels - 1))))
    if "max" in kinds or "min" in kinds:
        found = meet(found, (_picked(size, levels - 1), _negate(_picked(-size, levels - 1))))
    return found


def _negate(value: int | None) -> int | None:
    return None if value is None else -value


def _correlated(size: Dim) -> bool:
    seen: set[str] = set()
    for monomial, _ in size.terms:
        for name in {name for atom in monomial for name in atom.names}:
            if name in seen:
                return True
            seen.add(name)
    return False


def _shifted(size: Dim) -> Interval:
    """Bounds after writing each atom as its low end plus something of at least 0 (or high minus that)."""
    atoms = {atom for monomial, _ in size.terms for atom in monomial}
    replaced: dict[Atom, Size] = {}
    for number, atom in enumerate(atoms):
        if atom.low is not None:
            if atom.low == 0:
                continue
            replaced[atom] = _slack(number, atom) + atom.low
        elif atom.high is not None:
            replaced[atom] = atom.high - _slack(number, atom)
    if not replaced or len(size.terms) > 64:
        return None, None
    return interval(_replace(size, replaced))


def _slack(number: int, atom: Atom) -> Dim:
    from .dim import make_atom

    width = None if atom.low is None or atom.high is None else atom.high - atom.low
    return from_atom(make_atom("symbol", f"!slack{number}", (), 0, width))


def _replace(size: Dim, replaced: dict[Atom, Size]) -> Size:
    result: Size = size.constant
    for monomial, count in size.terms:
        part: Size = count
        for atom in monomial:
            part = part * replaced.get(atom, from_atom(atom))
        result = result + part
    return result


def _floored(size: Dim, levels: int) -> int | None:
    """A lower bound after replacing each floor by the linear bound on the side that its sign needs.

    For m > 0: (a - m + 1)/m <= a//m <= a/m. The whole is multiplied by the product of the m, and the
    resulting lower bound divided by it again, rounded up (the value is an integer).
    """
    scale = 1
    result: Size = size.constant
    for monomial, count in size.terms:
        atom = monomial[0]
        divisor = atom.args[1] if atom.kind == "//" else 1
        if len(monomial) > 1 or not isinstance(divisor, int) or divisor <= 0 or atom.kind != "//":
            result = result + collect({monomial: count * scale}, 0)
            continue
        numerator = atom.args[0]
        edge = numerator - divisor + 1 if count > 0 else numerator
        result = result * divisor + edge * (count * scale)
        scale *= divisor
    low = _refined(result, levels)[0] if result != size else None
    return None if low is None else -(-low // scale)


def _picked(size: Dim, levels: int) -> int | None:
    """A lower bound from what a max or min is: one of its arguments, and no less (more) than any."""
    for monomial, count in size.terms:
        for atom in monomial:
            if atom.kind not in ("max", "min") or len(atom.args) > MOST_PICKED:
                continue
            lows = [_refined(_replace(size, {atom: arg}), levels)[0] for arg in atom.args]
            known = [low for low in lows if low is not None]
            if len(monomial) == 1 and (count > 0) == (atom.kind == "max") and _occurs_once(size, atom):
                # Replacing it by any argument only lowers the size, so the best of them counts.
                return max(known, default=None)
            return min(known) if len(known) == len(lows) else None
    return None


def _occurs_once(size: Dim, atom: Atom) -> bool:
    return sum(monomial.count(atom) for monomial, _ in size.terms) == 1
