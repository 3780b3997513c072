"""Contracts hold in every way of running that docs/contracts.md names, and the page says what was found."""

from __future__ import annotations

import pytest

from tests.contracts import compatibility


@pytest.mark.parametrize("case", compatibility.CASES, ids=lambda case: f"{case.framework}: {case.way}")
def test_case_holds_and_stands_in_the_page(case):
    found = compatibility.row(case)
    page = compatibility.PAGE.read_text(encoding="utf-8")
    assert found in page, "run `python -m tests.contracts.compatibility --write`"


def test_page_has_no_row_that_no_case_makes():
    page = compatibility.PAGE.read_text(encoding="utf-8")
    section = page.partition(compatibility.BEGIN)[2].partition(compatibility.END)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    assert len(rows) == len(compatibility.CASES)


def test_wrong_words_are_noticed():
    with pytest.raises(AssertionError):
        compatibility.refusal(lambda: None)
