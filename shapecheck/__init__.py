"""Tensor shapes: a linter for PyTorch and Keras source, and contracts. Public names load when they are first used."""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # type checkers read it as typing's; importing typing costs as much as all else here
if TYPE_CHECKING:
    from typing import Any

    from shapecheck import ops as ops
    from shapecheck.algebra import Shape as Shape
    from shapecheck.algebra import symbols as symbols
    from shapecheck.contracts import ShapeError as ShapeError
    from shapecheck.contracts import check as check
    from shapecheck.contracts import contract as contract
    from shapecheck.equivalence.compare_models import compare as compare
    from shapecheck.equivalence.verifying import verify as verify
    from shapecheck.model.bridge import bridge as bridge
    from shapecheck.model.graph import Graph as Graph
    from shapecheck.model.model import Model as Model
    from shapecheck.reveal import reveal_shape as reveal_shape

__all__ = [
    "Graph",
    "Model",
    "Shape",
    "ShapeError",
    "__version__",
    "bridge",
    "check",
    "compare",
    "contract",
    "ops",
    "reveal_shape",
    "symbols",
    "verify",
]

_HOMES = {
    "Graph": "shapecheck.model.graph",
    "Model": "shapecheck.model.model",
    "Shape": "shapecheck.algebra",
    "ShapeError": "shapecheck.contracts",
    "bridge": "shapecheck.model.bridge",
    "check": "shapecheck.contracts",
    "compare": "shapecheck.equivalence.compare_models",
    "contract": "shapecheck.contracts",
    "ops": "shapecheck.ops",
    "reveal_shape": "shapecheck.reveal",
    "symbols": "shapecheck.algebra",
    "verify": "shapecheck.equivalence.verifying",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'shapecheck' has no attribute {name!r}")
    from importlib import import_module

    module = import_module(home)
    value = module if home == f"shapecheck.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)  # not the submodules that happen to be loaded
