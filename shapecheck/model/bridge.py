"""Bridges from maps to sequences: how what a CNN gives becomes what an LSTM reads, each defined by its pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import PatternError, Shape, parse_size
from shapecheck.model.errors import ModelError
from shapecheck.model.vocabulary import NAMES
from shapecheck.ops.activation import Softmax
from shapecheck.ops.blocks import Parallel
from shapecheck.ops.conv import Conv1d
from shapecheck.ops.linear import Linear
from shapecheck.ops.rearrange import MORE, Rearrange, parse_pattern
from shapecheck.ops.reductions import Reduce

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecheck.algebra import Size
    from shapecheck.ops.base import Op


class Bridge:
    """A layer that lays tensors out anew by a pattern: the first of `patterns` with as many axes as arrive.

    `lengths` are sizes by name; with `reduction` ("mean", "max", …) the axes that the right side lacks are reduced.
    `then` are layers that follow, and `back` the patterns of the way back after them, which know the sizes of the
    way in. A frozen value.
    """

    __slots__ = ("back", "lengths", "name", "patterns", "reduction", "then")
    name: str
    patterns: tuple[str, ...]
    lengths: tuple[tuple[str, Any], ...]
    reduction: str | None
    then: tuple[Any, ...]
    back: tuple[str, ...]

    def __init__(
        self,
        name: str,
        *patterns: str,
        lengths: Sequence[tuple[str, Any]] = (),
        reduction: str | None = None,
        then: Sequence[Any] = (),
        back: Sequence[str] = (),
    ) -> None:
        values = (tuple(back), tuple(lengths), name, patterns, reduction, tuple(then))
        for field, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, field, value)
        for pattern in patterns:
            _check(pattern, self.lengths, reduction)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Bridge is frozen")

    def _parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, field) for field in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bridge) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return f"<bridge {self.name}: {', '.join(self.patterns)}>"

    def layers(self, x: Shape) -> list[Any]:
        """The layers that it stands for where `x` arrives; ModelError where none of its patterns fits."""
        pattern = self._pattern_for(x)
        lengths = tuple((name, size) for name, size in self.lengths if name in axis_names(pattern))
        if self.reduction is not None:
            first = list(reduced(pattern, lengths, self.reduction))
        else:
            first = [Rearrange(pattern, lengths)]
        if not self.back:
            return [*first, *self.then]
        # What the back splits has the sizes that the way in merged; the batch follows from them.
        sizes = _merged_sizes(pattern, x)[1:]
        return [*first, *self.then, Bridge("back", *self.back, lengths=sizes)]

    def _pattern_for(self, x: Shape) -> str:
        wanted = []
        for pattern in self.patterns:
            left = parse_pattern(pattern).left
            if (MORE,) in left or len(left) == len(x):
                return pattern
            wanted.append(f"{len(left)} ({pattern.partition('->')[0].strip()})")
        raise ModelError(
            f"bridge.{self.name} expects {' or '.join(wanted)} axes, got {len(x)} in {x}", code="SHP103"
        )


def axis_names(pattern: str) -> set[str]:
    """The names of a pattern."""
    read = parse_pattern(pattern)
    return {str(atom) for side in (read.left, read.right) for group in side for atom in group}


def _merged_sizes(pattern: str, x: Shape) -> list[tuple[str, Size]]:
    """The axes that the right side merges, with their sizes in `x`."""
    read = parse_pattern(pattern)
    alone = {group[0]: size for group, size in zip(read.left, x, strict=True) if len(group) == 1}
    return [(str(atom), alone[atom]) for group in read.right if len(group) > 1 for atom in group]


def _check(pattern: str, lengths: tuple[tuple[str, Any], ...], reduction: str | None) -> None:
    if not isinstance(pattern, str):
        raise ModelError(f"a bridge is described by a pattern, got {pattern!r}")
    verb = "rearrange" if reduction is None else "reduce"
    problem = Rearrange(pattern, lengths, verb).problem
    if problem:
        raise PatternError(pattern, _place(pattern, problem), problem, _hint(pattern, problem))
    known = NAMES[Reduce, "name"]
    if reduction is not None and reduction not in known:
        raise ModelError(f"a bridge cannot reduce by {reduction!r}; it can by {', '.join(known)}")


def _place(pattern: str, problem: str) -> int:
    """Where in the pattern the problem is: at the word that it quotes, a parenthesis, else at the end."""
    quoted = problem.split("'")[1] if problem.count("'") >= 2 else ""
    if quoted and quoted in pattern:
        return pattern.rfind(quoted)
    if "parenthes" in problem:
        return max(pattern.rfind("("), pattern.rfind(")"))
    return len(pattern)


def _hint(pattern: str, problem: str) -> str:
    if "->" not in pattern:
        return "a bridge says what arrives and what leaves: 'n t c h w -> n t (c h w)'"
    if "left side only" in problem:
        return "an axis can go by reduce='mean', 'max', 'min' or 'sum' only"
    return (
        "give its size by name: bridge('(n h w) d -> n d h w', h=…, w=…)"
        if "right side only" in problem
        else ""
    )


def reduced(pattern: str, lengths: tuple[tuple[str, Any], ...], reduction: str) -> list[Op]:
    """The operators of a pattern whose left side names axes that the right side lacks."""
    read = parse_pattern(pattern)
    left, _, right = (part.strip() for part in pattern.partition("->"))
    flat = [str(atom) for group in read.left for atom in group or ("1",)]
    stays = {str(atom) for group in read.right for atom in group}
    kept = [atom for atom in flat if atom in stays]
    before = flat.index(MORE) if MORE in flat else len(flat)
    axes = tuple(
        place if place < before else place - len(flat) for place, atom in enumerate(flat) if atom not in stays
    )
    made: list[Op] = []
    if left.split() != flat:
        made.append(Rearrange(f"{left} -> {' '.join(flat)}", lengths))
    made.append(Reduce(reduction, axes=axes))
    if right.split() != kept:
        made.append(Rearrange(f"{' '.join(kept)} -> {right}"))
    return made


def _ordered(order: str, names: str) -> str:
    """A scan order, "w h" or "(w h)", in parentheses; ModelError where it does not name these axes."""
    words = order.strip("() ").split()
    if sorted(words) != sorted(names.split()):
        raise ModelError(f"an order names {' and '.join(names.split())}, outermost first, got {order!r}")
    return f"({' '.join(words)})"


class Bridges:
    """`bridge.flatten()` and its like, and `bridge("n c h w -> n w (c h)")` for one's own."""

    def __call__(self, pattern: str, *, reduce: str | None = None, **sizes: Size | str) -> Bridge:
        """One's own: axes split, move and merge as the pattern says, by sizes given by name where it splits.

        With `reduce` ("mean", "max", "min", "sum") the axes that the right side lacks are reduced. A size may be
        text in the symbols of the model, as in `h="h//2"`. Raises PatternError.
        """
        lengths = [
            (name, parse_size(size) if isinstance(size, str) else size) for name, size in sizes.items()
        ]
        return Bridge("bridge", pattern, lengths=lengths, reduction=reduce)

    def flatten(self, *, order: str = "c h w") -> Bridge:
        """All of a map as the features of its frame, or of its sample; `order` says how it is read, outermost first."""
        features = _ordered(order, "c h w")
        return Bridge(
            "flatten", f"n t c h w -> n t {features}", f"n c h w -> n {features}", "n c l -> n (c l)"
        )

    def global_average(self) -> Bridge:
        """The mean of each channel over the map."""
        return Bridge("global_average", *_POOLED, reduction="mean")

    def global_max(self) -> Bridge:
        """The largest value of each channel over the map."""
        return Bridge("global_max", *_POOLED, reduction="max")

    def positions(self, *, order: str = "h w") -> Bridge:
        """Every position is a step, its channels the features; `order` "w h" scans column after column."""
        axes = _ordered(order, "h w")
        return Bridge("positions", f"n c h w -> n {axes} c", f"n t c h w -> n (t {axes[1:]} c")

    def rows(self) -> Bridge:
        """Every row is a step, top to bottom."""
        return Bridge("rows", "n c h w -> n h (c w)")

    def columns(self) -> Bridge:
        """Every column is a step, left to right, as in a CRNN that reads text."""
        return Bridge("columns", "n c h w -> n w (c h)")

    def channels(self, *, order: str = "h w") -> Bridge:
        """Every channel is a step, its map the features."""
        return Bridge("channels", f"n c h w -> n c {_ordered(order, 'h w')}", "n c -> n c 1")

    def per_location(self, layers: Sequence[Any] = ()) -> Bridge:
        """Every position of the map has a sequence over time of its own, which `layers` read.

        Then the way back: steps or, where the layers keep the last only, vectors become maps again. Without layers
        it is the way in alone.
        """
        back = ("(n h w) t c -> n t c h w", "(n h w) c -> n c h w") if layers else ()
        then = tuple(layers) if isinstance(layers, list | tuple) else (layers,)
        return Bridge("per_location", "n t c h w -> (n h w) t c", then=then, back=back)

    def signal(self) -> Bridge:
        """A signal's samples are the steps, its channels the features."""
        return Bridge("signal", "n c l -> n l c")

    def conv1d(self, filters: Size, kernel: Size, *, order: str = "h w", **options: Any) -> Bridge:
        """A 1-D convolution over the positions in scan order, then every position is a step.

        `options` are those of ops.Conv1d: stride, padding, dilation, groups, bias.
        """
        then = (Conv1d(filters, kernel, **options), self.signal())
        return Bridge("conv1d_bridge", f"n c h w -> n c {_ordered(order, 'h w')}", then=then)

    def attention_pool(self) -> Bridge:
        """The weighted mean over the positions of a map, by weights that a learned query gives."""
        scores = Parallel([], [Linear(1), Softmax(axis=-2)], join="multiply")
        patterns = ("n t c h w -> n t (h w) c", "n c h w -> n (h w) c")
        return Bridge("attention_pool", *patterns, then=(scores, Reduce("sum", axes=(-2,))))

    def single_step(self) -> Bridge:
        """A sequence of one step, t = 1, of all features."""
        return Bridge("single_step", "n d -> n 1 d", "n c h w -> n 1 (c h w)", "n c l -> n 1 (c l)")

    def __repr__(self) -> str:
        return "bridge"


_POOLED = ("n t c h w -> n t c", "n c h w -> n c", "n c l -> n c")
bridge = Bridges()
