"""One file of source text with its syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.span import Span

if TYPE_CHECKING:
    import ast


class Source:
    """A parsed file: its path, its text and its tree. Spans are made when somebody needs them."""

    __slots__ = ("ascii", "jaxtyped", "lines", "module_name", "path", "text", "tree")

    def __init__(self, path: str, text: str, tree: ast.Module, *, module_name: str = "__main__") -> None:
        self.path = path
        self.text = text
        self.tree = tree
        self.module_name = module_name
        self.ascii = text.isascii()
        self.jaxtyped = "jaxtyping" in text  # a file without the word annotates no shapes
        self.lines: list[str] | None = None

    def span(self, node: ast.AST) -> Span:
        """Where a node is: lines and columns from 1, columns in code points, end exclusive."""
        line: int = getattr(node, "lineno", 1)
        end_line: int = getattr(node, "end_lineno", line) or line
        column: int = getattr(node, "col_offset", 0)
        end_column: int = getattr(node, "end_col_offset", column) or 0
        if not self.ascii:
            column = self._code_points(line, column)
            end_column = self._code_points(end_line, end_column)
        return Span(self.path, line, column + 1, end_line, end_column + 1)

    def _code_points(self, line: int, offset: int) -> int:
        if self.lines is None:
            self.lines = self.text.split("\n")
        if line > len(self.lines):
            return offset
        return len(self.lines[line - 1].encode()[:offset].decode(errors="replace"))

    def segment(self, node: ast.AST) -> str:
        """The source text of a node, on one line."""
        if self.lines is None:
            self.lines = self.text.split("\n")
        span = self.span(node)
        if span.line > len(self.lines):
            return ""
        if span.line == span.end_line:
            return self.lines[span.line - 1][span.column - 1 : span.end_column - 1]
        rows = self.lines[span.line - 1 : span.end_line]
        rows[-1] = rows[-1][: span.end_column - 1]
        rows[0] = rows[0][span.column - 1 :]
        return " ".join(row.strip() for row in rows)
