"""All spelled names, found by their canonical dotted name; a dialect's tables load when first asked for.

Each dialect package holds small modules of rows, so that linting a file that uses three layers does not build six
hundred spellings.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecheck.dialects.base import Spelling

# The first matching prefix names the modules whose `SPELLINGS: dict[str, Spelling]` hold the names below it.
_FUNCTIONAL = "shapecheck.dialects.torch.functional_"
_KERAS = "shapecheck.dialects.keras.layers_"
_NN = "shapecheck.dialects.torch.nn_"
_TORCH = "shapecheck.dialects.torch."
MODULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("torch.nn.Conv", (_NN + "conv",)),
    ("torch.nn.utils.rnn.", (_NN + "packed",)),
    ("torch.nn.functional.", (_FUNCTIONAL + "activation", _TORCH + "functional", _TORCH + "losses")),
    ("torch.nn.functional.", (_FUNCTIONAL + "layers", _FUNCTIONAL + "resize", _TORCH + "signal")),
    ("torch.fft.", (_TORCH + "signal",)),
    (
        "torch.nn.",
        tuple(
            _NN + name
            for name in ("linear", "activation", "norm", "pool", "recurrent", "shape", "attention", "conv")
        ),
    ),
    ("torch.nn.", (_TORCH + "losses", _TORCH + "constructors")),
    (
        "torch.",
        tuple(
            _TORCH + name
            for name in (
                "shapes",
                "joining",
                "reductions",
                "elementwise",
                "products",
                "constructors",
                "readers",
                "functional",
            )
        ),
    ),
    ("keras.ops.", ("shapecheck.dialects.keras.ops",)),
    ("keras.losses.", ("shapecheck.dialects.keras.losses",)),
    ("keras.random.", ("shapecheck.dialects.keras.random",)),
    ("keras.activations.", ("shapecheck.dialects.keras.random",)),
    ("keras.utils.set_random_seed", ("shapecheck.dialects.keras.random",)),
    ("keras.backend.", ("shapecheck.dialects.keras.backend",)),
    ("keras.config.", ("shapecheck.dialects.keras.backend",)),
    ("keras.KerasTensor.", ("shapecheck.dialects.tf.elementwise",)),
    (
        "tf.",
        tuple(f"shapecheck.dialects.tf.{name}" for name in ("functions", "elementwise", "makers")),
    ),
    (
        "numpy.",
        tuple(
            f"shapecheck.dialects.numpy.{name}" for name in ("shapes", "elementwise", "reductions", "makers")
        ),
    ),
    ("einops.", ("shapecheck.dialects.einops.functions",)),
    (
        "keras.layers.",
        tuple(
            _KERAS + name
            for name in ("core", "conv", "pool", "norm", "recurrent", "shape", "merge", "attention")
        ),
    ),
)

_loaded: dict[str, dict[str, Spelling]] = {}
_found: dict[str, Spelling | None] = {}


def spelling(name: str) -> Spelling | None:
    """The spelling of a canonical dotted name such as "torch.nn.Conv2d", or None where it is not known."""
    if name not in _found:
        _found[name] = _searched(name)
    return _found[name]


def _searched(name: str) -> Spelling | None:
    for prefix, modules in MODULES:
        if name.startswith(prefix):
            for module in modules:
                rows = _loaded.get(module)
                if rows is None:
                    rows = _loaded[module] = import_module(module).SPELLINGS
                found = rows.get(name)
                if found is not None:
                    return found
    return None


def every_spelling() -> dict[str, Spelling]:
    """All rows of all dialects by name, for tests and generated tables."""
    return {
        name: row
        for _, modules in MODULES
        for module in modules
        for name, row in import_module(module).SPELLINGS.items()
    }
