"""From what paths recorded to the events that rules read: spans, origins, and who made which layer."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import BindError, bind
from shapecheck.interpret.events import Applied, LayerSite, Mistake, Revealed
from shapecheck.interpret.records import Application, Blunder, Reveal
from shapecheck.interpret.values import Int, Layer, Sequence, TensorValue

if TYPE_CHECKING:
    from shapecheck.diagnostics.span import Span
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Value


def event_of(record: Application | Blunder | Reveal, note: str = "") -> Applied | Mistake | Revealed:
    """The event that a record stands for; `note` says under which branch it happens."""
    if isinstance(record, Application):
        return _applied(record, note)
    span = record.source.span(record.node)
    if isinstance(record, Reveal):
        return Revealed(record.value, span)
    return Mistake(
        record.code,
        record.message,
        span,
        record.related,
        record.help,
        _frames(record.frames),
        note,
        record.data,
    )


def _frames(frames: tuple[tuple[Source, ast.AST], ...]) -> tuple[Span, ...]:
    return tuple(source.span(node) for source, node in frames)


def _applied(record: Application, note: str) -> Applied:
    source, node = record.source, record.node
    given = [record.receiver, *record.positional] if _binds_receiver(record) else record.positional
    outputs = record.outputs
    conflict = tuple((claim, where.span(place)) for claim, where, place in record.conflict)
    return Applied(
        op=record.op,
        name=record.name,
        callee=_callee(node, source),
        inputs=record.inputs,
        outputs=outputs,
        failed=record.failed,
        span=_span(node, source),
        input_spans=tuple(_input_span(entry, record) for entry in record.inputs),
        layer=None if record.layer is None else record.layer.site,
        argument_origins=_origins(record, given),
        conflict=conflict,
        frames=_frames(record.frames),
        path_note=note,
    )


def _binds_receiver(record: Application) -> bool:
    return record.receiver is not None and record.spelling is not None and record.spelling.kind == "method"


def _span(node: ast.AST, source: Source) -> Span:
    return source.span(node)


def _callee(node: ast.AST, source: Source) -> str:
    """What the user wrote before the brackets: "self.lstm"."""
    return source.segment(node.func) if isinstance(node, ast.Call) else ""


def _written(node: ast.AST) -> list[ast.expr]:
    """The expressions that stand for the values of a call or an operator."""
    if isinstance(node, ast.Call):
        receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return [*node.args, *(keyword.value for keyword in node.keywords), *receiver]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Subscript):
        return [node.value, node.slice]
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    return []


def _input_span(entry: Any, record: Application) -> Span | None:
    """Where the expression stands that gave an input."""
    if not isinstance(entry, TensorValue):
        return None
    node = record.node
    values: list[Value | None]
    if isinstance(node, ast.Call):
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            return None
        values = [*record.positional, *record.keywords.values()]
        receiver = record.receiver if isinstance(node.func, ast.Attribute) else None
        if receiver is not None:
            values.append(receiver)
    else:
        values = list(record.positional)
    for value, written in zip(values, _written(node), strict=False):
        if value is entry or (
            isinstance(value, Sequence) and any(part is entry for part in value.items or ())
        ):
            return record.source.span(written)
    return None


def origin_of(value: Any) -> Any:
    """The origin of a number, or of each number in a tuple or list."""
    if isinstance(value, Int):
        return value.origin
    if isinstance(value, Sequence) and value.items is not None:
        return tuple(origin_of(entry) for entry in value.items)
    if isinstance(value, tuple | list):
        return tuple(origin_of(entry) for entry in value)
    return None


def _bound(signature: str, positional: list[Any], keywords: dict[str, Any]) -> dict[str, Any]:
    """Arguments by parameter, those that were given only."""
    try:
        values, given = bind(signature, list(positional), dict(keywords))
    except BindError:
        return {}
    return {name: values[name] for name in given}


def _origins(record: Application, given: list[Any]) -> dict[str, Any]:
    spelled = record.spelling
    if spelled is None:
        return {}
    signature = spelled.call_signature if spelled.kind == "layer" and record.inputs else spelled.signature
    found = _bound(signature, given, dict(record.keywords))
    origins = {name: origin_of(value) for name, value in found.items()}
    # `x.view((a, b))` and `x.view(a, b)` write the same sizes.
    for name, origin in origins.items():
        if isinstance(origin, tuple) and len(origin) == 1 and isinstance(origin[0], tuple):
            origins[name] = origin[0]
    return origins


def layer_site(layer: Layer) -> LayerSite:
    """Where a layer was made, with the place and origin of each argument that was written."""
    positional, keywords = layer.given
    values = _bound(layer.spelling.signature, positional, keywords)
    node, source = layer.node, layer.source
    arguments: dict[str, tuple[Span, Any]] = {}
    if isinstance(node, ast.Call):
        written: dict[int, ast.expr] = {}
        if not any(isinstance(argument, ast.Starred) for argument in node.args):
            for value, expression in zip(positional, node.args, strict=False):
                written[id(value)] = expression
        by_name = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        for name, value in values.items():
            place = by_name.get(name) or written.get(id(value))
            if place is not None:
                arguments[name] = (source.span(place), origin_of(value))
    return LayerSite(source.span(node), layer.name, arguments, layer.spelling.names)
