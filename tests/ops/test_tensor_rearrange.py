"""einops patterns say what einops does."""

from __future__ import annotations

from typing import Any

import einops
import numpy
import pytest
from hypothesis import strategies as st

from tests.ops.calling import REFUSED, T, hold
from tests.ops.drawing import SIZE, case, nudged, sizes

NAMES = ("b", "c", "h", "w", "t")


def answer(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return tuple(answer(entry) for entry in value)
    return ("shape", *value.shape) if isinstance(value, numpy.ndarray | numpy.generic) else value


def real(value: Any) -> Any:
    if isinstance(value, T):
        return numpy.zeros(value.sizes)
    return [real(entry) for entry in value] if isinstance(value, list) else value


def ask(name: str, positional: Any, named: Any) -> Any:
    try:
        return answer(
            getattr(einops, name.removeprefix("einops."))(*(real(value) for value in positional), **named)
        )
    except (einops.EinopsError, ValueError, RuntimeError, TypeError, IndexError):
        return REFUSED


@st.composite
def grouped(draw: st.DrawFn, names: list[str]) -> list[list[str]]:
    """The names in groups: most alone, some merged."""
    groups: list[list[str]] = []
    for name in names:
        if groups and draw(st.integers(0, 3)) == 0:
            groups[-1].append(name)
        else:
            groups.append([name])
    if draw(st.integers(0, 5)) == 0:
        groups.insert(draw(st.integers(0, len(groups))), [])
    return groups


def written(groups: list[list[str]]) -> str:
    return " ".join(group[0] if len(group) == 1 else f"({' '.join(group)})" for group in groups)


@st.composite
def patterns(draw: st.DrawFn, verb: str) -> Any:
    """A tensor, a pattern that fits it or nearly, and lengths."""
    count = draw(st.integers(1, 5))
    found = {name: draw(SIZE) for name in NAMES[:count]}
    left = draw(grouped(list(found)))
    shape = tuple(numpy.prod([found[name] for name in group], dtype=int) for group in left)
    names = draw(st.permutations(list(found)))
    lengths = {name: found[name] for group in left for name in group[1:]}
    if verb == "reduce":
        names = names[: draw(st.integers(0, len(names)))]
    elif verb == "repeat" and draw(st.booleans()):
        names = [*names, "r"]
        lengths["r"] = draw(SIZE)
    texts = [written(left), written(draw(grouped(list(names))))]
    sizes_of_tensor = tuple(int(size) for size in shape)
    if draw(st.integers(0, 3)) == 0:
        more = draw(sizes(0, 2, zero=False))
        sizes_of_tensor = (*more, *sizes_of_tensor)
        texts = [f"... {texts[0]}", f"... {texts[1]}" if draw(st.integers(0, 5)) else texts[1]]
    how = draw(st.integers(0, 9))
    if how == 0 and lengths:
        lengths.pop(draw(st.sampled_from(sorted(lengths))))
    elif how == 1:
        sizes_of_tensor = draw(nudged(sizes_of_tensor))
    elif how == 2:
        place = draw(st.integers(0, 1))
        texts[place] += draw(st.sampled_from([" z", " b", " (", " )", " 1", " 2", " ...", " -> b", " b_"]))
    elif how == 3 and lengths:
        lengths[draw(st.sampled_from(sorted(lengths)))] += 1
    elif how == 4:
        lengths["z"] = 2
    operation = ["mean"] if verb == "reduce" else []
    return case(T(sizes_of_tensor), " -> ".join(texts), *operation, **{k: int(v) for k, v in lengths.items()})


@pytest.mark.parametrize("verb", ["rearrange", "reduce", "repeat"])
def test_patterns(verb: str) -> None:
    hold(f"einops.{verb}", patterns(verb), ask)


@st.composite
def equations(draw: st.DrawFn) -> Any:
    found = {name: draw(SIZE) for name in ("batch", "head", "q", "k")}
    terms, tensors = [], []
    for _ in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from(sorted(found)), max_size=3, unique=True))
        terms.append(" ".join(names))
        tensors.append(T(tuple(found[name] for name in names)))
    used = sorted({name for term in terms for name in term.split()})
    result = draw(st.permutations(used))[: draw(st.integers(0, len(used)))]
    text = ", ".join(terms) + " -> " + " ".join(result)
    if draw(st.integers(0, 1)):
        place = draw(st.integers(0, len(tensors) - 1))
        tensors[place] = T(draw(nudged(tensors[place].sizes)))
    return case(*tensors, text)


def test_einsum_with_words() -> None:
    hold("einops.einsum", equations(), ask)


def one_of(*cases: Any) -> Any:
    return st.sampled_from(cases)


FIXED = {
    "einops.rearrange": one_of(
        case([T((2, 3)), T((2, 3))], "n h w -> h (n w)"),
        case(T((2, 3, 4, 6)), "b c (h p) (w q) -> b (h w) (p q c)", p=2, q=3),
        case(T((2, 3, 4)), "... c -> c ..."),
    ),
    "einops.parse_shape": one_of(
        case(T((2, 3, 4)), "b _ c"), case(T((2, 3, 4)), "b ... c"), case(T((2,)), "b")
    ),
    "einops.pack": one_of(case([T((2, 3)), T((2, 4, 5))], "b *"), case([T((2, 7, 3)), T((2, 3))], "b * c")),
    "einops.unpack": one_of(case(T((2, 23)), [(3,), (4, 5)], "b *"), case(T((2, 8, 3)), [(7,), ()], "b * c")),
}


@pytest.mark.parametrize("name", FIXED)
def test_calls_as_they_are_written(name: str) -> None:
    hold(name, FIXED[name], ask, least=0, missed=0)


def test_layers_are_the_functions() -> None:
    """einops.layers.torch.Rearrange(pattern) is rearrange with the pattern given before."""
    from shapecheck.dialects.base import Arguments, bind
    from shapecheck.dialects.registry import spelling
    from shapecheck.ops.rearrange import Rearrange
    from tests.ops.calling import fresh

    for library in ("torch", "keras", "tensorflow"):
        row = spelling(f"einops.layers.{library}.Rearrange")
        assert row is not None and row.build is not None
        values, given = bind(row.signature, ["b (h p) -> b h p"], {"p": 2})
        assert row.build(Arguments(row, values, given, fresh)) == Rearrange("b (h p) -> b h p", (("p", 2),))
