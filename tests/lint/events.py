"""Hand-made events for the tests of rules: what the interpreter would have seen, without an interpreter."""

from __future__ import annotations

from typing import Any

from shapecheck.algebra import Shape
from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.span import Span
from shapecheck.interpret.events import Applied, LayerSite, Origin
from shapecheck.lint.rules import diagnostics_of
from shapecheck.ops.apply import apply
from shapecheck.ops.base import Op
from shapecheck.ops.tensor import Tensor


class Seen(Tensor):
    """A tensor with axis tokens and the operator that made it, as the interpreter has."""

    __slots__ = ("axes", "made_by")

    def __init__(self, shape: Shape, *, axes: tuple[Any, ...] | None = None, made_by: Any = None) -> None:
        super().__init__(shape, "float32")
        self.axes = axes if axes is not None else tuple(object() for _ in shape)
        self.made_by = made_by


class Read(Origin):
    """The origin of a size that is a product of axes."""

    __slots__ = ("token",)

    def __init__(self, text: str, line: int, *tokens: Any) -> None:
        kind = "axis" if len(tokens) == 1 else "computed"
        names = text.split("*") if kind == "computed" else []
        parts = tuple(Read(name, line, token) for name, token in zip(names, tokens, strict=False))
        super().__init__(kind, at(line, 5, 9), text, None, parts=parts)
        self.token = tokens[0] if kind == "axis" else None

    @property
    def tokens(self) -> tuple[Any, ...]:
        """The axes that are multiplied."""
        return (self.token,) if self.kind == "axis" else tuple(part.token for part in self.parts)  # type: ignore[attr-defined]


def at(line: int, column: int = 5, end_column: int = 20, path: str = "a.py") -> Span:
    return Span(path, line, column, line, end_column)


def literal(text: str, line: int, size: int | None = None) -> Origin:
    """A number or an expression of numbers."""
    kind = "literal" if text.isdigit() else "computed"
    return Origin(kind, at(line, 30, 30 + len(text)), text, eval(text) if size is None else size)


def layer(line: int, name: str, **arguments: tuple[str, Origin | None]) -> LayerSite:
    """A layer made on a line; each argument is its operator attribute and its origin."""
    spans = {parameter: (at(line, 30, 36), origin) for parameter, (_, origin) in arguments.items()}
    names = {attribute: parameter for parameter, (attribute, _) in arguments.items()}
    return LayerSite(at(line), name, spans, names)


def applied(
    op: Op,
    line: int,
    *inputs: Tensor | None,
    name: str,
    callee: str = "f",
    layer: LayerSite | None = None,
    origins: dict[str, Any] | None = None,
    conflict: tuple[Any, ...] = (),
    frames: tuple[Span, ...] = (),
    path_note: str = "",
) -> Applied:
    """The operator applied for real: what comes out, or the need that failed."""
    outcome = apply(op, *(None if tensor is None else tensor.shape for tensor in inputs))
    out = None if outcome.out is None else Seen(outcome.out, made_by=(op, inputs, False))
    return Applied(
        op,
        name,
        callee,
        inputs,
        out,
        outcome.failed,
        at(line),
        tuple(at(line) for _ in inputs),
        layer,
        origins or {},
        conflict,
        frames,
        path_note,
    )


def findings(*events: Any) -> list[Diagnostic]:
    """What the rules say of these events."""
    return list(diagnostics_of(events))


def said(diagnostic: Diagnostic) -> list[tuple[int, str]]:
    """The lines of the related places, each with its message."""
    return [(place.span.line, place.message) for place in diagnostic.related]
