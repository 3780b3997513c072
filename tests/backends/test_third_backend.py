"""A backend that nothing in shapecheck knows is found by its entry point, and gives what the others give."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from shapecheck import Model, ops
from shapecheck.backend import BackendError, load, names

METADATA = "Metadata-Version: 2.1\nName: shapecheck-toy\nVersion: 1.0\n"
ENTRY = "[shapecheck.backends]\ntoy = toy_backend:backend\nbroken = toy_backend_that_is_not_there:backend\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy backend as a package that pip has installed."""
    information = tmp_path / "shapecheck_toy-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(METADATA)
    (information / "entry_points.txt").write_text(ENTRY)
    (tmp_path / "toy_backend.py").write_text((Path(__file__).parent / "toy_backend.py").read_text())
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "toy_backend", raising=False)


def model() -> Model:
    return Model("n 4", [ops.Linear(5), ops.Tanh(), ops.Residual([ops.Linear(5), ops.ReLU()]), ops.Linear(2)])


@pytest.mark.usefixtures("installed")
def test_it_is_found_and_built() -> None:
    assert "toy" in names()
    toy, torch = (model().build(name, seed=1) for name in ("toy", "torch"))
    load("torch").set_weights(torch, load("toy").get_weights(toy))
    x = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    found = load("torch").run(torch, {"x": x})
    for name, expected in load("toy").run(toy, {"x": x}).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(toy(x), found["linear3"], rtol=1e-5, atol=1e-5)


@pytest.mark.usefixtures("installed")
def test_it_refuses_what_it_does_not_know() -> None:
    with pytest.raises(BackendError) as caught:
        Model("n t 4", [ops.LSTM(3)]).build("toy")
    assert str(caught.value) == "toy cannot build lstm1: it does not know LSTM"


@pytest.mark.usefixtures("installed")
def test_a_package_that_is_missing_is_named() -> None:
    with pytest.raises(BackendError) as caught:
        model().build("broken")
    assert str(caught.value).startswith("the backend 'broken' needs toy_backend_that_is_not_there: ")


def test_without_it_the_installed_ones_are_named() -> None:
    with pytest.raises(BackendError) as caught:
        model().build("toy")
    assert str(caught.value) == "there is no backend 'toy'; installed are keras, numpy, torch"
