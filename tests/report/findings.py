"""One finding with everything, and small ones, for the tests of reports."""

from __future__ import annotations

from typing import Any

from shapecheck.diagnostics.codes import CODES
from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.span import Edit, Fix, Related, Span
from shapecheck.lint.outcome import Covered, Outcome

MODELS = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(input_size=64*7*7, hidden_size=128)

    def forward(self, x):
        x = x.flatten(1)
        return self.lstm(x.unsqueeze(1))
"""
TRAIN = "from models import Net\n\nNet()(images)\n"
BASE = "/project"


def span(line: int, column: int, end_column: int, path: str = "models.py") -> Span:
    return Span(f"{BASE}/{path}", line, column, line, end_column)


def finding(code: str, message: str, place: Span, **more: Any) -> Diagnostic:
    registered = CODES[code]
    return Diagnostic(code, registered.name, registered.severity, message, place, **more)


MISMATCH = finding(
    "SHP101",
    "LSTM expects 3136 input features, got 12544",
    span(12, 16, 41),
    related=(
        Related(span(8, 40, 46), "input_size = 64*7*7 = 3136"),
        Related(span(11, 13, 25), "12544 = 64*14*14: x.flatten turns (8, 64, 14, 14) into (8, 12544)"),
        Related(span(3, 1, 14, "train.py"), "called from here"),
    ),
    help=("input_size=64*14*14 (12544) matches the features that arrive here",),
    fix=Fix("replace by 64 * 14 * 14", (Edit(span(8, 40, 46), "64 * 14 * 14"),)),
)
COVERED = Covered(
    files=2,
    lines=15,
    models=1,
    operations=4,
    understood=3,
    shapes_known=3,
    unknown=(("torch.load is unknown", 1),),
)


def outcome(*diagnostics: Diagnostic, covered: Covered = COVERED, crashed: bool = False) -> Outcome:
    return Outcome(diagnostics, covered, crashed, 0.25)
