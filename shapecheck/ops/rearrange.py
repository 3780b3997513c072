"""einops: rearrange, reduce and repeat by a pattern with named axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.algebra import NEVER, Divides, Equal, Shape, floordiv, product
from shapecheck.ops.base import Need, Op, attr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Claim, Size
    from shapecheck.ops.base import Moves

MORE = "..."
Atom = str | int  # a name, or the size of an axis without a name
Group = tuple[Atom, ...]  # one axis: the product of its atoms; () is an axis of size 1
MERGED: Group = (MORE, MORE)  # "(...)", which merges what "..." spreads


class Pattern(NamedTuple):
    """Both sides of a pattern, each a list of groups; `problem` is why it cannot be read."""

    left: tuple[Group, ...]
    right: tuple[Group, ...]
    problem: str = ""


def parse_pattern(text: str) -> Pattern:
    """Read "b (h p) c -> b h (p c)"."""
    left, arrow, right = text.partition("->")
    if not arrow or "->" in right:
        return Pattern((), (), "it needs one '->'")
    sides = []
    for side in (left, right):
        groups = parse_side(side)
        if isinstance(groups, str):
            return Pattern((), (), groups)
        sides.append(groups)
    if any(MORE in group and group != (MORE,) for group in sides[0]):
        return Pattern((), (), "'...' cannot stand in parentheses on the left")
    if _has_more(sides[1]) and not _has_more(sides[0]):
        return Pattern((), (), "'...' is on the right but not on the left")
    return Pattern(sides[0], sides[1])


def _has_more(groups: tuple[Group, ...]) -> bool:
    return any(MORE in group for group in groups)


def parse_side(text: str) -> tuple[Group, ...] | str:
    """The groups of one side, or what is wrong with it."""
    groups: list[Group] = []
    inside: list[Atom] | None = None
    seen: set[str] = set()
    for word in text.replace("(", " ( ").replace(")", " ) ").replace(MORE, f" {MORE} ").split():
        if word == "(":
            if inside is not None:
                return "parentheses cannot stand in parentheses"
            inside = []
        elif word == ")":
            if inside is None:
                return "a parenthesis closes that was not opened"
            groups.append(MERGED if inside == [MORE] else tuple(inside))
            inside = None
        else:
            atom = parse_atom(word, seen)
            if atom is None:
                return f"{word!r} is no axis name" if word not in seen else f"{word!r} stands there twice"
            (groups.append(atom) if inside is None else inside.extend(atom))
    return tuple(groups) if inside is None else "a parenthesis is not closed"


def parse_atom(word: str, seen: set[str]) -> Group | None:
    """A name, a number or the ellipsis; an axis of size 1 has no atoms. None when it is none of these."""
    if word == "1":
        return ()
    if word.isdecimal():
        return (int(word),) if word != "0" else None
    if word in seen or not (word == MORE or (word.isidentifier() and word.isascii())):
        return None
    if word != MORE and (word.startswith("_") or word.endswith("_")):
        return None
    seen.add(word)
    return (word,)


class Rearrange(Op):
    """Split, move and merge axes as the pattern says; `reduce` drops axes, `repeat` adds some.

    `lengths` are the sizes given by name. `verb` is "rearrange", "reduce" or "repeat".
    """

    pattern: str = attr()
    lengths: tuple[tuple[str, Any], ...] = attr(())
    verb: str = attr("rearrange", choices=("rearrange", "reduce", "repeat"))

    codes = ("SHP116",)

    @property
    def label(self) -> str:
        return self.verb

    @property
    def asked_ranks(self) -> tuple[int | None, ...]:
        """The rank that the pattern names for its input, None where it has `...`."""
        pattern = parse_pattern(self.pattern)
        return (None,) if pattern.problem or _has_more(pattern.left) else (len(pattern.left),)

    @property
    def problem(self) -> str:
        """What is wrong with the pattern itself, whatever comes in; "" where nothing is."""
        pattern = parse_pattern(self.pattern)
        return pattern.problem or self._name_problem(pattern)

    def _spread(self, pattern: Pattern, rank: int) -> list[Group]:
        """The left side with one numbered name for each axis that `...` stands for."""
        groups: list[Group] = []
        for group in pattern.left:
            if group == (MORE,):
                groups.extend((f"...{number}",) for number in range(rank - len(pattern.left) + 1))
            else:
                groups.append(group)
        return groups

    def _sizes(self, pattern: Pattern, x: Shape) -> dict[Atom, Size]:
        """The size of every name, given that no need fails."""
        sizes: dict[Atom, Size] = dict(self.lengths)
        for group, size in zip(self._spread(pattern, len(x)), x, strict=True):
            hidden = [atom for atom in group if isinstance(atom, str) and atom not in sizes]
            if hidden:
                known = product(
                    sizes[atom] if isinstance(atom, str) else atom for atom in group if atom not in hidden
                )
                sizes[hidden[0]] = floordiv(size, known)
        return sizes

    def _right(self, pattern: Pattern, rank: int) -> list[Group]:
        more = tuple(f"...{number}" for number in range(rank - len(pattern.left) + 1))
        groups: list[Group] = []
        for group in pattern.right:
            if group == (MORE,):
                groups.extend((name,) for name in more)
            elif group == MERGED:
                groups.append(more)
            else:
                place = group.index(MORE) if MORE in group else -1
                groups.append(group if place < 0 else group[:place] + more + group[place + 1 :])
        return groups

    def out(self, x: Shape) -> Shape:
        pattern = parse_pattern(self.pattern)
        sizes = self._sizes(pattern, x)
        return Shape(
            *(
                product(sizes[atom] if isinstance(atom, str) else atom for atom in group)
                for group in self._right(pattern, len(x))
            )
        )

    def needs(self, x: Shape) -> Iterator[Need]:
        pattern, problem = parse_pattern(self.pattern), self.problem
        if problem:
            yield self._need(NEVER, x, problem)
            return
        count = len(pattern.left)
        if _has_more(pattern.left):
            if len(x) < count - 1:
                yield self._need(
                    NEVER, x, f"the left side names at least {count - 1} axes, the tensor has {len(x)}"
                )
        elif len(x) != count:
            yield self._need(NEVER, x, f"the left side names {count} axes, the tensor has {len(x)}")
        lengths: dict[Atom, Size] = dict(self.lengths)
        for group, size in zip(self._spread(pattern, len(x)), x, strict=True):
            yield from self._group_needs(group, size, lengths, x)

    def _group_needs(self, group: Group, size: Size, lengths: dict[Atom, Size], x: Shape) -> Iterator[Need]:
        shown = f"({' '.join(map(str, group))})" if len(group) != 1 else str(group[0])
        hidden = [atom for atom in group if isinstance(atom, str) and atom not in lengths]
        known = product(
            lengths[atom] if isinstance(atom, str) else atom for atom in group if atom not in hidden
        )
        if len(hidden) > 1:
            yield self._need(
                NEVER, x, f"the sizes of {', '.join(map(str, hidden))} in {shown} cannot be inferred"
            )
        elif hidden:
            if known == 0:
                yield self._need(NEVER, x, f"{shown} has a size of 0")
            elif known != 1:
                yield self._need(Divides(known, size), x, f"{known} does not divide {size} in {shown}")
        elif known != size:
            yield self._need(Equal(known, size), x, f"{shown} is {known}, the tensor has {size} there")

    def _name_problem(self, pattern: Pattern) -> str:
        left = {atom for group in pattern.left for atom in group if isinstance(atom, str)}
        right = {atom for group in pattern.right for atom in group if isinstance(atom, str)}
        given = {name for name, _ in self.lengths}
        missing, extra = left - right, right - left
        if self.verb != "reduce" and missing:
            return f"{sorted(missing)[0]!r} is on the left side only"
        if self.verb == "repeat":
            extra -= given
        if extra:
            return f"{sorted(extra)[0]!r} is on the right side only"
        if self.verb != "repeat" and any(isinstance(atom, int) for group in pattern.right for atom in group):
            return "a number on the right repeats, which only repeat() does"
        if self.verb != "reduce" and any(isinstance(atom, int) for group in pattern.left for atom in group):
            return "a number on the left has no name on the right"
        unused = given - left - right
        return f"{sorted(unused)[0]!r} is given a size but is not in the pattern" if unused else ""

    def _need(self, claim: Claim, x: Shape, fact: str) -> Need:
        return Need(
            claim,
            "SHP116",
            "cannot {verb} {shape} by {pattern!r}: {fact}",
            attribute="pattern",
            verb=self.verb,
            shape=x,
            pattern=self.pattern,
            fact=fact,
        )

    def moves(self, x: Shape) -> Moves:
        pattern = parse_pattern(self.pattern)
        whole = {
            group[0]: axis for axis, group in enumerate(self._spread(pattern, len(x))) if len(group) == 1
        }
        moves: list[tuple[tuple[int, int], ...]] = []
        for group in self._right(pattern, len(x)):
            known = all(atom in whole for atom in group)
            moves.append(tuple((0, whole[atom]) for atom in group) if known else ())
        return tuple(moves)
