"""A required argument that a PyTorch call forgets: the linter refuses what PyTorch refuses, and nothing else."""

from __future__ import annotations

import ast

import pytest
import torch
import torch.nn.functional as F

from shapecheck.interpret import Project, Source, analyse
from shapecheck.interpret.events import Mistake

HEAD = "import torch\nimport torch.nn.functional as F\nx = torch.zeros(8, 5, 3)\n"
FORGETS = {
    "x.flip()": "flip: dims is missing",
    "x.permute()": "permute: dims is missing",
    "x.view()": "view: size is missing",
    "x.reshape()": "reshape: shape is missing",
    "x.expand()": "expand: size is missing",
    "x.repeat()": "repeat: repeats is missing",
    "x.tile()": "tile: dims is missing",
    "x.new_zeros()": "new_zeros: size is missing",
    "x.masked_fill(x > 0)": "masked_fill: value is missing",
    "x.add()": "add: other is missing",
    "x.index_fill(0)": "index_fill: index is missing",
    "torch.zeros()": "zeros: size is missing",
    "torch.cat()": "cat: tensors is missing",
    "torch.flip(x)": "flip: dims is missing",
    "torch.addcmul(x, x)": "addcmul: tensor2 is missing",
    "F.pad(x)": "pad: pad is missing",
    "F.threshold(x, 1.0)": "threshold: value is missing",
}
WORKS = [
    "F.elu(x, 0.5)",
    "torch.addcmul(x, x, x)",
    "x.flip(())",
    "x.flip(dims=(1, 2))",
    "x.permute(dims=(1, 2, 0))",
    "x.view(size=(8, 15))",
    "x.view(torch.int32)",
    "x.view(dtype=torch.int32)",
    "x.repeat(repeats=(1, 2, 3))",
    "x.tile(dims=(1, 2, 3))",
    "x.expand(size=(8, 5, 3))",
    "x.reshape(shape=(-1,))",
    "x.new_zeros(size=(1,))",
    "x.squeeze()",
    "x.scatter(0, x.long(), value=1)",
    "torch.zeros(())",
    "torch.rand(size=(2, 3))",
    "torch.zeros(()).view(())",
]


def refused(expression: str) -> list[str]:
    text = HEAD + expression + "\n"
    events = analyse(Source("case.py", text, ast.parse(text)), Project()).events
    return [event.message for event in events if isinstance(event, Mistake) and event.code == "SHP121"]


@pytest.mark.parametrize("expression", FORGETS)
def test_a_forgotten_argument_is_named(expression: str) -> None:
    with pytest.raises(TypeError):
        eval(expression, {"x": torch.zeros(8, 5, 3), "torch": torch, "F": F})
    assert refused(expression) == [FORGETS[expression]]


@pytest.mark.parametrize("expression", WORKS)
def test_a_call_that_works_is_not_refused(expression: str) -> None:
    eval(expression, {"x": torch.zeros(8, 5, 3), "torch": torch, "F": F})
    assert refused(expression) == []


def test_arguments_that_may_be_there_are_not_forgotten() -> None:
    text = HEAD + "def f(*sizes, **more):\n    x.view(*sizes)\n    x.flip(**more)\n    torch.zeros(*sizes)\n"
    events = analyse(Source("case.py", text, ast.parse(text)), Project()).events
    assert [event for event in events if getattr(event, "code", "")] == []
