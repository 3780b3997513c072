"""Models that were built from one specification agree, however different the layers look: no false alarm."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from shapecheck import Model, compare

MODELS = Path(__file__).parents[3] / "examples" / "models"
# Sizes that are small, that no two axes share, and that the models' own needs admit.
SIZES = {"n": 2, "t": 3, "h": 8, "w": 12, "l": 32, "length": 200}


def examples() -> dict[str, Model]:
    """Every model of the examples, by file and name."""
    found = {}
    for path in sorted(MODELS.glob("*.py")):
        spec = spec_from_file_location(f"example_{path.stem}", path)
        assert spec is not None and spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, value in vars(module).items():
            if isinstance(value, Model):
                found[f"{path.stem}.{name}"] = value
    return found


EXAMPLES = examples()


@pytest.mark.parametrize("name", EXAMPLES)
def test_torch_and_keras_of_one_specification(name: str) -> None:
    model = EXAMPLES[name]
    dims = {symbol: SIZES.get(symbol, 6) for symbol in model.graph.symbols}
    needed = {symbol: size for symbol, size in dims.items() if symbol in model.graph.needed_dims()}
    left, right = model.build("torch", needed, seed=1), model.build("keras", needed, seed=2)
    patterns = {name: str(pattern) for name, pattern in model.graph.patterns.items()}
    report = compare(left, right, patterns, dims, transfer=True, sizes=2)
    assert report.ok, str(report)
    assert not any(report.unpaired.values())


def test_a_specification_is_built_for_its_partner() -> None:
    model = EXAMPLES["channels_as_steps.image"]
    right = model.build("keras", seed=2)
    report = compare(model, right, transfer=True, sizes=2)
    assert report.ok, str(report)
    assert report.left == "Model, built in keras"
