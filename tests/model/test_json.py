"""The JSON of models: readable, versioned, complete for the vocabulary, and strict when it is read."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from shapecheck import Graph, Model, bridge, ops
from shapecheck.algebra import PatternError
from shapecheck.model.errors import ModelError
from tests.model.test_laws import SCHEMA

MODEL = Model(
    "n t 3 h w | h%4==0",
    [
        ops.TimeDistributed([ops.Conv2d(8, 3, padding=((0, 1), (2, 0)), mode="reflect")]),
        bridge.per_location([ops.LSTM(4), ops.Index((..., ops.Cut(None, 2)))]),
        ops.Dropout(0.25),
    ],
)
TEXT = """\
{
  "schema": 1,
  "inputs": {"x": "n t 3 h w | h%4==0"},
  "layers": [
    {"name": "conv1", "op": {"TimeDistributed": {"inner": {"Conv2d": {"filters": 8, "kernel": 3, \
"padding": [[0, 1], [2, 0]], "mode": "reflect"}}}}, "inputs": ["x"]},
    {"name": "per_location1_rearrange1", "op": {"Rearrange": {"pattern": "n t c h w -> (n h w) t c"}}, \
"inputs": ["conv1"]},
    {"name": "per_location1_lstm1", "op": {"LSTM": {"hidden": 4}}, "inputs": ["per_location1_rearrange1"]},
    {"name": "per_location1_index1", "op": {"Index": {"key": ["...", {"cut": [null, 2]}]}}, \
"inputs": ["per_location1_lstm1"]},
    {"name": "per_location1_back1", "op": {"Rearrange": {"pattern": "(n h w) t c -> n t c h w", \
"lengths": [["h", {"size": "h-1"}], ["w", 7]]}}, "inputs": ["per_location1_index1"]},
    {"name": "dropout1", "op": {"Dropout": {"rate": 0.25}}, "inputs": ["per_location1_back1"]}
  ],
  "outputs": ["dropout1"]
}
"""


def test_it_reads_well() -> None:
    model = Model.from_json(TEXT.replace('"n t 3 h w |', '"n t 3 h 7 |'))
    assert model.to_json() == TEXT.replace('"n t 3 h w |', '"n t 3 h 7 |')
    wide = MODEL.to_json()
    assert wide == TEXT.replace('["w", 7]', '["w", {"size": "w"}]')
    assert Model.from_json(wide) == MODEL
    jsonschema.validate(json.loads(wide), SCHEMA)


def test_graphs_with_states_and_several_inputs() -> None:
    graph = Graph()
    words, signal = graph.input("n t:int32", name="words"), graph.input("n t d", name="signal")
    out, states = graph.add(ops.GRU(3, return_states=True), signal)
    model = Model(graph, outputs=[out, states, graph.add(ops.Embedding(5, 2), words)])
    again = Model.from_json(model.to_json())
    assert again == model
    assert again.graph.dtypes == model.graph.dtypes
    assert again.graph.outputs == ("gru1", "gru1:1", "embedding1")


def changed(**parts: Any) -> str:
    return json.dumps({**json.loads(TEXT), **parts})


def layer(**parts: Any) -> str:
    first = {"name": "a", "op": {"Linear": {"units": 3}}, "inputs": ["x"], **parts}
    return changed(inputs={"x": "n 4"}, layers=[first], outputs=["a"])


REFUSED = {
    "no JSON": ("{", "not JSON: Expecting property name"),
    "no model": ("[1]", 'this is no model: it has no "schema"'),
    "another version": (changed(schema=2), "the model is written in schema 2; this version reads 1"),
    "an unknown part": (changed(extra=1), "a model has no 'extra'; it has schema, inputs, layers, outputs"),
    "a part of another type": (changed(outputs="x"), "a model has a list 'outputs', got 'x'"),
    "an input of another type": (changed(inputs={"x": 3}), "the input 'x' is described by a pattern, got 3"),
    "a layer of another type": (changed(layers=["relu"]), "layers[0]: a layer is an object, got 'relu'"),
    "a layer without inputs": (layer(inputs=None), "layers[0]: a layer has a list 'inputs', got None"),
    "an unknown operator": (layer(op={"Conv9d": {}}), "layers[0]: there is no operator 'Conv9d'"),
    "two operators": (
        layer(op={"Linear": {}, "GRU": {}}),
        "layers[0]: an operator is an object with its name as the one",
    ),
    "attributes of another type": (
        layer(op={"Linear": 3}),
        "layers[0]: the attributes of Linear are an object, got 3",
    ),
    "an unknown attribute": (
        layer(op={"Linear": {"units": 3, "unit": 1}}),
        "layers[0]: Linear has no attribute unit",
    ),
    "a missing attribute": (layer(op={"Linear": {}}), "layers[0]: Linear needs units"),
    "a value that is none": (
        layer(op={"Linear": {"units": "3"}}),
        "layers[0]: Linear's units is a whole number, got '3'",
    ),
    "an unknown reference": (
        layer(inputs=["y"]),
        "layers[0]: there is no tensor 'y' in the graph; there are x",
    ),
    "an unreadable size": (layer(op={"Linear": {"units": {"size": "h//"}}}), "layers[0]: "),
    "a model that cannot be": (
        layer(op={"LSTM": {"hidden": 2}}),
        "layers[0] 'a' (LSTM): LSTM expects 3 axes, got 2",
    ),
    "a reference that is no text": (layer(inputs=[3]), "layers[0]: 3 is no reference"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_understood_is_said(case: str) -> None:
    text, message = REFUSED[case]
    with pytest.raises(ModelError) as caught:
        Model.from_json(text)
    assert str(caught.value).startswith(message)


def test_a_pattern_error_shows_its_place() -> None:
    with pytest.raises(PatternError, match=r"n \[4"):
        Model.from_json(changed(inputs={"x": "n [4"}))


def test_operators_that_no_backend_builds_have_no_json() -> None:
    from shapecheck.ops.resize import PixelShuffle

    model = Model("n 8 h w", [PixelShuffle(2)])
    with pytest.raises(ModelError, match="the operator PixelShuffle of 'pixelshuffle1' has no JSON form"):
        model.to_json()


@pytest.mark.parametrize(
    "wrong",
    [
        changed(schema=2),
        changed(extra=1),
        layer(op={"Conv9d": {}}),
        layer(op={"Linear": {}}),
        layer(inputs=[]),
    ],
)
def test_the_schema_refuses_what_reading_refuses(wrong: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(wrong), SCHEMA)
