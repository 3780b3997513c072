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
    operators = sorted(VOCABULARY, key=lambda operator: operator.__name__)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A shapecheck model",
        "type": "object",
        "required": ["schema", "inputs", "layers", "outputs"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": SCHEMA},
            "inputs": {
                "description": 'patterns by name: {"x": "n t 3 h w"}',
                "type": "object",
                "minProperties": 1,
                "propertyNames": _NAME,
                "additionalProperties": {"type": "string"},
            },
            "layers": {
                "description": "in the order in which they run",
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["name", "op", "inputs"],
                    "additionalProperties": False,
                    "properties": {
                        "name": _NAME,
                        "op": {"$ref": "#/$defs/operator"},
                        "inputs": {"type": "array", "minItems": 1, "items": _REFERENCE},
                    },
                },
            },
            "outputs": {"type": "array", "minItems": 1, "uniqueItems": True, "items": _REFERENCE},
        },
        "$defs": {
            "size": {
                "description": "a number, or text in the symbols of the inputs",
                "anyOf": [{"type": "integer"}, _object("size", {"type": "string"})],
            },
            "cut": _object(
                "cut",
                {
                    "type": "array",
                    "maxItems": 4,
                    "items": {"anyOf": [{"$ref": "#/$defs/size"}, {"type": "null"}]},
                },
            ),
            "value": {
                "anyOf": [
                    {"type": ["number", "string", "boolean", "null"]},
                    {"type": "array", "items": {"$ref": "#/$defs/value"}},
                    {"$ref": "#/$defs/size"},
                    {"$ref": "#/$defs/cut"},
                    {"$ref": "#/$defs/operator"},
                ]
            },
            "operator": {
                "description": "one key, the operator's name, over the attributes that differ from their defaults",
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
                "properties": {operator.__name__: _attributes(operator) for operator in operators},
            },
        },
    }
    return json.dumps(schema, indent=1) + "\n"


def _object(key: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": [key], "additionalProperties": False, "properties": {key: value}}


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
