"""Weight files: what is saved comes back, and what is none is refused in a sentence."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from shapecheck import ops
from shapecheck.backend import Options, load
from shapecheck.model.errors import ModelError
from shapecheck.model.model import Model
from shapecheck.model.weight_file import load as load_file
from shapecheck.model.weight_file import save


def sample() -> tuple[Model, dict[str, np.ndarray]]:
    model = Model("n 3 h w", [("conv", ops.Conv2d(4, 3)), ("norm", ops.BatchNorm2d()), ops.GlobalAvgPool2d()])
    backend = load("numpy")
    return model, backend.get_weights(backend.build(model.graph, Options(seed=0)))


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_model_and_weights_come_back_as_they_were(tmp_path: Path, dtype: str) -> None:
    model, weights = sample()
    cast = {name: value.astype(dtype) for name, value in weights.items()}
    save(tmp_path / "m.safetensors", model, cast)
    back, found = load_file(tmp_path / "m.safetensors")
    assert back == model
    assert set(found) == set(cast)
    assert all(found[name].dtype == dtype and np.array_equal(found[name], cast[name]) for name in cast)


def test_weights_that_are_not_the_models_are_refused(tmp_path: Path) -> None:
    model, weights = sample()
    del weights["conv.bias"]
    with pytest.raises(ModelError, match=r"'conv\.bias' is missing"):
        save(tmp_path / "m.safetensors", model, weights)
    model, weights = sample()
    with pytest.raises(ModelError, match=r"has shape \(4, 3, 3, 3\), got \(4, 3, 3, 2\)"):
        save(tmp_path / "m.safetensors", model, {**weights, "conv.kernel": np.ones((4, 3, 3, 2))})
    with pytest.raises(ModelError, match="no weight 'other'"):
        save(tmp_path / "m.safetensors", model, {**weights, "other": np.ones(1)})


def test_a_file_of_another_kind_is_refused_and_never_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (pytest.fail, ("it was unpickled",))

    (tmp_path / "trap.pt").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ModelError, match="no safetensors file"):
        load_file(tmp_path / "trap.pt")
    save_file({"a": np.ones(2)}, tmp_path / "plain.safetensors")
    with pytest.raises(ModelError, match="holds no model"):
        load_file(tmp_path / "plain.safetensors")
    with pytest.raises(FileNotFoundError):
        load_file(tmp_path / "missing.safetensors")
