"""Notebooks: magics, the way back to the cell, and writing a changed cell."""

from __future__ import annotations

import ast
import json

import pytest

from shapecheck.diagnostics.codes import CODES
from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.span import Edit, Fix, Related, Span
from shapecheck.lint.notebooks import read, replaced
from shapecheck.lint.sources import Unreadable


def notebook(*cells: str | list[str], language: str = "python") -> bytes:
    content = {
        "cells": [
            {"cell_type": "markdown", "source": ["# torch"]},
            *({"cell_type": "code", "source": cell, "outputs": [], "metadata": {}} for cell in cells),
        ],
        "metadata": {"kernelspec": {"language": language}},
        "nbformat": 4,
    }
    return (json.dumps(content, indent=1) + "\n").encode()


def test_cells_follow_each_other_and_lines_lead_back() -> None:
    book = read("nb.ipynb", notebook(["a = 1\n", "b = 2"], "c = 3", ["d = 4\n", "e = 5"]))
    assert book.text == "a = 1\nb = 2\nc = 3\nd = 4\ne = 5"
    assert [book.place(Span("nb.ipynb", line, 3, line, 4)) for line in (2, 3, 5)] == [
        Span("nb.ipynb:cell 1", 2, 3, 2, 4),
        Span("nb.ipynb:cell 2", 1, 3, 1, 4),
        Span("nb.ipynb:cell 3", 2, 3, 2, 4),
    ]


def test_every_place_of_a_finding_is_put_into_its_cell() -> None:
    book = read("nb.ipynb", notebook("a = 1", "b = 2"))
    first, second = Span("nb.ipynb", 1, 1, 1, 2), Span("nb.ipynb", 2, 1, 2, 2)
    other = Span("models.py", 7, 1, 7, 2)
    row = CODES["SHP101"]
    placed = book.placed(
        Diagnostic(
            *row[:3],
            "words",
            second,
            related=(Related(first, "here"), Related(other, "there")),
            fix=Fix("change", (Edit(first, "x"),)),
        )
    )
    assert placed.span == Span("nb.ipynb:cell 2", 1, 1, 1, 2)
    assert [place.span.path for place in placed.related] == ["nb.ipynb:cell 1", "models.py"]
    assert placed.fix is not None and placed.fix.edits[0].span == Span("nb.ipynb:cell 1", 1, 1, 1, 2)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("if x:\n    !pip install torch", "if x:\n    pass"),
        ("!pip install \\\n  torch\nx = 1", "pass\npass\nx = 1"),
        ("files = !ls", "pass"),
        ("out = %time f()", "pass"),
        ("nn.Linear?\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("%%bash\necho 1\n", "\n\n"),
        ("x = (a\n  % b)", "x = (a\n  % b)"),
        ("s = '''\n%d\n'''", "s = '''\n%d\n'''"),
        ("await f()", "await f()"),
    ],
)
def test_what_only_notebooks_understand_becomes_pass(cell: str, text: str) -> None:
    book = read("nb.ipynb", notebook(cell))
    assert book.text.split() == text.split()
    assert book.text.count("\n") == cell.count("\n")
    ast.parse(book.text)


def test_a_notebook_in_another_language_has_no_code() -> None:
    assert read("nb.ipynb", notebook("x <- 1", language="R")).text == ""


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the file is no notebook: expecting value: line 1 column 1 (char 0)"),
        (b"[1, 2]", "the file is no notebook of format 4: it has no list of cells"),
        (b'{"worksheets": []}', "the file is no notebook of format 4: it has no list of cells"),
        (b"[" * 100_000, "the file is no notebook: maximum recursion depth exceeded"),
    ],
)
def test_what_is_no_notebook_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read("nb.ipynb", data)
    assert str(caught.value).startswith(sentence)


def test_one_cell_can_be_left_out() -> None:
    book = read("nb.ipynb", notebook("a = 1", "b = \nc", "d = 4"))
    assert book.without(2).text == "a = 1\n\n\nd = 4"
    assert book.without(3).text == "a = 1\nb = \nc\n"


@pytest.mark.parametrize("source", ["a = 1\nb = 2", ["a = 1\n", "b = 2"]])
def test_a_changed_cell_is_all_that_changes(source: str | list[str]) -> None:
    before = notebook(source, "é = 3")
    after = replaced(before, {1: "a = 9\nb = 2"})
    assert after == before.replace(b"a = 1", b"a = 9")
