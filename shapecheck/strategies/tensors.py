"""Sizes, shapes and arrays that a pattern describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import reject
from hypothesis import strategies as st

from shapecheck.algebra import (
    AllOf,
    AnyAxis,
    BroadcastAxis,
    Equal,
    GroupAxis,
    OptionalAxis,
    Pattern,
    evaluate,
    parse_contract,
    solve,
    symbol,
)
from shapecheck.model.model import Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapecheck.algebra import Claim

LARGEST = 8


@st.composite
def dims(draw: st.DrawFn, source: str | Model, *, low: int = 1, high: int = LARGEST) -> dict[str, int]:
    """A number for every symbol of a pattern, or of a model, such that its constraints hold.

    Sizes are `low` to `high`, larger only where the constraints leave no other.
    """
    if isinstance(source, Model):
        return draw(numbers(source.graph.symbols, source.requires, low, high))
    contract = parse_contract(source)
    return draw(numbers(size_names(contract.inputs), contract.constraints, low, high))


@st.composite
def numbers(
    draw: st.DrawFn,
    names: Sequence[str],
    claims: Sequence[Claim],
    low: int,
    high: int,
    known: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """A number for every name such that the claims hold; the `known` ones have theirs already."""
    solved = {
        claim.a: claim.b
        for claim in claims
        if isinstance(claim, Equal) and str(claim.a) in names and str(claim.a) not in str(claim.b)
    }
    last = [name for name in names if symbol(name) in solved]  # what follows from the others comes after them
    values: dict[str, int] = dict(known or {})
    for name in [*(name for name in names if name not in last), *last]:
        if name in values:
            continue
        told = values.keys() | {name}
        about = [claim.substitute(values) for claim in claims if name in claim.symbols <= told]
        allowed = (
            list(solve(AllOf(*about), name, low=low, high=high)) if about else list(range(low, high + 1))
        )
        if not allowed:
            allowed = list(solve(AllOf(*about), name, low=low))[: high - low + 1]
        if not allowed:
            reject()  # the sizes drawn so far leave none for this name
        values[name] = draw(st.sampled_from(allowed))
    return values


def size_names(patterns: Iterable[Pattern]) -> tuple[str, ...]:
    """The names of sizes in the patterns, in their order."""
    found: dict[str, None] = {}
    for pattern in patterns:
        for axis in pattern.axes:
            if not isinstance(axis, GroupAxis):
                found.update(dict.fromkeys(sorted(axis.names)))
    return tuple(found)


@st.composite
def shapes(draw: st.DrawFn, pattern: str, *, low: int = 1, high: int = LARGEST) -> Any:
    """A shape, a tuple of ints, that the pattern describes; for "n t c, n k" a tuple of them, n the same in both."""
    contract = parse_contract(pattern)
    sizes = draw(dims(pattern, low=low, high=high))
    groups: dict[str, tuple[int, ...]] = {}
    found = tuple(draw(one_shape(each, sizes, groups, low, high)) for each in contract.inputs)
    return found if len(found) > 1 else found[0]


@st.composite
def one_shape(
    draw: st.DrawFn,
    pattern: Pattern,
    sizes: Mapping[str, int],
    groups: dict[str, tuple[int, ...]],
    low: int,
    high: int,
) -> tuple[int, ...]:
    """What a pattern describes under these sizes; `groups` takes what a group of axes stands for."""
    size = st.integers(low, high)
    found: list[int] = []
    for axis in pattern.axes:
        if isinstance(axis, GroupAxis):
            if axis.name not in groups:
                groups[axis.name] = tuple(draw(st.lists(size, max_size=2)))
            found.extend(groups[axis.name])
        elif isinstance(axis, AnyAxis):
            found.append(draw(size))
        elif isinstance(axis, OptionalAxis) and not draw(st.booleans()):
            continue
        elif isinstance(axis, BroadcastAxis) and draw(st.booleans()):
            found.append(1)
        else:
            found.append(evaluate(axis.size, sizes))  # type: ignore[attr-defined]  # all other axes have one
    return tuple(found)


def arrays(
    pattern: str, framework: str = "numpy", *, low: int = 1, high: int = LARGEST
) -> st.SearchStrategy[Any]:
    """An array that the pattern describes: "numpy", "torch", "tensorflow", "keras" or "jax".

    Values are drawn by a seed, floats of both signs between -2 and 2 or, for an integer dtype in the pattern, small
    whole numbers. A pattern of several tensors gives a tuple.
    """
    # Imported now, not while drawing: some frameworks use Python's random numbers when they are imported.
    converted(0.0, framework)
    return _arrays(pattern, framework, low, high)


@st.composite
def _arrays(draw: st.DrawFn, pattern: str, framework: str, low: int, high: int) -> Any:
    contract = parse_contract(pattern)
    drawn = draw(shapes(pattern, low=low, high=high))
    seed = draw(st.integers(0, 2**32 - 1))
    several = drawn if len(contract.inputs) > 1 else (drawn,)
    made = tuple(
        converted(sample(shape, each.dtype, seed + place), framework)
        for place, (shape, each) in enumerate(zip(several, contract.inputs, strict=True))
    )
    return made if len(made) > 1 else made[0]


def sample(shape: tuple[int, ...], dtype: str | None, seed: int) -> Any:
    """Numbers of this shape: floats between -2 and 2, or small whole ones for an integer dtype."""
    import numpy

    generator = numpy.random.default_rng(seed)
    name = dtype or "float32"
    if name in ("int", "long", "float"):
        name = {"int": "int64", "long": "int64", "float": "float32"}[name]
    if "int" in name:
        return generator.integers(0, 8, shape).astype(name)
    if name == "bool":
        return generator.integers(0, 2, shape).astype(name)
    return generator.uniform(-2, 2, shape).astype(name)


def converted(values: Any, framework: str) -> Any:
    """The same numbers as a tensor of the framework, which is imported now."""
    from importlib import import_module

    if framework == "numpy":
        return values
    places = {
        "torch": ("torch", "tensor"),
        "tensorflow": ("tensorflow", "constant"),
        "keras": ("keras.ops", "convert_to_tensor"),
        "jax": ("jax.numpy", "asarray"),
    }
    if framework not in places:
        raise ValueError(f"there is no framework {framework!r}; there are numpy, {', '.join(places)}")
    module, function = places[framework]
    return getattr(import_module(module), function)(values)
