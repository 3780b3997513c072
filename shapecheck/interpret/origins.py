"""Where numbers came from: origins whose place and text are worked out only when somebody reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.interpret.events import Origin

if TYPE_CHECKING:
    import ast

    from shapecheck.algebra import Size
    from shapecheck.diagnostics.span import Span
    from shapecheck.interpret.source import Source
    from shapecheck.interpret.values import Axis


# Twice the same part counts twice: what is worked out of itself over and over has exponentially many.
MOST_PARTS = 200


class Trace(Origin):
    """An origin that remembers its syntax node: `span` and `text` are read from the source on demand.

    `token` is the axis that was read, for kind "axis"; `operator` is "*", "+", … for kind "computed". What was worked
    out in more than MOST_PARTS steps keeps of its parts only one axis that went into it, `first_axis`.
    """

    __slots__ = ("first_axis", "node", "operator", "source", "token", "weight")

    def __init__(
        self,
        kind: str,
        node: ast.AST,
        source: Source,
        size: Size | None,
        *,
        name: str = "",
        axis: int | None = None,
        parts: tuple[Any, ...] = (),
        token: Axis | None = None,
        operator: str = "",
    ) -> None:
        self.kind = kind
        self.node = node
        self.source = source
        self.size = size
        self.name = name
        self.axis = axis
        self.token = token
        self.operator = operator
        weight = 1
        first_axis: Trace | None = self if kind == "axis" else None
        for part in parts:
            if part is not None:
                weight += part.weight
                first_axis = first_axis or part.first_axis
        if weight > MOST_PARTS:
            self.kind, self.operator, weight = "computed", "", 1
            parts = () if first_axis is None else (first_axis,)
        self.parts = parts
        self.weight = weight
        self.first_axis = first_axis

    @property
    def span(self) -> Span:  # type: ignore[override]  # a slot of the base, computed here
        """The place of the expression."""
        return self.source.span(self.node)

    @property
    def text(self) -> str:  # type: ignore[override]
        """The source text of the expression."""
        return self.source.segment(self.node)

    @property
    def tokens(self) -> tuple[Axis, ...] | None:
        """The axes whose sizes are multiplied here, in the written order; None when it is no such product."""
        if self.kind == "axis":
            return None if self.token is None else (self.token,)
        if self.kind in ("assigned", "argument", "default", "call"):
            first: Any = self.parts[0] if self.parts else None
            return first.tokens if first is not None else None
        if self.kind != "computed" or self.operator != "*":
            return None
        found: list[Axis] = []
        part: Any
        for part in self.parts:
            inner = None if part is None else part.tokens
            if inner is None:
                return None
            found.extend(inner)
        return tuple(found)
