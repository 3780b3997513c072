"""Making layers: a layer's class is called, its operator is built, and what fails whatever it is fed is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, BindError, NotUnderstood, is_lacking
from shapecheck.interpret.applying import (
    BREAKAGES,
    DEBUG,
    MOST_OUTCOMES,
    arguments_of,
    fail_need,
    first_failing,
)
from shapecheck.interpret.records import Application
from shapecheck.interpret.values import Layer
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Spelling
    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value
    from shapecheck.ops.base import Need, Op


def make_layer(interpreter: Interpreter, spelled: Spelling, request: Call) -> Value:
    """Calling a layer's class: the operator it stands for, and what fails whatever it is fed."""
    layer = Layer(spelled, request.node, request.frame.source, (request.arguments, request.keywords))
    key = _making_key(interpreter, spelled, request)
    interpreter.path.grant()
    made = None if key is None else _made.get(key)
    if made is not None:
        layer.op, layer.arguments = made
        layer.identity = layer.op is None
        interpreter.places.understood(request.node, request.frame.source, shape=True)
        return layer
    try:
        arguments = arguments_of(interpreter, spelled, spelled.signature, request, receiver=False)
        layer.arguments = arguments.values
        assert spelled.build is not None
        layer.op = spelled.build(arguments)
        layer.identity = layer.op is None
    except BindError as error:
        layer.reason = str(error)
        lacking = is_lacking(spelled, spelled.signature, request.keywords, error)
        if not request.open and (lacking or spelled.name.startswith("torch.")):
            short = spelled.name.rpartition(".")[2]
            interpreter.mistake(
                "SHP121", f"{short}: {error}", request.node, request.frame, callee=spelled.name
            )
    except NotUnderstood as error:
        layer.reason = str(error)
    except BREAKAGES as error:
        if DEBUG:
            raise
        layer.reason = type(error).__name__
    if layer.op is None and not layer.identity:
        interpreter.places.missed(request.node, request.frame.source, f"{spelled.name}: {layer.reason}")
        return layer
    interpreter.places.understood(request.node, request.frame.source, shape=True)
    assumed = len(interpreter.path.assumed)
    if layer.op is not None:
        _check_construction(interpreter, layer, request)
    if (
        key is not None
        and not layer.reason
        and assumed == len(interpreter.path.assumed)
        and len(_made) < MOST_OUTCOMES
    ):
        _made[key] = (layer.op, layer.arguments)
    return layer


# Layers that were made before with the same arguments, needing nothing to be assumed.
_made: dict[Any, tuple[Op | None, dict[str, Any]]] = {}


def _making_key(interpreter: Interpreter, spelled: Spelling, request: Call) -> Any:
    """What a layer's operator depends on, None where it cannot be compared or would be new each time."""
    if request.open:
        return None
    entries: list[Any] = [spelled.name]
    for name, value in (*enumerate(request.arguments), *request.keywords.items()):
        plain = interpreter.plain(value)
        if (
            plain is UNKNOWN
            or isinstance(plain, list | dict | Tensor)
            or (isinstance(plain, tuple) and UNKNOWN in plain)
        ):
            return None
        entries.append((name, type(plain), plain))
    try:
        hash(key := tuple(entries))
    except TypeError:
        return None
    return key


def _check_construction(interpreter: Interpreter, layer: Layer, request: Call) -> None:
    op = layer.op
    assert op is not None
    needs: list[Need] = [*op.construction_needs()]
    if layer.spelling.limits is not None:
        needs.extend(layer.spelling.limits(op))
    failed = first_failing(interpreter, needs, request)
    if failed is not None:
        record = Application(
            op, layer.name, request.node, request.frame.source, (), request.arguments, request.keywords,
            spelling=layer.spelling, layer=layer,
        )  # fmt: skip
        layer.op = None
        layer.reason = "it cannot be made"
        fail_need(interpreter, record, failed)
