"""Models as JSON: readable, with a version, and read back strictly.

An operator is an object with one key, its name, over the attributes that differ from their defaults. Sizes that are
no numbers are {"size": "h//2"}, parts of an index {"cut": [start, stop, step]} and "...".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim, PatternError, parse_size
from shapecheck.model.errors import ModelError
from shapecheck.model.graph import Graph
from shapecheck.model.vocabulary import VOCABULARY
from shapecheck.ops.base import Op
from shapecheck.ops.indexing import Cut, Index

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = 1
_OPERATORS = {operator.__name__: operator for operator in VOCABULARY}
_PARTS = {"schema": int, "inputs": dict, "layers": list, "outputs": list}
_LAYER = {"name": str, "op": dict, "inputs": list}


def written(graph: Graph) -> str:
    """The JSON text of a finished graph, one layer on a line."""
    layers = [
        {"name": node.name, "op": _operator(node.op, node.name), "inputs": list(node.inputs)}
        for node in graph.nodes
    ]
    inputs = {name: str(pattern) for name, pattern in graph.patterns.items()}
    lines = ",\n".join(f"    {json.dumps(layer)}" for layer in layers)
    return (
        f'{{\n  "schema": {SCHEMA},\n  "inputs": {json.dumps(inputs)},\n  "layers": [\n{lines}\n  ],\n'
        f'  "outputs": {json.dumps(list(graph.outputs))}\n}}\n'
    )


def _operator(op: Op, name: str) -> dict[str, Any]:
    kind = type(op).__name__
    if _OPERATORS.get(kind) is not type(op):
        raise ModelError(
            f"the operator {kind} of {name!r} has no JSON form: it is not one that backends build"
        )
    differing = {
        attribute.name: _value(op.__dict__[attribute.name], name)
        for attribute in op.attributes
        if op.__dict__[attribute.name] != attribute.default
    }
    return {kind: differing}


def _value(value: Any, name: str) -> Any:
    if isinstance(value, Op):
        return _operator(value, name)
    if isinstance(value, Dim):
        return {"size": str(value)}
    if isinstance(value, Cut):
        last = max((place for place, bound in enumerate(value, 1) if bound is not None), default=0)
        return {"cut": [_value(bound, name) for bound in value[:last]]}
    if isinstance(value, tuple):
        return [_value(part, name) for part in value]
    if value is Ellipsis:
        return "..."
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ModelError(f"the value {value!r} of {name!r} has no JSON form")


def read(text: str) -> Graph:
    """The graph that a JSON text describes; ModelError says what in it cannot be understood."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ModelError(f"not JSON: {error}") from None
    if not isinstance(data, dict) or "schema" not in data:
        raise ModelError('this is no model: it has no "schema"')
    if data["schema"] != SCHEMA:
        raise ModelError(f"the model is written in schema {data['schema']!r}; this version reads {SCHEMA}")
    _check_parts(data, _PARTS, "a model")
    graph = Graph()
    for name, pattern in data["inputs"].items():
        if not isinstance(pattern, str):
            raise ModelError(f"the input {name!r} is described by a pattern, got {pattern!r}")
        graph.input(pattern, name=name)
    for place, layer in enumerate(data["layers"]):
        where = f"layers[{place}]"
        if not isinstance(layer, dict):
            raise ModelError(f"a layer is an object, got {layer!r}", place=where)
        _check_parts(layer, _LAYER, "a layer", where)
        op = _read_operator(layer["op"], where)
        graph.add(op, *layer["inputs"], name=layer["name"], place=where)
    return graph.with_outputs(*data["outputs"])


def _check_parts(data: Mapping[str, Any], parts: Mapping[str, type], what: str, place: str = "") -> None:
    for key in data:
        if key not in parts:
            raise ModelError(f"{what} has no {key!r}; it has {', '.join(parts)}", place=place)
    for key, kind in parts.items():
        if not isinstance(data.get(key), kind):
            words = {dict: "an object", list: "a list", str: "a text", int: "a number"}[kind]
            raise ModelError(f"{what} has {words} {key!r}, got {data.get(key)!r}", place=place)


def _read_operator(data: Mapping[str, Any], place: str) -> Op:
    if len(data) != 1:
        raise ModelError(
            f"an operator is an object with its name as the one key, got {dict(data)!r}", place=place
        )
    ((kind, attributes),) = data.items()
    operator = _OPERATORS.get(kind)
    if operator is None:
        raise ModelError(f"there is no operator {kind!r}", place=place)
    if not isinstance(attributes, dict):
        raise ModelError(f"the attributes of {kind} are an object, got {attributes!r}", place=place)
    values = {name: _read_value(value, operator, place) for name, value in attributes.items()}
    try:
        return operator(**values)
    except TypeError as error:
        raise ModelError(str(error), place=place) from None


def _read_value(value: Any, operator: type[Op], place: str) -> Any:
    if isinstance(value, list):
        return tuple(_read_value(part, operator, place) for part in value)
    if value == "..." and operator is Index:
        return Ellipsis
    if not isinstance(value, dict):
        return value
    if value.keys() == {"size"} and isinstance(value["size"], str):
        try:
            return parse_size(value["size"])
        except PatternError as error:
            raise ModelError(str(error), place=place) from None
    if value.keys() == {"cut"} and isinstance(value["cut"], list) and len(value["cut"]) <= len(Cut._fields):
        return Cut(*(_read_value(bound, operator, place) for bound in value["cut"]))
    return _read_operator(value, place)
