"""Sums of products with named axes: `einsum("b i j, b j k -> b i k")`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import NEVER, AnyOf, Equal, Shape, product
from shapecheck.ops.base import Need, Op, attr
from shapecheck.ops.broadcast import broadcast, broadcast_needs, joint, ordinal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Moves

MORE = "..."


class Equation(NamedTuple):
    """The terms of an equation, each a tuple of letters and at most one MORE.

    `problem` is why there are none.
    """

    terms: tuple[tuple[str, ...], ...]
    result: tuple[str, ...]
    problem: str = ""


def parse_equation(text: str, words: bool = False) -> Equation:
    """Read "bij,bjk->bik"; without an arrow the letters that occur once come out, in alphabetical order.

    With `words`, names are whole words with spaces between them, as einops has it.
    """
    left, arrow, right = text.partition("->")
    terms = []
    for written in left.split(","):
        term = _term(written, words)
        if term is None:
            return Equation((), (), f"the term {written!r} is not letters and one ...")
        terms.append(term)
    letters = [letter for term in terms for letter in term]
    if not arrow:
        once = sorted(letter for letter in set(letters) if letters.count(letter) == 1 and letter != MORE)
        return Equation(tuple(terms), ((MORE,) if MORE in letters else ()) + tuple(once))
    result = _term(right, words)
    if result is None:
        return Equation((), (), f"the result {right!r} is not letters and one ...")
    for letter in result:
        if letter not in letters and letter != MORE:
            return Equation((), (), f"{letter!r} is in the result but in none of the terms")
        if result.count(letter) > 1:
            return Equation((), (), f"{letter!r} is in the result twice")
    return Equation(tuple(terms), result)


def _term(written: str, words: bool) -> tuple[str, ...] | None:
    if words:
        names = tuple(written.split())
        good = all(name == MORE or name.isidentifier() for name in names)
        return names if good and names.count(MORE) < 2 else None
    written = written.replace(" ", "")
    before, dots, behind = written.partition(MORE)
    if not all(letter.isalpha() and letter.isascii() for letter in before + behind):
        return None
    return (*before, MORE, *behind) if dots else tuple(before)


class Einsum(Op):
    """Multiply tensors whose axes have letters, and sum over the letters that are not in the result.

    With `stretches`, an axis of size 1 goes with any size (PyTorch, numpy). `words`: names are words, not
    letters. `sums_more`: what ... covers may be missing in the result (PyTorch).
    """

    equation: str = attr()
    stretches: bool = attr(True)
    words: bool = attr(False)
    sums_more: bool = attr(True)

    codes = ("SHP116", "SHP106")

    @property
    def label(self) -> str:
        return "einsum"

    def parsed(self) -> Equation:
        """The equation, read."""
        return parse_equation(self.equation, self.words)

    @property
    def asked_ranks(self) -> tuple[int | None, ...]:
        """The rank that the equation names for each input, None where it has `...`."""
        return tuple(None if MORE in term else len(term) for term in self.parsed().terms)

    def _named(self, inputs: tuple[Shape, ...]) -> tuple[dict[str, list[tuple[int, Size]]], list[Shape]]:
        """For each letter the sizes that it has in the inputs, and what each input's ... covers."""
        sizes: dict[str, list[tuple[int, Size]]] = {}
        covered: list[Shape] = []
        for number, (term, shape) in enumerate(zip(self.parsed().terms, inputs, strict=True)):
            place = 0
            for letter in term:
                if letter == MORE:
                    length = len(shape) - len(term) + 1
                    covered.append(shape[place : place + length])
                    place += length
                else:
                    sizes.setdefault(letter, []).append((number, shape[place]))
                    place += 1
        return sizes, covered

    def out(self, *inputs: Shape) -> Shape:
        sizes, covered = self._named(inputs)
        out: list[Size] = []
        for letter in self.parsed().result:
            if letter == MORE:
                out.extend(broadcast(covered) if covered else ())
            else:
                out.append(joint([size for _, size in sizes[letter]]))
        return Shape(*out)

    def needs(self, *inputs: Shape) -> Iterator[Need]:
        equation = self.parsed()
        if equation.problem:
            yield self._pattern_need(equation.problem)
            return
        if len(equation.terms) != len(inputs):
            yield self._pattern_need(f"{len(equation.terms)} terms for {len(inputs)} tensors")
            return
        for number, (term, shape) in enumerate(zip(equation.terms, inputs, strict=True)):
            named = len(term) - (MORE in term)
            if len(shape) < named or (MORE not in term and len(shape) != named):
                yield self._pattern_need(
                    f"{''.join(term)!r} names {named} axes, but the {ordinal(number)} tensor is {shape}",
                    number,
                )
                return
        sizes, covered = self._named(inputs)
        for letter, places in sizes.items():
            yield from self._letter_needs(letter, places, inputs)
        if not self.sums_more and any(covered) and MORE not in equation.result:
            yield self._pattern_need("what ... covers is not in the result")
        if covered:
            yield from broadcast_needs("einsum the ... of", covered)

    def _pattern_need(self, problem: str, subject: int = 0) -> Need:
        return Need(
            NEVER,
            "SHP116",
            "einsum {equation!r}: {problem}",
            attribute="equation",
            subject=subject,
            equation=self.equation,
            problem=problem,
        )

    def _letter_needs(
        self, letter: str, places: list[tuple[int, Size]], inputs: tuple[Shape, ...]
    ) -> Iterator[Need]:
        for number, (one, size) in enumerate(places):
            for other, against in places[number + 1 :]:
                stretches = self.stretches and one != other
                if size == against or (stretches and (size == 1 or against == 1)):
                    continue
                claim: Any = Equal(size, against)
                if stretches:
                    claim = AnyOf(
                        claim, *(Equal(each, 1) for each in (size, against) if not isinstance(each, int))
                    )
                yield Need(
                    claim,
                    "SHP116",
                    "einsum {equation!r}: {letter!r} is {size} in the {first} tensor {one} "
                    "and {against} in the {second} {other}",
                    attribute="equation",
                    subject=other,
                    equation=self.equation,
                    letter=letter,
                    size=size,
                    against=against,
                    first=ordinal(one),
                    second=ordinal(other),
                    one=inputs[one],
                    other=inputs[other],
                )

    def macs(self, *inputs: Shape) -> Size:
        sizes, covered = self._named(inputs)
        letters = product(joint([size for _, size in places]) for places in sizes.values())
        return letters * (broadcast(covered).size if covered else 1)

    def moves(self, *inputs: Shape) -> Moves:
        equation = self.parsed()
        found: dict[str, tuple[tuple[int, int], ...]] = {}
        for number, (term, shape) in enumerate(zip(equation.terms, inputs, strict=True)):
            for place, letter in enumerate(term):
                if letter != MORE and letter not in found:
                    behind = MORE in term[:place]
                    found[letter] = ((number, place - len(term) + len(shape) if behind else place),)
        moves: list[tuple[tuple[int, int], ...]] = []
        covered = self._named(inputs)[1]
        for letter in equation.result:
            if letter == MORE:
                moves.extend(() for _ in (broadcast(covered) if covered else ()))
            else:
                moves.append(found[letter])
        return tuple(moves)
