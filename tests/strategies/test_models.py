"""Drawn models: valid without a filter, varied, small when they shrink, and built so that mistakes cannot hide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from shapecheck import Model, ops
from shapecheck.model.vocabulary import VOCABULARY
from shapecheck.ops.base import Op
from shapecheck.ops.conv import Conv
from shapecheck.strategies import Case, cases, models

DRAWS = 1200


def inner(op: Op) -> Op:
    """The operator of a step, or the operator itself."""
    return op.inner if isinstance(op, ops.TimeDistributed) else op


@pytest.fixture(scope="module")
def drawn() -> list[Case]:
    found: list[Case] = []

    @settings(
        max_examples=DRAWS,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],  # no filter_too_much: nothing may be filtered
    )
    @given(cases())
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found


def test_nothing_is_thrown_away(drawn: list[Case]) -> None:
    assert len(drawn) >= DRAWS


def test_every_operator_is_drawn(drawn: list[Case], capsys: pytest.CaptureFixture[str]) -> None:
    kinds = Counter(type(inner(node.op)).__name__ for case in drawn for node in case.model.graph.nodes)
    with capsys.disabled():
        shown = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        print(f"\n{len(drawn)} models, {sum(kinds.values())} layers: {shown}")
    rare = [operator for operator in VOCABULARY if not kinds[operator.__name__]]
    assert len(rare) < 5, rare
    for operator in {*rare} - {ops.TimeDistributed}:
        assert smallest(has(operator))


def test_models_differ_in_depth_inputs_and_outputs(drawn: list[Case]) -> None:
    graphs = [case.model.graph for case in drawn]
    depths = Counter(len(graph.nodes) for graph in graphs)
    ranks = Counter(len(shape) for graph in graphs for shape in graph.inputs.values())
    assert {1, 2, 3, 4, 5, 6, 8, 10} <= depths.keys()
    assert {2, 3, 4, 5} <= ranks.keys()
    assert any(len(graph.inputs) > 1 for graph in graphs)
    assert any(len(graph.outputs) > 1 for graph in graphs)
    assert any(graph.requires for graph in graphs)
    assert any(graph.needed_dims() for graph in graphs)


def test_axes_of_an_input_differ_so_that_exchanged_ones_show(drawn: list[Case]) -> None:
    for case in drawn:
        shape = case.model.graph.inputs["x"].evaluate(case.dims)
        assert len(set(shape)) == len(shape), shape


def test_convolutions_have_square_kernels_and_meet_even_sizes(drawn: list[Case]) -> None:
    met = Counter[str]()
    for case in drawn:
        bound = case.model.graph.bind(case.dims)
        for node in bound.nodes:
            op = inner(node.op)
            if isinstance(op, Conv):
                assert isinstance(op.kernel, int)
                size = bound.arguments(node)[0][-1]
                met["strided same on an even size"] += (
                    op.padding == "same" and op.stride == 2 and size % 2 == 0
                )
                met["groups"] += op.groups > 1
                met["dilation"] += op.dilation > 1
                met["ends that differ"] += isinstance(op.padding, tuple)
                met["odd size"] += size % 2
    assert all(count >= 5 for count in met.values()), met


def smallest(condition: Callable[[Model], bool]) -> Model:
    options = settings(max_examples=3000, database=None, deadline=None, derandomize=True)
    return find(models(), condition, settings=options)


def test_the_smallest_model_has_one_layer() -> None:
    model = smallest(lambda model: True)
    assert len(model.graph.nodes) == 1
    assert len(model.graph.inputs) == 1


def has(kind: type[Op]) -> Callable[[Model], bool]:
    return lambda model: any(isinstance(inner(node.op), kind) for node in model.graph.nodes)


@pytest.mark.parametrize(
    ("kind", "layers"),
    [(ops.Conv2d, 1), (ops.LSTM, 1), (ops.Linear, 2), (ops.MaxPool1d, 1), (ops.Conv3d, 1)],
)
def test_a_model_with_one_kind_shrinks_to_hardly_more_than_it(kind: type[Op], layers: int) -> None:
    model = smallest(has(kind))
    assert len(model.graph.nodes) <= layers, model


def test_a_convolution_before_an_lstm_shrinks_to_little_between_them() -> None:
    model = smallest(lambda model: has(ops.Conv2d)(model) and has(ops.LSTM)(model))
    assert len(model.graph.nodes) <= 5, model
