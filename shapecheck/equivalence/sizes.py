"""Which sizes a model is tried at: ordinary ones that tell axes apart, and those at the edge of what it admits."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from shapecheck.algebra import AtLeast, Dim, Proof, solve
from shapecheck.model.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shapecheck.algebra import Claim, Intervals
    from shapecheck.model.graph import Graph

    # The values to try for a symbol, best first, of those that its own claims admit and given those chosen already.
    Preference = Callable[[str, Intervals, Mapping[str, int]], Sequence[int]]

# Even sizes come first: where stride meets "same" padding an odd size hides which end is padded more.
ORDINARY = (6, 4, 8, 10, 12, 5, 7, 9)
BATCHES = (2, 3)
# How many values of one symbol are tried before the search turns back, and the largest size that is looked at.
TRIES = 12
LARGEST = 4096


class Case(NamedTuple):
    """One set of inputs: what is special about it, the size of every symbol, and the seed of the numbers."""

    name: str
    sizes: dict[str, int]
    seed: int


def needed_sizes(graph: Graph, dims: Mapping[str, int]) -> dict[str, int]:
    """Numbers for the symbols that weights depend on: those given, else ordinary ones that the model admits."""
    wanted = [symbol for symbol in graph.needed_dims() if symbol not in dims]
    if not wanted:
        return {}
    chosen = _search(graph, dims, _ordinary(graph))
    return {symbol: chosen[symbol] for symbol in wanted}


def cases(graph: Graph, dims: Mapping[str, int], seeds: Sequence[int], *, edges: bool) -> list[Case]:
    """The sizes at which to run a graph whose weights have their shapes.

    Of each seed one case of ordinary sizes, `dims` where they say something. With `edges` also one in which each
    symbol is as small as the others let it be (a batch of 1, one step, the smallest height), and all are.
    """
    known = {symbol: size for symbol, size in dims.items() if symbol in graph.symbols}
    found = []
    for number, seed in enumerate(seeds):
        sizes = _search(graph, known, _ordinary(graph, turn=number))
        found.append(Case("ordinary sizes", sizes, seed))
    if edges and graph.symbols:
        ordinary = found[0].sizes
        for symbol in graph.symbols:
            least = _search(graph, {}, _smallest_of(symbol, ordinary))
            found.append(Case(f"{symbol} = {least[symbol]}", least, seeds[0]))
        least = _search(graph, {}, lambda _, values, __: list(islice(values, TRIES)))
        found.append(Case("the smallest sizes", least, seeds[0]))
    return list(_distinct(found))


def _distinct(found: list[Case]) -> Iterator[Case]:
    seen = set()
    for case in found:
        key = (tuple(case.sizes.items()), case.seed)
        if key not in seen:
            seen.add(key)
            yield case


def _ordinary(graph: Graph, *, turn: int = 0) -> Preference:
    """Sizes that no other axis has; the batch, which the first axis of the first input is, is small."""
    batch = str(next(iter(graph.inputs.values()))[0])
    fixed = {size for shape in graph.inputs.values() for size in shape if isinstance(size, int)}

    def preferred(symbol: str, values: Intervals, chosen: Mapping[str, int]) -> list[int]:
        wanted: tuple[int, ...] = BATCHES if symbol == batch else ORDINARY
        wanted = (*wanted[turn % len(wanted) :], *wanted[: turn % len(wanted)])
        pool = [size for size in wanted if size in values]
        least = [size for size in islice(values, TRIES) if size not in pool]
        pool += sorted(least, key=lambda size: size % 2) if not pool else least
        taken = fixed | set(chosen.values())
        return sorted(pool, key=lambda size: size in taken)[:TRIES]

    return preferred


def _smallest_of(symbol: str, ordinary: Mapping[str, int]) -> Preference:
    def preferred(name: str, values: Intervals, _: Mapping[str, int]) -> list[int]:
        least = list(islice(values, TRIES))
        return least if name == symbol else [ordinary[name], *least]

    return preferred


def _search(graph: Graph, known: Mapping[str, int], preferred: Preference) -> dict[str, int]:
    """A size for every symbol that meets all that the model asks. ModelError where none is found."""
    claims = [claim.substitute(known) for claim in (*graph.requires, *_filled_axes(graph))]
    rest = [symbol for symbol in graph.symbols if symbol not in known]
    found = _filled(claims, rest, dict(known), preferred)
    if found is None:
        asked = " and ".join(map(str, graph.requires))
        given = ", ".join(f"{symbol} = {size}" for symbol, size in known.items())
        raise ModelError(
            f"no sizes were found that meet {asked}{f' with {given}' if given else ''}",
            help="give other sizes: verify(model, dims={…})",
        )
    return {symbol: found[symbol] for symbol in graph.symbols}


def _filled_axes(graph: Graph) -> list[Claim]:
    """No tensor is empty: a slice may admit sizes that leave nothing."""
    sizes = dict.fromkeys(size for shape in graph.shapes.values() for size in shape)
    claims = [AtLeast(size, 1) for size in sizes if isinstance(size, Dim)]
    return [claim for claim in claims if claim.proof() is not Proof.YES]


def _filled(
    claims: Sequence[Claim], rest: Sequence[str], chosen: dict[str, int], preferred: Preference
) -> dict[str, int] | None:
    if any(claim.proof() is Proof.NO for claim in claims):
        return None
    if not rest:
        return chosen
    symbol, *others = rest
    own = [claim for claim in claims if claim.symbols == {symbol}]
    values = solve(own, symbol, high=LARGEST)
    for size in preferred(symbol, values, chosen):
        if size in values:
            left = [claim.substitute({symbol: size}) for claim in claims if claim not in own]
            found = _filled(left, others, {**chosen, symbol: size}, preferred)
            if found is not None:
                return found
    return None
