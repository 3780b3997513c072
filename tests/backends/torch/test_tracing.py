"""The page's table of compiling, exporting and tracing is what happens."""

from __future__ import annotations

import pytest

from tests.backends.torch.tracing import BEGIN, END, MODELS, PAGE, WAYS, verdict


def rows() -> dict[str, list[str]]:
    text = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    lines = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.strip().splitlines()]
    return {line[0]: line[1:] for line in lines if not line[0].startswith("---")}


def test_the_table_has_every_model_and_way() -> None:
    assert list(rows()) == ["model", *MODELS]
    assert rows()["model"] == list(WAYS)


@pytest.mark.parametrize("name", MODELS)
def test_the_table_says_what_happens(name: str) -> None:
    model = MODELS[name]()
    assert rows()[name] == [verdict(model, *way) for way in WAYS.values()]
