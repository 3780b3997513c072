"""Arguments that a contract lets in: shapes in the structure of the contract, which become arrays at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from shapecheck.declarations.structure import Anything, Each, Fixed, Named, One
from shapecheck.strategies.tensors import converted, numbers, one_shape, sample, size_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.declarations import Declaration, Structure

    Groups = dict[str, tuple[int, ...]]


class Leaf(NamedTuple):
    """A tensor still to be made."""

    shape: tuple[int, ...]
    dtype: str | None

    def array(self, seed: int, framework: str) -> Any:
        """A tensor of the framework with this shape."""
        return converted(sample(self.shape, self.dtype, seed), framework)


@st.composite
def arguments(
    draw: st.DrawFn, declaration: Declaration, known: Mapping[str, int], *, low: int, high: int
) -> dict[str, Any]:
    """For every parameter that the contract speaks of a Leaf, or Leaves in tuples, lists and dicts, or None.

    `known` are the sizes that are settled, by name: those in braces too.
    """
    patterns = [pattern for _, structure in declaration.inputs for pattern in structure.patterns()]
    claims = [*declaration.constraints, *(claim for pattern in patterns for claim in pattern.constraints)]
    sizes = draw(numbers(size_names(patterns), claims, low, high, known))
    groups: Groups = {}
    return {name: draw(_value(structure, sizes, groups, low, high)) for name, structure in declaration.inputs}


@st.composite
def _value(
    draw: st.DrawFn, structure: Structure, sizes: Mapping[str, int], groups: Groups, low: int, high: int
) -> Any:
    if isinstance(structure, Anything) or (structure.optional and draw(st.booleans())):
        return None
    if isinstance(structure, One):
        pattern = structure.pattern
        return Leaf(draw(one_shape(pattern, sizes, groups, low, high)), pattern.dtype)
    if isinstance(structure, Fixed):
        return tuple(draw(_value(item, sizes, groups, low, high)) for item in structure.items)
    if isinstance(structure, Each):
        return [
            draw(_value(structure.item, sizes, groups, low, high)) for _ in range(draw(st.integers(1, 2)))
        ]
    assert isinstance(structure, Named)
    return {key: draw(_value(entry, sizes, groups, low, high)) for key, entry in structure.entries}


@st.composite
def altered(draw: st.DrawFn, given: Any) -> Any:
    """The same arguments with one tensor changed: an axis more or less, or an axis of another size."""
    places = list(_leaves(given))
    chosen = draw(st.sampled_from(places))
    leaf = _at(given, chosen)
    shape = list(leaf.shape)
    kind = draw(st.sampled_from(["resize", "add", "drop"] if shape else ["add"]))
    axis = draw(st.integers(0, len(shape) - (kind != "add")))
    if kind == "add":
        shape.insert(axis, draw(st.integers(1, 3)))
    elif kind == "drop":
        del shape[axis]
    else:
        shape[axis] += draw(st.integers(1, 3))
    return _with(given, chosen, leaf._replace(shape=tuple(shape)))


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if isinstance(value, Leaf):
        yield path
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _leaves(entry, (*path, key))
    elif isinstance(value, list | tuple):
        for index, entry in enumerate(value):
            yield from _leaves(entry, (*path, index))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _with(value: Any, path: tuple[Any, ...], leaf: Leaf) -> Any:
    if not path:
        return leaf
    step, *rest = path
    changed = _with(value[step], tuple(rest), leaf)
    if isinstance(value, dict):
        return {**value, step: changed}
    entries = [changed if index == step else entry for index, entry in enumerate(value)]
    return tuple(entries) if isinstance(value, tuple) else entries


def made(value: Any, seed: int, framework: str) -> Any:
    """The arguments with every Leaf turned into an array."""
    if isinstance(value, Leaf):
        return value.array(seed, framework)
    if isinstance(value, dict):
        return {key: made(entry, seed + place, framework) for place, (key, entry) in enumerate(value.items())}
    if isinstance(value, list | tuple):
        return type(value)(made(entry, seed + place, framework) for place, entry in enumerate(value))
    return value
