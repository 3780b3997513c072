"""Every strategy of `examples/models` is the same function in torch, Keras and numpy."""

from __future__ import annotations

import runpy

import pytest

from shapecheck import Model, verify
from tests.examples.catalogue import ROOT

MODELS = [
    pytest.param(value, id=f"{path.stem}-{name}")
    for path in sorted((ROOT / "examples" / "models").glob("*.py"))
    for name, value in runpy.run_path(str(path)).items()
    if isinstance(value, Model)
]


def test_there_are_models_of_every_strategy() -> None:
    assert len(MODELS) >= 25


@pytest.mark.parametrize("model", MODELS)
def test_the_frameworks_agree(model: Model) -> None:
    report = verify(model, ["torch", "keras", "numpy"], seeds=1, edges=False, sensitivity=False)
    assert report.ok, str(report)
    assert all(set(node.local) == {"torch", "keras"} for node in report.nodes)
