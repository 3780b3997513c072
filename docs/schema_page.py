"""The JSON schema of models, from the operators' own declarations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shapecheck.model.json_form import SCHEMA
from shapecheck.model.vocabulary import NAMES, VOCABULARY
from shapecheck.ops.base import REQUIRED

if TYPE_CHECKING:
    from shapecheck.ops.base import Attribute, Op

_NAME = {"type": "string", "pattern": r"^[^\W\d]\w*$"}
_REFERENCE = {"type": "string", "pattern": r"^[^\W\d]\w*(:[1-9]\d*)?$"}


def page() -> str:
    """The schema as text."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A shapecheck model",
        **_closed(
            {
                "schema": {"const": SCHEMA},
                "inputs": {
                    "description": 'patterns by name: {"x": "n t 3 h w"}',
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": _NAME,
                    "additionalProperties": {"type": "string"},
                },
                "layers": {"description": "in the order in which they run", **_listed(_layer())},
                "outputs": {**_listed(_REFERENCE), "uniqueItems": True},
            }
        ),
        "$defs": {**_values(), "operator": _operator()},
    }
    return json.dumps(schema, indent=1) + "\n"


def _layer() -> dict[str, Any]:
    return _closed({"name": _NAME, "op": {"$ref": "#/$defs/operator"}, "inputs": _listed(_REFERENCE)})


def _values() -> dict[str, Any]:
    """What attributes hold."""
    size, cut, value, operator = (
        {"$ref": f"#/$defs/{name}"} for name in ("size", "cut", "value", "operator")
    )
    bounds = {"type": "array", "maxItems": 4, "items": {"anyOf": [size, {"type": "null"}]}}
    plain = {"type": ["number", "string", "boolean", "null"]}
    return {
        "size": {
            "description": "a number, or text in the symbols of the inputs",
            "anyOf": [{"type": "integer"}, _closed({"size": {"type": "string"}})],
        },
        "cut": _closed({"cut": bounds}),
        "value": {"anyOf": [plain, {"type": "array", "items": value}, size, cut, operator]},
    }


def _operator() -> dict[str, Any]:
    operators = sorted(VOCABULARY, key=lambda operator: operator.__name__)
    return {
        "description": "one key, the operator's name, over the attributes that differ from their defaults",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {operator.__name__: _attributes(operator) for operator in operators},
    }


def _listed(item: dict[str, Any]) -> dict[str, Any]:
    """A list that is not empty."""
    return {"type": "array", "minItems": 1, "items": item}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _attributes(operator: type[Op]) -> dict[str, Any]:
    required = [attribute.name for attribute in operator.attributes if attribute.default is REQUIRED]
    summary = (operator.__doc__ or "").split("\n")[0]
    return {
        "description": summary,
        "type": "object",
        **({"required": required} if required else {}),
        "additionalProperties": False,
        "properties": {attribute.name: _attribute(operator, attribute) for attribute in operator.attributes},
    }


def _attribute(operator: type[Op], attribute: Attribute) -> dict[str, Any]:
    named = next(
        (
            known
            for (kind, name), known in NAMES.items()
            if name == attribute.name and issubclass(operator, kind)
        ),
        None,
    )
    choices = attribute.choices or named
    if choices:
        return {"enum": list(choices)}
    return {"type": "boolean"} if isinstance(attribute.default, bool) else {"$ref": "#/$defs/value"}


if __name__ == "__main__":
    print(page())
