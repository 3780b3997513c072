"""The page about models shows what its code prints, and the README what it shows."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def printed(code: str, names: dict[str, Any]) -> str:
    """What a block prints; an error that ends it is shown as its type and message."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(code, "<page>", "exec"), names)
        except ValueError as error:  # of which the errors of models and patterns are kinds
            print(f"{type(error).__name__}: {error}")
    return out.getvalue()


def sessions(text: str) -> list[tuple[str, str]]:
    """Each block of code with the text that follows it, "" where none does."""
    blocks = BLOCK.findall(text)
    pairs = []
    for index, (kind, code) in enumerate(blocks):
        if kind == "python":
            following = blocks[index + 1] if index + 1 < len(blocks) else ("", "")
            pairs.append((code, following[1] if following[0] == "text" else ""))
    return pairs


def test_the_page_shows_what_its_code_prints() -> None:
    names: dict[str, Any] = {}
    pairs = sessions((ROOT / "docs" / "model.md").read_text("utf-8"))
    assert len(pairs) >= 8
    for code, shown in pairs:
        assert printed(code, names) == shown
    names["test_symbols_agree_with_numbers"]()


def test_the_readme_shows_what_its_model_prints() -> None:
    page = sessions((ROOT / "README.md").read_text("utf-8"))
    (pair,) = [pair for pair in page if pair[0].startswith("from shapecheck import Model") and pair[1]]
    code, shown = pair
    assert printed(code, {}) == shown


@pytest.mark.parametrize("page", ["docs/model.md", "README.md"])
def test_pages_name_bridges_that_exist(page: str) -> None:
    from shapecheck import bridge

    named = set(re.findall(r"bridge\.(\w+)\(", (ROOT / page).read_text("utf-8")))
    assert all(hasattr(bridge, name) for name in named), named


def test_the_table_of_bridges_is_complete() -> None:
    from shapecheck.model.bridge import Bridges

    text = (ROOT / "docs" / "model.md").read_text("utf-8")
    public = {name for name in vars(Bridges) if not name.startswith("_")}
    assert public == set(re.findall(r"`(\w+)\([^`]*\)`(?=[^\n]*\|.*\|)", text))
