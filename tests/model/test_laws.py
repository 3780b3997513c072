"""What holds of every model: symbols and numbers agree, JSON and pickle are inverse, bindings compose."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given

from shapecheck import Model, Shape
from shapecheck.algebra import product
from shapecheck.strategies import Case, cases, models

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs" / "model.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@given(cases())
def test_symbolic_shapes_evaluated_are_the_shapes_of_numbers(case: Case) -> None:
    bound = case.model.graph.bind(case.dims)
    symbolic = {name: shape.evaluate(case.dims) for name, shape in case.model.graph.shapes.items()}
    assert symbolic == {name: tuple(shape) for name, shape in bound.shapes.items()}
    assert case.model.shapes(**case.dims) == bound.shapes


@given(cases())
def test_weights_and_costs_agree_too(case: Case) -> None:
    graph = case.model.graph
    bound = graph.bind(case.dims)
    for rule in ("weights", "states"):
        symbolic = {name: shape.evaluate(case.dims) for name, shape in getattr(graph, rule)().items()}
        assert symbolic == {name: tuple(shape) for name, shape in getattr(bound, rule)().items()}
    numbers = Model(bound)
    assert Shape(case.model.parameters, case.model.macs).evaluate(case.dims) == (
        numbers.parameters,
        numbers.macs,
    )
    assert numbers.parameters == sum(product(shape) for shape in bound.weights().values())


@given(cases())
def test_what_a_model_requires_holds_for_the_sizes_it_was_drawn_for(case: Case) -> None:
    assert all(claim.holds(case.dims) for claim in case.model.requires)
    assert not case.model.graph.bind(case.dims).requires


@given(cases())
def test_only_symbols_that_weights_depend_on_must_be_given(case: Case) -> None:
    needed = case.model.graph.needed_dims()
    bound = case.model.bound({name: case.dims[name] for name in needed})
    assert set(bound.symbols) == set(case.dims) - set(needed)
    names = {node.name for node in bound.nodes}
    assert all(set(users) <= names for users in needed.values())


@given(cases())
def test_binding_one_symbol_after_the_other_is_binding_all(case: Case) -> None:
    graph = case.model.graph
    for name, size in case.dims.items():
        graph = graph.bind({name: size})
    whole = case.model.graph.bind(case.dims)
    assert graph.shapes == whole.shapes
    assert graph.weights() == whole.weights()
    assert [node.op for node in graph.nodes] == [node.op for node in whole.nodes]


@given(cases())
def test_sizes_of_inputs_give_the_symbols_back(case: Case) -> None:
    graph = case.model.graph
    given_shapes = {name: shape.evaluate(case.dims) for name, shape in graph.inputs.items()}
    assert graph.sizes(given_shapes) == case.dims


@given(models())
def test_json_is_inverse_and_follows_its_schema(model: Model) -> None:
    text = model.to_json()
    VALIDATOR.validate(json.loads(text))
    again = Model.from_json(text)
    assert again == model
    assert hash(again) == hash(model)
    assert again.to_json() == text
    assert pickle.loads(pickle.dumps(model)) == model


@given(models())
def test_a_model_prints_all_its_layers_within_the_width(model: Model) -> None:
    lines = str(model).splitlines()
    assert max(map(len, lines)) <= 100 or any(len(node.name) > 20 for node in model.graph.nodes)
    for node in model.graph.nodes:
        assert any(line.startswith(f"{node.name} ") for line in lines)


@given(models(), models())
def test_models_are_equal_exactly_where_their_json_is(one: Model, other: Model) -> None:
    assert (one == other) == (one.to_json() == other.to_json())
