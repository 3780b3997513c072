"""The example files and what each says of itself: printed shapes, expected findings, how to see a failure."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "examples" / "seeds"
BROKEN = ROOT / "examples" / "broken"
FOLDERS = {"pytorch": "pytorch_models", "keras": "keras_models"}


class Expectation(NamedTuple):
    """A finding that a line announces of itself: `… # expect: SHP101`."""

    code: str
    line: int


def files(kind: Path, framework: str) -> list[Path]:
    """The Python files of one framework, by name."""
    return sorted((kind / FOLDERS[framework]).glob("*.py"))


def name(path: Path) -> str:
    """How a file is called in test ids: `pytorch_models/signals.py`."""
    return f"{path.parent.name}/{path.name}"


def expectations(source: str) -> list[Expectation]:
    """The findings announced in the comments of a broken file."""
    return [
        Expectation(code, number)
        for number, line in enumerate(source.splitlines(), start=1)
        for code in re.findall(r"# expect: (SHP\d{3})$", line)
    ]


def raising_line(source: str) -> int | None:
    """The line marked `# raises here`, for a framework that notices a mistake later than it is made."""
    lines = source.splitlines()
    return next(
        (number for number, line in enumerate(lines, start=1) if line.endswith("# raises here")), None
    )


def trial(source: str) -> str | None:
    """The expression of a `Seen by:` line: it makes a file fail that calls nothing by itself."""
    found = re.search(r"^Seen by: (.+)$", source, flags=re.MULTILINE)
    return found[1] if found else None


class Printed(NamedTuple):
    """A print of a shape: where the tensor stands in the source, and the output stated beside it."""

    line: int
    columns: tuple[int, int]
    stated: str


def printed_shapes(source: str) -> list[Printed]:
    """Every `print(…)  # (2, 1)` of a seed, in source order; a print without its comment is an error."""
    lines = source.splitlines()
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            _, mark, stated = lines[node.lineno - 1].partition("  # ")
            assert mark and node.end_lineno == node.lineno, f"line {node.lineno}: no shape beside this print"
            tensor = _tensor_of(node.args[0])
            assert tensor.end_col_offset is not None
            found.append(Printed(node.lineno, (tensor.col_offset, tensor.end_col_offset), stated))
    return sorted(found)


def _tensor_of(argument: ast.expr) -> ast.expr:
    """The tensor in `tuple(tensor.shape)` or `tensor.size()`."""
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Name):
        argument = argument.args[0]
    if isinstance(argument, ast.Call) and not argument.args:
        argument = argument.func
    assert isinstance(argument, ast.Attribute) and argument.attr in ("shape", "size")
    return argument.value
