"""Every rule has a page, and its examples are what they claim to be."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import shapecheck.lint.rules as rules
from shapecheck.diagnostics.codes import BY_NAME, CODES
from shapecheck.lint.engine import Options, lint_text
from shapecheck.lint.rules.pages import HEADINGS, find, page

# Their examples are about a file as a whole, or show no mistake at all.
_NO_PROGRAMS = ("SHP000", "SHP001", "SHP002", "SHP003", "SHP004", "SHP901", "SHP902")
EXAMPLES = [code for code in CODES if code not in _NO_PROGRAMS]


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_page_with_the_same_headings(code: str) -> None:
    written = page(code)
    assert len(written.sections) == len(HEADINGS)
    for heading, allowed in zip(written.sections, HEADINGS, strict=True):
        assert heading in allowed
        assert written.sections[heading].strip()
    assert written.summary.count("\n") == 0 and written.summary.endswith(".")
    assert written.summary[:-1].lower() == CODES[code].summary.lower()
    assert written.example("Example") and written.example("Use instead")


def test_every_rule_module_belongs_to_a_code() -> None:
    assert rules.__file__ is not None
    folder = Path(rules.__file__).parent
    pages = {
        path.stem for path in folder.glob("*.py") if "\n## What it does\n" in path.read_text(encoding="utf-8")
    }
    assert pages == {code.name.replace("-", "_") for code in CODES.values()}


def test_codes_and_names_are_unique_and_well_formed() -> None:
    assert len(BY_NAME) == len(CODES)
    for code, row in CODES.items():
        assert code == row.code and len(code) == 6 and code.startswith("SHP") and code[3:].isdigit()
        assert row.severity in ("error", "warning", "note")
        assert row.name == row.name.lower() and " " not in row.name
        assert not row.summary.endswith(".")
        assert find(code.lower()) is find(row.name.upper()) is row


def found_in(program: str) -> list[tuple[str, str]]:
    ast.parse(program)
    outcome = lint_text(program.encode(), "example.py", Options(isolated=True))
    return [(found.code, found.message) for found in outcome.diagnostics if found.severity != "note"]


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_wrong_example_has_exactly_this_mistake(code: str) -> None:
    assert [found for found, _ in found_in(page(code).example("Example"))] == [code]


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_right_example_has_none(code: str) -> None:
    assert found_in(page(code).example("Use instead")) == []


def test_every_code_that_is_given_anywhere_is_registered() -> None:
    root = Path(rules.__file__ or "").parents[2]
    given = set()
    for folder in ("ops", "dialects", "interpret", "lint"):
        for path in (root / folder).rglob("*.py"):
            given |= set(re.findall(r"\bSHP\d{3}\b", path.read_text(encoding="utf-8")))
    assert "SHP101" in given
    assert given - set(CODES) == set()
