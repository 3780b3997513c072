"""Text of a size: short, without whitespace, and read back by `parse_size` to the same value."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from .dim import Atom, Dim, Monomial, Size, collect, from_atom
from .division import divide_terms, floordiv
from .interval import bounds

if TYPE_CHECKING:
    from collections.abc import Iterable

# How tightly a text holds together: a sum, a product, one factor.
SUM, PRODUCT, FACTOR = 0, 1, 2

Part = tuple[str, int]


def render(size: Size) -> str:
    """The canonical text of a size, e.g. "64*(h//4)*(w//4)" or "(h-1)//2+1"."""
    return _text(size)[0] if isinstance(size, Dim) else str(size)


def _wrap(part: Part, needed: int) -> str:
    return part[0] if part[1] >= needed else f"({part[0]})"


def _text(size: Size) -> Part:
    if not isinstance(size, Dim):
        return str(size), FACTOR if size >= 0 else SUM
    if size._text is not None:
        # Only whole texts are kept; how tightly one binds follows from its terms.
        return size._text, _binding(size)
    return _split(size)


def _binding(size: Dim) -> int:
    return _split(size)[1]


def _split(size: Dim) -> Part:
    """The text of a Dim as number * common atoms * what is left, each written as it reads best."""
    if len(size.terms) == 1 and not size.constant:
        monomial, count = size.terms[0]
        return _term(count, monomial)
    factors = _factors(size)
    if factors is None:
        return _sum(size)
    number, atoms, rests = factors
    return _term(number, atoms, *(_text(rest) for rest in rests))


def _term(count: int, atoms: Iterable[Atom], *parts: Part) -> Part:
    """A number times atoms times further parts; a minus goes into a floor division that reads better so."""
    shown = list(atoms)
    texts = [_atom(atom) for atom in shown]
    if count < 0:
        for index, atom in enumerate(shown):
            mirrored = _mirrored(atom)
            if mirrored is not None:
                texts[index] = mirrored
                return _product(-count, [*texts, *parts])
    return _product(count, [*texts, *parts])


def _mirrored(atom: Atom) -> Part | None:
    """-(a//b) as (b-1-a)//b, for b >= 1, where that has no more minus signs: -((k-w+1)//2) is (w-k)//2."""
    if atom.kind != "//":
        return None
    numerator, divisor = atom.args
    if (bounds(divisor)[0] or 0) < 1:
        return None
    mirrored = divisor - 1 - numerator
    if not isinstance(mirrored, Dim) or _minuses(mirrored) > _minuses(numerator):
        return None
    if floordiv(mirrored, divisor) != -from_atom(atom):  # the text would not be read back to the same value
        return None
    return f"{_wrap(_text(mirrored), FACTOR)}//{_wrap(_text(divisor), FACTOR)}", PRODUCT


def _minuses(size: Size) -> int:
    return sum(count < 0 for _, count in size.terms) if isinstance(size, Dim) else 0


def _product(number: int, parts: list[Part]) -> Part:
    if len(parts) == 1 and number == 1:
        return parts[0]
    texts = [_wrap(part, FACTOR) for part in parts]
    if number == -1:
        return "-" + "*".join(texts), SUM
    if number != 1:
        texts.insert(0, str(number))
    return "*".join(texts), SUM if number < 0 else PRODUCT


def _atom(atom: Atom) -> Part:
    if atom.kind == "symbol":
        return ("?" if atom.name[0] == "?" else atom.name), FACTOR
    if atom.kind == "//":
        numerator, divisor = (_wrap(_text(arg), FACTOR) for arg in atom.args)
        return f"{numerator}//{divisor}", PRODUCT
    texts = [_text(arg) for arg in atom.args]
    if atom.kind == "*":
        return "*".join(_wrap(text, FACTOR) for text in texts), PRODUCT
    return f"{atom.kind}({','.join(text for text, _ in texts)})", FACTOR


def _sum(size: Dim) -> Part:
    """A sum with its remainders folded back (`h-4*(h//4)` is `h%4`) and a positive term first."""
    parts, rest = _remainders(size)
    if isinstance(rest, Dim):
        parts = [_term(count, monomial) for monomial, count in rest.terms] + parts
    constant = rest.constant if isinstance(rest, Dim) else rest
    if constant:
        parts.append(_text(constant))
    if len(parts) == 1:
        return parts[0]
    first = next((index for index, (text, _) in enumerate(parts) if text[0] != "-"), 0)
    parts.insert(0, parts.pop(first))
    texts = [text if index == 0 or text[0] == "-" else "+" + text for index, (text, _) in enumerate(parts)]
    return "".join(texts), SUM


def _remainders(size: Dim) -> tuple[list[Part], Size]:
    parts: list[Part] = []
    rest: Size = size
    for monomial, count in size.terms:
        for floor in monomial:
            if floor.kind != "//" or not isinstance(rest, Dim):
                continue
            folded = _remainder(rest, monomial, count, floor)
            if folded is not None:
                part, rest = folded
                parts.append(part)
                break
    return parts, rest


def _remainder(rest: Dim, monomial: Monomial, count: int, floor: Atom) -> tuple[Part, Size] | None:
    """`times*(a%b)` taken out of `rest` where it holds -times*b*(a//b) and every term of times*a."""
    numerator, divisor = floor.args
    others = list(monomial)
    others.remove(floor)
    outer: Size = collect({tuple(others): count}, 0) if others else count
    if isinstance(divisor, Dim):
        times, left = divide_terms(outer, divisor) if isinstance(outer, Dim) else (0, outer)
        if left != 0:
            return None
    else:
        if count % divisor:
            return None
        times = collect({tuple(others): count // divisor}, 0) if others else count // divisor
    times = -times
    wanted = times * numerator
    here = dict(rest.terms)
    if not isinstance(wanted, Dim) or any(here.get(m) != c for m, c in wanted.terms):
        return None
    if monomial in dict(wanted.terms) or (monomial, count) not in rest.terms:
        return None
    if wanted.constant and not _same_side(rest.constant, wanted.constant):
        return None
    text = f"{_wrap(_text(numerator), FACTOR)}%{_wrap(_text(divisor), FACTOR)}"
    part: Part = (text, PRODUCT)
    if times != 1:
        part = _times(times, part)
    return part, rest - wanted - collect({monomial: count}, 0)


def _same_side(have: int, want: int) -> bool:
    return (have >= want) if want > 0 else (have <= want)


def _times(times: Size, part: Part) -> Part:
    if not isinstance(times, Dim):
        return _product(times, [part])
    monomial, count = times.terms[0]
    if len(times.terms) == 1 and not times.constant:
        return _term(count, monomial, part)
    return _product(1, [_text(times), part])


def _factors(size: Dim) -> tuple[int, list[Atom], list[Size]] | None:
    """Number, common atoms and sums whose product is the size, where that reads better than the sum."""
    common: list[Atom] = []
    rest: Size = size
    if not size.constant:
        for atom in size.terms[0][0]:
            divided, left = divide_terms(rest, from_atom(atom))
            if left == 0:
                common.append(atom)
                rest = divided
    sums = _sum_factors(rest) if isinstance(rest, Dim) and not _remainders(rest)[0] else [rest]
    if not common and len(sums) < 2:
        return None
    return _primitive(common, sums)


def _primitive(common: list[Atom], sums: list[Size]) -> tuple[int, list[Atom], list[Size]]:
    """The same factors with every sum's own number moved to the front."""
    number = 1
    parts: list[Size] = []
    for part in sums:
        if not isinstance(part, Dim):
            number *= part
            continue
        content = gcd(part.constant, *(count for _, count in part.terms))
        if part.constant <= 0 and all(count < 0 for _, count in part.terms):
            content = -content
        number *= content
        parts.append(collect({m: c // content for m, c in part.terms}, part.constant // content))
    return number, common, parts


def _sum_factors(size: Dim) -> list[Size]:
    """Sums whose product is the size, found by splitting off (x + q) for an atom x of degree one."""
    if not 4 <= len(size.terms) + bool(size.constant) <= 32:
        return [size]
    for atom in dict.fromkeys(atom for monomial, _ in size.terms for atom in monomial):
        slope, offset = _line(size, atom)
        if not isinstance(slope, Dim) or any(atom in monomial for monomial, _ in slope.terms):
            continue
        # size = atom*slope + offset = slope*(atom + offset/slope) where that divides.
        quotient, left = divide_terms(offset, slope)
        other = from_atom(atom) + quotient
        if left == 0 and quotient != 0 and isinstance(other, Dim):
            return [*_sum_factors(slope), *_sum_factors(other)]
    return [size]


def _line(size: Dim, atom: Atom) -> tuple[Size, Size]:
    """(slope, offset) with size = atom*slope + offset, the atom taken once out of each term that has it."""
    slope: dict[Monomial, int] = {}
    offset: dict[Monomial, int] = {}
    for monomial, count in size.terms:
        left = list(monomial)
        if atom in left:
            left.remove(atom)
            slope[tuple(left)] = count
        else:
            offset[monomial] = count
    constant = slope.pop((), 0)
    return collect(slope, constant), collect(offset, size.constant)
