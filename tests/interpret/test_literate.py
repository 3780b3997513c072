"""The literate cases: what the comments say is what the analysis finds."""

from __future__ import annotations

import pytest

from .literate import Case, analysed, cases

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_finds_what_the_comments_say(case: Case) -> None:
    errors, reveals = analysed(case.text)
    assert errors == case.errors
    assert {line: sorted(texts) for line, texts in reveals.items()} == {
        line: sorted(texts) for line, texts in case.reveals.items()
    }


def test_a_wrong_comment_is_noticed() -> None:
    text = "import torch\nfrom shapecheck import reveal_shape\nreveal_shape(torch.zeros(2, 3))\n"
    assert analysed(text) == (set(), {3: ["(2, 3)"]})
