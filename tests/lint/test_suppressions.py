"""Suppression comments: what they silence, and the report of those that silence nothing."""

from __future__ import annotations

import pytest

from shapecheck.diagnostics.codes import CODES
from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.edits import applied
from shapecheck.diagnostics.span import Span
from shapecheck.lint.suppressions import apply, read


def finding(code: str, line: int, end_line: int | None = None) -> Diagnostic:
    registered = CODES[code]
    span = Span("a.py", line, 1, end_line or line, 5)
    return Diagnostic(code, registered.name, registered.severity, "words", span)


def left(text: str, *found: Diagnostic, enabled: frozenset[str] | None = None) -> list[tuple[str, str]]:
    diagnostics = apply(read("a.py", text), found, enabled=lambda code: enabled is None or code in enabled)
    return [(diagnostic.code, diagnostic.message) for diagnostic in diagnostics]


@pytest.mark.parametrize(
    "comment",
    [
        "# shapecheck: ignore",
        "#shapecheck:ignore[SHP101]",
        "# shapecheck: ignore[SHP101, SHP301] because",
        "# shapecheck: ignore[feature-size-mismatch]",
        "# noqa  # shapecheck: ignore[shp101]",
        "# type: ignore # shapecheck: ignore # more",
    ],
)
def test_a_comment_on_the_line_silences(comment: str) -> None:
    codes = [code for code, _ in left(f"x = f()  {comment}\n", finding("SHP101", 1))]
    assert "SHP101" not in codes


@pytest.mark.parametrize(
    "line",
    [
        "x = f()  # shapecheck: ignore[SHP102]",
        "x = '# shapecheck: ignore'",
        "x = f()  # shapecheck: ignored",
        "x = f()  # shape check: ignore",
    ],
)
def test_anything_else_does_not(line: str) -> None:
    assert ("SHP101", "words") in left(f"{line}\n", finding("SHP101", 1))


def test_a_comment_on_any_line_of_the_finding_silences_and_on_others_does_not() -> None:
    text = "x = f(\n    1,  # shapecheck: ignore[SHP101]\n)\n"
    assert left(text, finding("SHP101", 1, 3)) == []
    assert ("SHP101", "words") in left(text, finding("SHP101", 3))


def test_a_file_can_be_skipped() -> None:
    assert left("# shapecheck: skip-file\nx = 1\n", finding("SHP101", 2), finding("SHP001", 2)) == []


def test_a_crash_cannot_be_silenced() -> None:
    assert ("SHP000", "words") in left("x = 1  # shapecheck: ignore\n", finding("SHP000", 1))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x = 1  # shapecheck: ignore", "nothing is found here to ignore"),
        ("x = 1  # shapecheck: ignore[SHP104]", "SHP104 is not found here"),
        ("x = 1  # shapecheck: ignore[SHP101, SHP104]", "SHP104 is not found here"),
        ("x = 1  # shapecheck: ignore[SHP999]", "SHP999 is no code of shapecheck"),
    ],
)
def test_a_suppression_that_silences_nothing_is_reported(line: str, message: str) -> None:
    found = [finding("SHP101", 1)] if "SHP101" in line else []
    assert left(f"{line}\n", *found) == [("SHP003", message)]


def test_a_code_that_is_switched_off_is_not_called_unused() -> None:
    text = "x = 1  # shapecheck: ignore[SHP104]\n"
    assert left(text, enabled=frozenset({"SHP003"})) == []
    assert left(text, enabled=frozenset({"SHP104"})) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # shapecheck: ignore\ny = 2\n", "x = 1\ny = 2\n"),
        ("x = 1  # shapecheck: ignore[SHP104] for a reason\n", "x = 1\n"),
        ("# shapecheck: ignore\ny = 2\n", "y = 2\n"),
        ("x = 1  # shapecheck: ignore  # noqa\n", "x = 1  # noqa\n"),
        ("x = 1  # noqa  # shapecheck: ignore\n", "x = 1  # noqa\n"),
        ("x = 1  # shapecheck: ignore", "x = 1"),
    ],
)
def test_the_fix_removes_it_and_nothing_else(before: str, after: str) -> None:
    (diagnostic,) = apply(read("a.py", before), [], enabled=lambda code: True)
    assert diagnostic.fix is not None and diagnostic.fix.safe
    fixed = applied(before, diagnostic.fix.edits)
    assert fixed == after
    assert not read("a.py", fixed).says_anything


def test_the_fix_keeps_the_codes_that_are_used() -> None:
    before = "x = f()  # shapecheck: ignore[SHP101, SHP104]\n"
    (diagnostic,) = apply(read("a.py", before), [finding("SHP101", 1)], enabled=lambda code: True)
    assert diagnostic.fix is not None
    assert applied(before, diagnostic.fix.edits) == "x = f()  # shapecheck: ignore[SHP101]\n"


def test_a_file_that_cannot_be_tokenised_is_read_as_far_as_possible() -> None:
    assert len(read("a.py", "x = 1  # shapecheck: ignore\ny = (\n").comments) == 1
