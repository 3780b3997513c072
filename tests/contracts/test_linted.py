"""The linter and the run say the same of one program: the same sentence, at the argument or the return."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shapecheck import ShapeError
from shapecheck.lint.engine import Options, lint_text

HEAD = """from dataclasses import dataclass

import torch
from torch import nn
from shapecheck import check, contract


class Net(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.channels = channels
        self.body = nn.Conv2d(channels, 8, 1)

    @contract("n {channels} h w, n -> n 8 h w | h%2==0")
    def forward(self, x, weights):
        return self.body(x) * weights[:, None, None, None]


@contract("n t d, n t -> n d")
def pooled(x, mask):
    return x.sum(1)


@contract("n d -> n")
def last(x):
    return x[-1]


@contract(images="n c", labels="n")
@dataclass
class Batch:
    images: object
    labels: object = None


@contract(xs=["n _ d"], states=("n h", "n h"), returns={"a": "n"})
def nested(xs, states):
    return {"a": xs[0][0, :, 0]}


"""
# what is called, what both say, and the text that the linter underlines
CALLS = [
    ("Net(3)(torch.ones(2, 4, 6, 6), torch.ones(2))", "torch.ones(2, 4, 6, 6)"),
    ("Net(3)(torch.ones(2, 3, 6, 6), weights=torch.ones(5))", "torch.ones(5)"),
    ("Net(3)(torch.ones(2, 3, 5, 6), torch.ones(2))", None),
    ("pooled(torch.ones(2, 5), torch.ones(2, 5))", "torch.ones(2, 5)"),
    ("pooled(torch.ones(2, 5, 3), mask=torch.ones(5, 2))", "torch.ones(5, 2)"),
    ("pooled(torch.ones(2, 5, 3), None)", "None"),
    ("nested([torch.ones(2, 3, 4), torch.ones(2, 3, 5)], (torch.ones(2, 1), torch.ones(2, 1)))", "[torch"),
    ("nested([torch.ones(2, 3, 4)], (torch.ones(2, 1),))", "(torch.ones(2, 1),)"),
    ("nested([torch.ones(2, 3, 4)], torch.ones(2, 1))", "torch.ones(2, 1)"),
    ("Batch(torch.ones(2, 3), torch.ones(3))", None),
    ('check(torch.ones(2, 3), "n n")', "torch.ones(2, 3)"),
    ('check({"a": torch.ones(2, 3)}, {"a": "n m", "b": "m"})', '{"a": torch'),
]


def linted(text: str) -> list[Any]:
    """The findings as JSON says them, without those of the functions by themselves."""
    outcome = lint_text(text.encode(), "program.py", Options(isolated=True))
    return [found for found in outcome.diagnostics if found.span.line > HEAD.count("\n")]


@pytest.mark.parametrize(("call", "underlined"), CALLS, ids=[call for call, _ in CALLS])
def test_argument_is_refused_in_the_words_of_the_run(
    call: str, underlined: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"{HEAD}{call}\n"
    with pytest.raises(ShapeError) as raised:
        exec(compile(text, "program.py", "exec"), {})
    said = str(raised.value).splitlines()[0]
    (found,) = linted(text)
    assert found.code == "SHP201"
    assert found.message.removesuffix(f" (program.py:{found.span.line})") == said  # check says no place
    written = text.splitlines()[found.span.line - 1][found.span.column - 1 : found.span.end_column - 1]
    assert written == (underlined or call) or (underlined and written.startswith(underlined))


def test_promise_is_refused_in_the_words_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"{HEAD}last(torch.ones(2, 3))\n"
    with pytest.raises(ShapeError) as raised:
        exec(compile(text, "program.py", "exec"), {})
    said = str(raised.value).splitlines()[0]
    found = list(lint_text(text.encode(), "program.py", Options(isolated=True)).diagnostics)
    broken = {entry.message: entry for entry in found if entry.code == "SHP202"}
    assert said in broken
    entry = broken[said]
    assert (
        text.splitlines()[entry.span.line - 1][entry.span.column - 1 : entry.span.end_column - 1] == "x[-1]"
    )
    assert next(text.splitlines()[place.span.line - 1] for place in entry.related) == '@contract("n d -> n")'


def test_a_text_that_cannot_be_read_has_a_caret_in_the_source_and_in_the_message() -> None:
    text = 'from shapecheck import contract\n\n\n@contract("n t (c -> n")\ndef f(x):\n    return x\n'
    (found,) = lint_text(text.encode(), "program.py", Options(isolated=True)).diagnostics
    assert found.code == "SHP204"
    _, written, caret = found.message.split("\n")
    assert text.splitlines()[3][found.span.column - 1] == written[caret.index("^")]
