"""Programs whose contracts are changed at random: what the linter says of calls is what their run says."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck import ShapeError
from shapecheck.interpret import Project, Source, analyse

pytest.importorskip("torch")

PROGRAM = """import torch
from shapecheck import contract
from torch import nn


class Attention(nn.Module):
    def __init__(self, dim, heads=4):
        super().__init__()
        self.dim, self.heads = dim, heads
        self.qkv = nn.Linear(dim, 3 * dim)

    @contract("n t {dim}, n t -> n t {dim}, n {heads} t t")
    def forward(self, x, mask=None):
        n, t, d = x.shape
        q, k, v = (y.view(n, t, self.heads, -1).transpose(1, 2) for y in self.qkv(x).chunk(3, dim=-1))
        scores = q @ k.transpose(-1, -2)
        if mask is not None:
            scores = scores.masked_fill(mask[:, None, None, :] == 0, -9.0)
        weights = scores.softmax(-1)
        return (weights @ v).transpose(1, 2).reshape(n, t, d), weights


class Coder(nn.Module):
    def __init__(self, words, hidden, layers=2):
        super().__init__()
        self.words, self.hidden, self.layers = words, hidden, layers
        self.embedding = nn.Embedding(words, hidden)
        self.reader = nn.LSTM(hidden, hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, words)

    @contract("n s -> n s {hidden}, {layers} n {hidden}")
    def read(self, text):
        outputs, (h, c) = self.reader(self.embedding(text))
        return outputs, h

    @contract(text="n s", returns={"scores": "n s {words}", "last": "n {hidden}"})
    def forward(self, text):
        outputs, h = self.read(text)
        return {"scores": self.head(outputs), "last": h[-1]}


@contract("... d, ... d -> ...")
def dot(a, b):
    return (a * b).sum(-1)


@contract("n c h w -> n c*{s}*{s} h//{s} w//{s} | h%{s}==0, w%{s}==0")
def deeper(x, s):
    n, c, h, w = x.shape
    x = x.view(n, c, h // s, s, w // s, s).permute(0, 1, 3, 5, 2, 4)
    return x.reshape(n, c * s * s, h // s, w // s)


@contract("b #n d, b n d -> b n d")
def added(x, y):
    return x + y
"""
CALLS = (
    "Attention(8)(torch.zeros(2, 5, 8), torch.ones(2, 5))",
    "Coder(11, 6)(torch.zeros(3, 7).long())",
    "dot(torch.zeros(2, 3), torch.zeros(2, 3))",
    "deeper(torch.zeros(1, 3, 8, 6), 2)",
    "added(torch.zeros(2, 1, 3), torch.zeros(2, 4, 3))",
)
FIRST = PROGRAM.count("\n") + 1
PLACES = [
    (decorator.start(1) + word.start(), decorator.start(1) + word.end())
    for decorator in re.finditer(r"@contract\((.*)\)\n", PROGRAM)
    for word in re.finditer(r"(?<![\w{.])(?:[a-z]\b|\d+)", decorator[1])
]


def findings(text: str) -> list[tuple[str, int]]:
    """The code of each finding, and the line of the call that leads to it (0 for none)."""
    found = []
    for event in analyse(Source("program.py", text, ast.parse(text)), Project()).events:
        failed = getattr(event, "failed", None)
        code = failed.code if failed is not None else getattr(event, "code", "")
        if code:
            lines = [event.span.line, *(frame.line for frame in getattr(event, "frames", ()))]
            found.append((code, max(line if line >= FIRST else 0 for line in lines)))
    return found


def run(text: str) -> dict[int, str]:
    """What each call of the program raises, by its line."""
    names: dict[str, object] = {}
    exec(compile(text, "program.py", "exec"), names)
    raised = {}
    for line, call in enumerate(CALLS, start=FIRST):
        try:
            exec(call, names)
        except ShapeError as error:
            raised[line] = str(error)
    return raised


def test_program_as_it_is_runs_and_is_clean() -> None:
    assert findings(PROGRAM + "\n".join(CALLS)) == []
    assert run(PROGRAM) == {}


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from(["n", "d", "t", "c", "h", "s", "2", "3", "8", "_"]))
def test_changed_contract_is_found_by_the_linter_where_it_fails(place: tuple[int, int], word: str) -> None:
    changed = PROGRAM[: place[0]] + word + PROGRAM[place[1] :]
    found = findings(changed + "\n".join(CALLS))
    try:
        raised = run(changed)
    except ValueError:  # the contract itself is refused
        assert "SHP204" in {code for code, _ in found}
        return
    refused = {line for code, line in found if code == "SHP201" and line}
    assert refused <= raised.keys(), "an argument that fits is called wrong"
    assert bool(found) or not raised, "a failure is missed"
