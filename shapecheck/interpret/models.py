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
MODULES: tuple[tuple[str, str], ...] = (
    ("torch.nn.", "shapecheck.interpret.torch.modules"),
    ("torch.nn.", "shapecheck.interpret.torch.containers"),
    ("torch.", "shapecheck.interpret.torch.functions"),
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
