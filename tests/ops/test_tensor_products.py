"""Matrix products, einsum and linear algebra say what PyTorch does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from tests.ops import in_torch
from tests.ops.calling import T, hold
from tests.ops.drawing import SIZE, axis_for, bare, case, nudged, sizes, spoiled, stretchable, tensors


@st.composite
def matrices(draw: st.DrawFn) -> Any:
    """Two tensors whose matrices multiply and whose batches broadcast, or nearly."""
    rows, inner, columns = (draw(SIZE) for _ in range(3))
    batch = draw(sizes(0, 2, zero=False))
    other = tuple(1 if draw(st.booleans()) else size for size in batch)
    left = (*batch, rows, inner) if draw(st.integers(0, 4)) else (inner,)
    right = (*other, inner, columns) if draw(st.integers(0, 4)) else (inner,)
    how = draw(st.integers(0, 4))
    if how == 0:
        right = draw(nudged(right))
    elif how == 1:
        left = (*left[:-1], left[-1] + 1)
    return case(T(left), T(right))


@st.composite
def strict(draw: st.DrawFn, left: str, right: str) -> Any:
    """Two tensors with the sizes that these letters have, or nearly."""
    found = {letter: draw(SIZE) for letter in "bmkn"}
    shapes = [tuple(found[letter] for letter in word) for word in (left, right)]
    how = draw(st.integers(0, 3))
    if how < 2:
        shapes[how] = draw(nudged(shapes[how]))
    return case(*(T(shape) for shape in shapes))


@st.composite
def with_base(draw: st.DrawFn, base: str, left: str, right: str) -> Any:
    found = {letter: draw(SIZE) for letter in "bmkn"}
    shapes = [tuple(found[letter] for letter in word) for word in (base, left, right)]
    shapes[0] = tuple(1 if draw(st.booleans()) else size for size in shapes[0])
    if draw(st.integers(0, 2)) == 0:
        place = draw(st.integers(0, 2))
        shapes[place] = draw(nudged(shapes[place]))
    return case(*(T(shape) for shape in shapes))


@st.composite
def contractions(draw: st.DrawFn) -> Any:
    drawn = draw(sizes(1, 3, zero=False))
    if draw(st.booleans()):
        count = draw(st.integers(0, len(drawn)))
        right = drawn[len(drawn) - count :] + draw(sizes(0, 2, zero=False))
        return case(T(drawn), T(draw(nudged(right))), count)
    axes = draw(st.permutations(range(len(drawn))))[: draw(st.integers(0, len(drawn)))]
    right = tuple(drawn[axis] for axis in axes) + draw(sizes(0, 1, zero=False))
    others = list(range(len(axes)))
    if draw(st.integers(0, 2)) == 0:
        right = draw(nudged(right))
    if draw(st.integers(0, 4)) == 0:
        others = [*others, 0]
    return case(T(drawn), T(right), [list(axes), others])


LETTERS = "abcij"


@st.composite
def equations(draw: st.DrawFn, *, stretch: bool = True) -> Any:
    """An equation and tensors that fit it, or nearly."""
    found = {letter: draw(SIZE) for letter in LETTERS}
    count = draw(st.integers(1, 3))
    more = draw(sizes(0, 2, zero=False)) if draw(st.integers(0, 2)) == 0 else None
    terms, shapes = [], []
    for _ in range(count):
        letters = draw(st.lists(st.sampled_from(LETTERS), max_size=3, unique=draw(st.integers(0, 3)) > 0))
        shape = tuple(1 if stretch and draw(st.integers(0, 7)) == 0 else found[letter] for letter in letters)
        term = "".join(letters)
        if more is not None and draw(st.booleans()):
            place = draw(st.integers(0, len(letters)))
            term = term[:place] + "..." + term[place:]
            shape = shape[:place] + more + shape[place:]
        terms.append(term)
        shapes.append(shape)
    text = ",".join(terms)
    used = sorted(set(text) - set(",."))
    if draw(st.integers(0, 2)):
        result = draw(st.permutations(used))[: draw(st.integers(0, len(used)))]
        dots = "..." if "..." in text and (draw(st.integers(0, 4)) or not stretch) else ""
        text += "->" + dots + "".join(result)
        if draw(st.integers(0, 7)) == 0:
            text += draw(st.sampled_from(["a", "z", "->", ","]))
    if draw(st.integers(0, 3)) == 0:
        place = draw(st.integers(0, count - 1))
        shapes[place] = draw(nudged(shapes[place]))
    if draw(st.integers(0, 9)) == 0:
        shapes = [*shapes, (2,)]
    return case(text, *(T(shape) for shape in shapes))


def vectors_and_matrices() -> st.SearchStrategy[T]:
    """As many tensors with at least two axes as with less."""
    few = st.integers(1, 60).map(lambda size: T((size,)))
    return st.one_of(few, tensors(2, 4, zero=False))


CASES = {
    "torch.matmul": spoiled(matrices()),
    "torch.Tensor.matmul": spoiled(matrices()),
    "torch.mm": strict("mk", "kn"),
    "torch.bmm": spoiled(strict("bmk", "bkn")),
    "torch.mv": spoiled(strict("mk", "k")),
    "torch.dot": strict("k", "k"),
    "torch.outer": spoiled(strict("m", "n")),
    "torch.addmm": spoiled(with_base("mn", "mk", "kn")),
    "torch.baddbmm": spoiled(with_base("bmn", "bmk", "bkn")),
    "torch.addmv": spoiled(with_base("m", "mk", "k")),
    "torch.tensordot": spoiled(contractions()),
    "torch.einsum": equations(),
    "torch.tril": bare(st.tuples(vectors_and_matrices(), st.integers(-2, 2))),
}


@pytest.mark.parametrize("name", CASES)
def test_says_what_pytorch_does(name: str) -> None:
    hold(name, CASES[name], in_torch.ask)


@st.composite
def squares(draw: st.DrawFn) -> Any:
    """A batch of square matrices, or nearly; unit matrices, so that all can be inverted."""
    side = draw(SIZE)
    return case(T((*draw(sizes(0, 2, zero=False)), side, side if draw(st.integers(0, 2)) else side + 1)))


SQUARE = ("torch.linalg.det", "torch.linalg.eigh", "torch.linalg.slogdet", "torch.matrix_exp")


@pytest.mark.parametrize("name", SQUARE)
def test_square_matrices(name: str) -> None:
    hold(name, squares(), in_torch.ask)


@pytest.mark.parametrize("name", ["torch.linalg.svd", "torch.linalg.qr"])
def test_decompositions(name: str) -> None:
    hold(name, bare(st.tuples(vectors_and_matrices())), in_torch.ask)


@st.composite
def diagonals(draw: st.DrawFn) -> Any:
    return case(T(draw(sizes(1, 2, zero=False))), draw(st.integers(-2, 2)))


def test_diagonals() -> None:
    hold("torch.diag", diagonals(), in_torch.ask, least=0)
    hold("torch.diag_embed", diagonals(), in_torch.ask, least=0)


@st.composite
def crosses(draw: st.DrawFn) -> Any:
    drawn = (*draw(sizes(0, 2, zero=False)), 3)
    axis = draw(axis_for(len(drawn)))
    other = drawn if draw(st.booleans()) else draw(stretchable(drawn))
    return case(T(drawn), T(other if len(other) == len(drawn) else drawn), dim=axis)


def test_cross_products() -> None:
    hold("torch.linalg.cross", crosses(), in_torch.ask)


@st.composite
def distances(draw: st.DrawFn) -> Any:
    rows, others, width = (draw(SIZE) for _ in range(3))
    batch = draw(sizes(0, 1, zero=False))
    right = (*batch, others, width)
    return case(T((*batch, rows, width)), T(draw(nudged(right))))


def test_distances() -> None:
    hold("torch.cdist", distances(), in_torch.ask)
