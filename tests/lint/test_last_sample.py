"""SHP304: an index that drops all samples but the last, and the same indices where they mean what they say."""

from __future__ import annotations

import ast

import pytest

from shapecheck.interpret import analyse
from shapecheck.interpret.project import Project
from shapecheck.interpret.source import Source
from shapecheck.lint.rules import diagnostics_of

TORCH = "import torch\nfrom torch import nn\n"
KERAS = "import keras\nfrom keras import layers\n"


def reported(source: str) -> list[str]:
    analysis = analyse(Source("a.py", source, ast.parse(source)), Project())
    return [found.message for found in diagnostics_of(analysis.events) if found.code == "SHP304"]


@pytest.mark.parametrize(
    ("layer", "index", "order"),
    [
        ("nn.LSTM(8, 16)", "[:, -1]", "(time, batch, features)"),
        ("nn.GRU(8, 16, bidirectional=True)", "[:, -1, :]", "(time, batch, features)"),
        ("nn.RNN(8, 16, batch_first=True)", "[-1]", "(batch, time, features)"),
        ("nn.LSTM(8, 16, batch_first=True)", "[-1, :]", "(batch, time, features)"),
    ],
)
def test_the_last_sample_is_reported_whatever_the_batch(layer: str, index: str, order: str) -> None:
    (message,) = reported(f"{TORCH}steps, _ = {layer}(torch.randn(5, 7, 8))\nlast = steps{index}\n")
    assert message.endswith(f"which is {order}")
    method = f"""{TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = {layer}

    def forward(self, x):
        b, t, f = x.shape
        steps, _ = self.rnn(x)
        return steps{index}
"""
    assert len(reported(method)) == 1


def test_keras_layers_have_the_batch_first() -> None:
    source = f"{KERAS}steps = layers.LSTM(16, return_sequences=True)(keras.ops.zeros((5, 7, 8)))\n"
    assert len(reported(source + "last = steps[-1]\n")) == 1
    assert reported(source + "last = steps[:, -1]\n") == []


@pytest.mark.parametrize(
    "lines",
    [
        "steps, _ = nn.LSTM(8, 16)(torch.randn(5, 7, 8))\nlast = steps[-1]",
        "steps, _ = nn.LSTM(8, 16, batch_first=True)(torch.randn(5, 7, 8))\nlast = steps[:, -1]",
        "steps, _ = nn.LSTM(8, 16, batch_first=True)(torch.randn(1, 7, 8))\nlast = steps[-1]",
        "steps, _ = nn.LSTM(8, 16)(torch.randn(7, 8))\nlast = steps[-1]",
        "_, (h, _) = nn.LSTM(8, 16, batch_first=True)(torch.randn(5, 7, 8))\nlast = h[-1]",
        "steps, _ = nn.LSTM(8, 16)(torch.randn(5, 7, 8))\nlast = steps.transpose(0, 1)[:, -1]",
        "steps, _ = nn.LSTM(8, 16)(torch.randn(5, 7, 8))\nlast = steps[:, 0]",
        "steps, _ = nn.LSTM(8, 16)(torch.randn(5, 7, 8))\nlast = steps[-1, -1]",
    ],
)
def test_the_same_indices_elsewhere_are_not(lines: str) -> None:
    assert reported(f"{TORCH}{lines}\n") == []
