"""docs/coverage.md: what is known of each of the most used PyTorch and Keras names."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from docs.spelled import operators_by_spelling
from shapecheck.dialects.coverage import canonical, coverage

DATA = Path(__file__).parent / "data"

HEAD = """\
# Coverage

Generated from the dialects (`make generate`). The names are those that 31 public repositories use most, in the order of
how often, as people write them. *operator*: has a shape rule of its own. *shape-neutral*: what comes out has the shape
of what went in. *python*: makes or runs Python objects, followed by the interpreter. Everything else is *unknown*, with
the reason: what depends on it is not judged, and the linter's last line counts it.
"""


def page() -> str:
    """A summary and a table for each framework."""
    operators = operators_by_spelling()
    tables = {"PyTorch": "torch_names.txt", "Keras and TensorFlow": "keras_names.txt"}
    return HEAD + "".join(_table(title, file, operators) for title, file in tables.items())


def names(file: str) -> list[str]:
    """The counted names of one framework, most used first."""
    return (DATA / file).read_text(encoding="utf-8").splitlines()


def _table(title: str, file: str, operators: dict[str, str]) -> str:
    counted = names(file)
    kinds = Counter(coverage(name).partition(":")[0] for name in counted)
    order = ("operator", "shape-neutral", "python", "unknown")
    summary = ", ".join(f"{kinds[kind]} {kind}" for kind in order if kinds[kind])
    rows = "".join(
        f"| {rank} | `{name}` | {coverage(name)} | {operators.get(canonical(name), '')} |\n"
        for rank, name in enumerate(counted, 1)
    )
    return f"\n## {title}: {summary}\n\n| rank | name | what it is | operator |\n|---|---|---|---|\n{rows}"
