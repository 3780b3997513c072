"""Notebooks as one Python text: code cells one after the other, and the way back from a line to its cell.

A place in a notebook has the path "nb.ipynb:cell 3", the third code cell, and lines that count within that
cell. Magics and shell lines become `pass`, so that no line moves; a cell that Python cannot parse is reported
and left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.diagnostics.span import Edit, Fix, Related, Span
from shapecheck.lint.sources import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecheck.diagnostics.diagnostic import Diagnostic

# Cell magics whose body is Python all the same.
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python3")


class Notebook(NamedTuple):
    """The code of a notebook: its text, and for each code cell the line of the text on which it starts."""

    path: str
    text: str
    starts: tuple[int, ...]

    def cell_of(self, line: int) -> int:
        """The number of the code cell, from 1, that a line of the text belongs to."""
        cell = 1
        for number, start in enumerate(self.starts, 1):
            if start <= line:
                cell = number
        return cell

    def place(self, span: Span) -> Span:
        """A span of the text as one of its cell; those of other files stay."""
        if span.path != self.path:
            return span
        cell = self.cell_of(span.line)
        before = self.starts[cell - 1] - 1 if self.starts else 0
        return Span(
            f"{self.path}:cell {cell}",
            span.line - before,
            span.column,
            span.end_line - before,
            span.end_column,
        )

    def placed(self, diagnostic: Diagnostic) -> Diagnostic:
        """A finding with all its places in cells."""
        fix = diagnostic.fix
        return diagnostic._replace(
            span=self.place(diagnostic.span),
            related=tuple(Related(self.place(place.span), place.message) for place in diagnostic.related),
            fix=None
            if fix is None
            else Fix(
                fix.description, tuple(Edit(self.place(edit.span), edit.text) for edit in fix.edits), fix.safe
            ),
        )

    def cell_text(self, cell: int) -> str:
        """The text of one cell."""
        return "\n".join(self.text.split("\n")[self._lines(cell)])

    def without(self, cell: int) -> Notebook:
        """The notebook with one cell emptied, its lines kept."""
        lines = self.text.split("\n")
        place = self._lines(cell)
        lines[place] = [""] * len(lines[place])
        return self._replace(text="\n".join(lines))

    def _lines(self, cell: int) -> slice:
        end = self.starts[cell] - 1 if cell < len(self.starts) else None
        return slice(self.starts[cell - 1] - 1, end)


def read(path: str, data: bytes) -> Notebook:
    """The code of a notebook file. Raises Unreadable."""
    texts = [_python(source) for source in cell_sources(load(data))]
    starts = []
    line = 1
    for text in texts:
        starts.append(line)
        line += text.count("\n") + 1
    return Notebook(path, "\n".join(texts), tuple(starts))


def load(data: bytes) -> dict[str, Any]:
    """The notebook's JSON. Raises Unreadable."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the file is no notebook: {str(error)[:1].lower()}{str(error)[1:]}") from error
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise Unreadable("the file is no notebook of format 4: it has no list of cells")
    return content


def code_cells(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The code cells of a Python notebook; none when its kernel speaks another language."""
    metadata = content.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language", "python") if isinstance(kernel, dict) else "python"
    if str(language).lower() not in ("python", "ipython"):
        return []
    return [cell for cell in content["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def cell_sources(content: dict[str, Any]) -> list[str]:
    """The source of each code cell."""
    return [source_of(cell) for cell in code_cells(content)]


def source_of(cell: dict[str, Any]) -> str:
    """A cell's source, which notebooks store as one string or a list of lines."""
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _python(source: str) -> str:
    """A cell with what only IPython understands made `pass`."""
    if source.lstrip().startswith("%%"):
        if not source.lstrip().startswith(_PYTHON_MAGICS):
            return "\n" * source.count("\n")
    elif not any(_is_magic(line) for line in source.split("\n")) or _parses(source):
        return source
    lines = []
    continued = False
    blanks = ""
    for line in source.split("\n"):
        if continued or _is_magic(line):
            if not continued:
                blanks = line[: len(line) - len(line.lstrip())]
            continued = line.endswith("\\")
            line = f"{blanks}pass"
        lines.append(line)
    return "\n".join(lines)


def _is_magic(line: str) -> bool:
    code = line.strip()
    if code.startswith(("%", "!", "?")) or (code.endswith("?") and "#" not in code):
        return True
    _, assigned, value = code.partition("=")
    return bool(assigned) and value.lstrip().startswith(("!", "%"))


def is_shifted(source: str) -> bool:
    """True for a cell that is Python but for the indentation of its first line, which IPython takes off every line."""
    indentation = source[: len(source) - len(source.lstrip(" \t"))]
    lines = source.split("\n")
    return bool(indentation) and _parses("\n".join(line.removeprefix(indentation) for line in lines))


def _parses(source: str) -> bool:
    import ast

    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def replaced(data: bytes, texts: dict[int, str]) -> bytes:
    """The notebook file with the sources of some code cells (by number, from 1) replaced, else as it was."""
    content = load(data)
    cells = code_cells(content)
    for number, text in texts.items():
        cell = cells[number - 1]
        cell["source"] = text.splitlines(keepends=True) if isinstance(cell.get("source"), list) else text
    original = data.decode("utf-8-sig")
    text = json.dumps(content, ensure_ascii=_is_escaped(original), indent=_indent(original))
    return (text + ("\n" if original.endswith("\n") else "")).encode()


def _indent(text: str) -> int | None:
    second: Iterable[str] = text.split("\n", 2)[1:2]
    for line in second:
        return len(line) - len(line.lstrip()) or None
    return None


def _is_escaped(text: str) -> bool:
    return text.isascii()
