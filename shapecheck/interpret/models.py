"""The models of Python's builtins and of libraries: dotted name -> a function (interpreter, call) -> Value, or a Value.

A module of models holds `MODELS: dict[str, ...]`. It loads when a name with one of its prefixes is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.interpret.frames import Call
    from shapecheck.interpret.interpreter import Interpreter
    from shapecheck.interpret.values import Value

    Model = Callable[[Interpreter, Call], Value] | Value

# Every module whose prefix a name has is asked, in this order.
_HERE = "shapecheck.interpret."
_BUILTINS = ("containers", "iteration", "numbers", "objects", "types", "mappings", "texts")
_QUIET = ("typing", "abc", "tqdm", "warnings", "random", "numpy.random", "time", "os", "gc", "logging")
MODULES: tuple[tuple[str, str], ...] = (
    ("torch.nn.", _HERE + "torch.modules"),
    ("torch.nn.", _HERE + "torch.containers"),
    ("torch.utils.data.", _HERE + "stdlib.datasets"),
    ("torch.", _HERE + "torch.functions"),
    ("torch.Size.", _HERE + "keras.backend"),
    *((f"shapecheck.{name}", _HERE + "contracts_models") for name in ("contract", "check", "Decorator")),
    ("jaxtyping.", _HERE + "contracts_models"),
    ("shapecheck.reveal", _HERE + "torch.functions"),
    *(("builtins.", f"{_HERE}builtins.{name}") for name in _BUILTINS),
    ("list.", _HERE + "builtins.containers"),
    ("tuple.", _HERE + "builtins.containers"),
    ("tuple.", _HERE + "keras.backend"),
    ("range.", _HERE + "builtins.containers"),
    ("dict.", _HERE + "builtins.mappings"),
    ("set.", _HERE + "builtins.mappings"),
    ("str.", _HERE + "builtins.texts"),
    ("int.", _HERE + "builtins.texts"),
    ("float.", _HERE + "builtins.texts"),
    ("importlib.", _HERE + "builtins.objects"),
    ("math.", _HERE + "stdlib.mathematics"),
    ("functools.", _HERE + "stdlib.functional"),
    ("operator.", _HERE + "stdlib.functional"),
    ("itertools.", _HERE + "stdlib.iterators"),
    ("collections.", _HERE + "stdlib.collecting"),
    ("typing.", _HERE + "stdlib.collecting"),
    ("dataclasses.", _HERE + "stdlib.collecting"),
    ("dataclasses.", _HERE + "stdlib.records"),
    ("argparse.", _HERE + "stdlib.records"),
    ("enum.", _HERE + "stdlib.records"),
    ("types.", _HERE + "stdlib.records"),
    ("copy.", _HERE + "stdlib.copying"),
    ("numpy.", _HERE + "stdlib.numpy_numbers"),
    *((f"{name}.", _HERE + "stdlib.quiet") for name in _QUIET),
    ("keras.applications.", _HERE + "keras.applications"),
    ("keras.layers.", _HERE + "keras.layers"),
    *(
        ("keras.", f"{_HERE}keras.{name}")
        for name in ("inputs", "functional", "sequential", "training", "backend")
    ),
    ("tf.data.", _HERE + "stdlib.datasets"),
    ("tf.", _HERE + "keras.backend"),
)

_loaded: dict[str, dict[str, Any]] = {}
_found: dict[str, Any] = {}


def model(name: str) -> Any:
    """The model of a canonical dotted name: a function (interpreter, call) -> Value, a constant Value, or None."""
    found = _found.get(name, _found)
    if found is _found:
        found = _found[name] = _search(name)
    return found


def _search(name: str) -> Any:
    for prefix, module in MODULES:
        if name.startswith(prefix):
            rows = _loaded.get(module)
            if rows is None:
                rows = _loaded[module] = import_module(module).MODELS
            found = rows.get(name)
            if found is not None:
                return found
    return None
