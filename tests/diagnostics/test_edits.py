"""Applying edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.diagnostics.edits import applied, overlap
from shapecheck.diagnostics.span import Edit, Span, split_cell


def span(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span("a.py", line, column, end_line, end_column)


def test_edits_replace_insert_and_remove_in_code_points() -> None:
    text = "é = f(64*7*7)\nx = 1\n"
    edits = [
        Edit(span(1, 7, 1, 13), "64 * 14 * 14"),
        Edit(span(2, 1, 3, 1), ""),
        Edit(span(1, 1, 1, 1), "# "),
    ]
    assert applied(text, edits) == "# é = f(64 * 14 * 14)\n"


@given(st.text("ab\né", max_size=30), st.data())
def test_an_edit_changes_what_its_span_covers_and_nothing_else(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    places = []
    for offset in (start, end):
        before = text[:offset]
        places += [before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1]
    assert applied(text, [Edit(span(*places), "XY")]) == text[:start] + "XY" + text[end:]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (span(1, 1, 1, 5), span(1, 5, 1, 9), False),
        (span(1, 1, 1, 5), span(1, 4, 1, 9), True),
        (span(1, 1, 1, 1), span(1, 1, 1, 1), True),
        (span(2, 1, 2, 2), span(1, 1, 3, 1), True),
        (span(1, 1, 1, 9), span(2, 1, 2, 9), False),
    ],
)
def test_overlap_is_symmetric(left: Span, right: Span, expected: bool) -> None:
    assert overlap(left, right) is expected
    assert overlap(right, left) is expected


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a/nb.ipynb:cell 3", ("a/nb.ipynb", 3)),
        ("a/nb.ipynb", ("a/nb.ipynb", None)),
        ("a.py", ("a.py", None)),
        ("odd.ipynb:cell x", ("odd.ipynb:cell x", None)),
    ],
)
def test_a_cell_is_part_of_the_path(path: str, parts: tuple[str, int | None]) -> None:
    assert split_cell(path) == parts
