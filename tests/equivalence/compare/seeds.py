"""The models of examples/seeds, written by hand in both frameworks."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

SEEDS = Path(__file__).parents[3] / "examples" / "seeds"


def seed(framework: str, name: str) -> ModuleType:
    """One file as a module."""
    path = SEEDS / f"{framework}_models" / f"{name}.py"
    spec = spec_from_file_location(f"{framework}_{name}", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def both(name: str) -> tuple[ModuleType, ModuleType]:
    """The file of this name for PyTorch and for Keras."""
    return seed("pytorch", name), seed("keras", name)
