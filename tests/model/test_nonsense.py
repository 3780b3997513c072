"""Attributes that make no sense are refused by one sentence, whatever they are."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shapecheck import Graph, Model, symbols
from shapecheck.algebra import PatternError
from shapecheck.model.errors import ModelError
from shapecheck.model.vocabulary import NAMES, VOCABULARY
from shapecheck.ops.base import REQUIRED, Op

VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        -3,
        -1,
        0,
        1,
        2,
        3,
        64,
        2.5,
        float("nan"),
        "same",
        "valid",
        "nothing",
        "n c h w -> n (c h w)",
    ),
    *(
        (),
        (1,),
        (1, 2),
        (0, 2, 1),
        ((1, 2), (0, 1)),
        [1, [2, 3]],
        (None, 2),
        {},
        object,
        ...,
        symbols("h")[0],
    ),
]
INPUTS = ["n d", "n t d", "n c h w", "n 6 8 8", "n t 4 h w", "n t:int", "k"]


@st.composite
def nonsense(draw: st.DrawFn) -> Op:
    """An operator some of whose attributes are drawn from anything."""
    operator: Any = draw(st.sampled_from(VOCABULARY))
    chosen = {}
    for attribute in operator.attributes:
        known = attribute.choices or NAMES.get((operator, attribute.name), ())
        if attribute.default is REQUIRED or draw(st.integers(0, 3)) == 0:
            chosen[attribute.name] = draw(st.sampled_from([*VALUES, *known, *known]))
    made: Op = operator(**chosen)
    return made


@given(nonsense(), st.sampled_from(INPUTS), st.integers(1, 3))
def test_an_odd_operator_works_or_is_refused(op: Op, pattern: str, count: int) -> None:
    graph = Graph()
    reference = graph.input(pattern)
    try:
        model = Model(graph, outputs=graph.add(op, *(reference,) * count))
    except ModelError as error:
        assert str(error)
        return
    assert str(model)
    assert hash(model) is not None
    try:
        text = model.to_json()
    except ModelError as error:
        assert "has no JSON form" in str(error)
        return
    assert Model.from_json(text) == model


@given(st.text("nthw 3()->*+|=#?,:._{}[]/%é", max_size=20))
def test_an_odd_pattern_is_read_or_refused(pattern: str) -> None:
    try:
        graph = Graph()
        graph.input(pattern)
    except (PatternError, ModelError) as error:
        assert str(error)
