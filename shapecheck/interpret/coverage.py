"""Which operations of a file were understood: every place counts once, however often it ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.interpret.events import Coverage

if TYPE_CHECKING:
    import ast

    from shapecheck.interpret.source import Source


class Places:
    """The operations of one file by place: not understood (with the reason), understood, or with its shape known."""

    __slots__ = ("models", "places", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.places: dict[int, str] = {}  # id of the node -> reason, "+" understood, "++" with its shape
        self.models: set[int] = set()

    def understood(self, node: ast.AST, source: Source, *, shape: bool) -> None:
        """An operation was understood; `shape` says that the shape that comes out is known."""
        if source is self.source:
            key = id(node)
            if shape:
                self.places[key] = "++"
            elif self.places.get(key) != "++":
                self.places[key] = "+"

    def missed(self, node: ast.AST, source: Source, reason: str) -> None:
        """An operation was not understood."""
        if source is self.source:
            self.places.setdefault(id(node), reason)

    def model(self, node: ast.AST, source: Source) -> None:
        """A model is defined or built here."""
        if source is self.source:
            self.models.add(id(node))

    def coverage(self) -> Coverage:
        """The counts."""
        result = Coverage()
        result.files = 1
        result.lines = self.source.text.count("\n") + 1
        result.models = len(self.models)
        result.operations = len(self.places)
        for state in self.places.values():
            if state in ("+", "++"):
                result.understood += 1
                result.shapes_known += state == "++"
            else:
                result.unknown[state] = result.unknown.get(state, 0) + 1
        return result
