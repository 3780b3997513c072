"""The full text report, word for word."""

from __future__ import annotations

import pytest

from shapecheck.diagnostics.span import Related, Span
from shapecheck.lint.outcome import Covered
from shapecheck.report import concise, full
from shapecheck.report.colors import colored, plain
from shapecheck.report.places import Lines
from tests.report.findings import BASE, COVERED, MISMATCH, MODELS, TRAIN, finding, outcome, span

FILES = {f"{BASE}/models.py": MODELS.encode(), f"{BASE}/train.py": TRAIN.encode()}


def shown(*diagnostics: object, files: dict[str, bytes] = FILES, covered: Covered = COVERED) -> str:
    return full.render(outcome(*diagnostics, covered=covered), Lines(files), plain, base=BASE)  # type: ignore[arg-type]


def test_a_finding_shows_the_fact_the_places_and_the_change() -> None:
    assert (
        shown(MISMATCH)
        == """\
error[SHP101]: LSTM expects 3136 input features, got 12544
  --> models.py:12:16
   |
 8 |         self.lstm = nn.LSTM(input_size=64*7*7, hidden_size=128)
   |                                        ------ input_size = 64*7*7 = 3136
...
11 |         x = x.flatten(1)
   |             ------------ 12544 = 64*14*14: x.flatten turns (8, 64, 14, 14) into (8, 12544)
12 |         return self.lstm(x.unsqueeze(1))
   |                ^^^^^^^^^^^^^^^^^^^^^^^^^
  ::: train.py:3:1
   |
 3 | Net()(images)
   | ------------- called from here
   = help: input_size=64*14*14 (12544) matches the features that arrive here
   = fix: replace by 64 * 14 * 14 (--fix --unsafe-fixes)

1 error; 3 of 4 operations understood in 1 model
not understood: torch.load is unknown (1)
"""
    )


def line_with(source: str, column: int, end_column: int) -> list[str]:
    """The source line and the marks below it, without the gutter."""
    note = finding("SHP901", "words", span(1, column, end_column, "a.py"))
    rows = shown(note, files={f"{BASE}/a.py": source.encode()}).splitlines()
    return [row[4:] for row in rows[3:5]]


@pytest.mark.parametrize(
    ("source", "column", "end_column", "rows"),
    [
        ("x = f(1)", 5, 9, ["x = f(1)", "    ^^^^"]),
        ("\tx = f(1)", 6, 10, ["    x = f(1)", "        ^^^^"]),
        ("名 = f(名)", 5, 9, ["名 = f(名)", "     ^^^^^"]),
        ("e\u0301 = f(1)", 6, 10, ["e\u0301 = f(1)", "    ^^^^"]),
        ("x = f(1)", 9, 9, ["x = f(1)", "        ^"]),
        ("x = f(1)", 5, 99, ["x = f(1)", "    ^^^^"]),
        ("x\x1b[31m = 1", 1, 2, ["x�[31m = 1", "^"]),
    ],
)
def test_marks_stand_below_what_they_mark(source: str, column: int, end_column: int, rows: list[str]) -> None:
    assert line_with(source, column, end_column) == rows


def test_a_long_line_is_cut_around_the_place() -> None:
    source = "x = [" + "1, " * 300 + "f(2)]"
    code, marks = line_with(source, 906, 910)
    assert code == "…" + source[875:] and len(code) <= 122
    assert code[marks.index("^") : marks.rindex("^") + 1] == "f(2)"
    code, marks = line_with(source, 1, 2)
    assert (code, marks) == (source[:120] + "…", "^")


def test_a_place_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    place = Span(f"{BASE}/a.py", 1, 5, 3, 2)
    text = shown(finding("SHP901", "words", place), files={f"{BASE}/a.py": b"x = f(\n  1,\n)\n"})
    assert "1 | x = f(\n  |     ^^…\n" in text


def test_a_finding_about_the_whole_file_shows_no_line() -> None:
    place = Span(f"{BASE}/models.py", 1, 1, 1, 1)
    assert shown(finding("SHP902", "words", place)).startswith("note[SHP902]: words\n --> models.py:1:1\n\n")


def test_a_file_that_has_gone_still_has_its_finding() -> None:
    text = shown(MISMATCH, files={f"{BASE}/train.py": TRAIN.encode(), f"{BASE}/models.py": b""})
    assert "--> models.py:12:16\n" in text and "= line 8: input_size = 64*7*7 = 3136\n" in text


def test_files_outside_keep_their_whole_path() -> None:
    place = Related(Span("/elsewhere/a.py", 1, 1, 1, 2), "here")
    assert "::: /elsewhere/a.py:1:1" in shown(
        MISMATCH._replace(related=(place,)), files={**FILES, "/elsewhere/a.py": b"x"}
    )


@pytest.mark.parametrize(
    ("covered", "last"),
    [
        (Covered(files=0), "nothing found; no Python files"),
        (Covered(files=3), "nothing found; no tensor operation was recognised in 3 files"),
        (
            Covered(files=1, models=2, operations=1200, understood=1),
            "nothing found; 1 of 1,200 operations understood in 2 models",
        ),
    ],
)
def test_the_last_line_says_what_was_covered(covered: Covered, last: str) -> None:
    assert shown(covered=covered) == f"{last}\n"


def test_what_was_not_understood_most_is_named() -> None:
    reasons = tuple((f"reason {count}", count) for count in (9, 5, 4, 1))
    covered = Covered(files=1, models=1, operations=20, understood=1, unknown=reasons)
    assert shown(covered=covered).endswith("\nnot understood: reason 9 (9), reason 5 (5), reason 4 (4), …\n")


def test_colours_add_nothing_but_colours() -> None:
    lines = Lines(FILES)
    text = full.block(MISMATCH, lines, colored, BASE)
    assert "\x1b[1;31merror[SHP101]\x1b[0m" in text
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == full.block(MISMATCH, lines, plain, BASE)


def test_concise_is_one_line_a_finding() -> None:
    assert (
        concise.render(outcome(MISMATCH), plain, base=BASE)
        == """\
models.py:12:16: SHP101 LSTM expects 3136 input features, got 12544
1 error; 3 of 4 operations understood in 1 model
not understood: torch.load is unknown (1)
"""
    )


def test_many_files_of_which_nothing_is_known_take_one_line() -> None:
    notes = [finding("SHP004", "words", Span(f"{BASE}/{name}.py", 1, 1, 1, 1)) for name in "abcde"]
    assert shown(*notes[:3]).count("note[SHP004]: words") == 3
    text = shown(MISMATCH, *notes)
    assert "note[SHP004]" not in text and "error[SHP101]" in text
    assert (
        "\nnothing is known about 5 files: a.py, b.py, c.py, … (--output-format concise lists them)\n" in text
    )
