"""What a checker needs to know of values: nested plain tuples, which a compiler can carry as constants.

    ("tensor", (2, 3), "float32")     each size an int, None (open) or text (symbolic, equal if equal)
    ("unranked", "float32")           a tensor whose rank is open
    ("sequence", "list", (…, …))      a list or tuple and its members
    ("mapping", "dict", (("key", …), …))
    ("number", "int")  ("none",)  ("hidden",)  ("other", "str")

A value that stands for a tensor in a program being recorded (torch.fx) is "hidden": it cannot be asked.
"""

from __future__ import annotations

import operator
import sys

from shapecheck.contracts.tracing import constant_when_traced
from shapecheck.declarations.dtypes import dtype_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Facts = tuple["Any", ...]

HIDDEN = ("hidden",)
NONE = ("none",)


def facts_of(value: Any, keys: tuple[str, ...] = (), *, fiction: str = "") -> Facts:
    """The facts of one value. `keys` are attributes to look for on objects that are no dict.

    `fiction` says which sizes are not to be believed (see `made_up`).
    """
    if value is None:
        return NONE
    if _is_recorded(value):
        return HIDDEN
    if isinstance(value, dict):
        members = tuple((key, facts_of(value[key], keys, fiction=fiction)) for key in value)
        return "mapping", _type(value), members
    if isinstance(value, bool | int | float | complex):
        return "number", _type(value)
    if hasattr(value, "shape"):
        return _tensor(value, fiction)
    found = tuple(key for key in keys if hasattr(value, key))
    if found:
        members = tuple((key, facts_of(getattr(value, key), keys, fiction=fiction)) for key in found)
        return "mapping", _type(value), members
    if isinstance(value, list | tuple):
        return (
            "sequence",
            _type(value),
            tuple(facts_of(member, keys, fiction=fiction) for member in value),
        )
    return "other", _type(value)


def _type(value: Any) -> str:
    return type(value).__name__


def _is_recorded(value: Any) -> bool:
    fx = sys.modules.get("torch.fx")
    return fx is not None and isinstance(value, fx.Proxy)


def _tensor(value: Any, fiction: str) -> Facts:
    dtype = dtype_name(value.dtype) if hasattr(value, "dtype") else ""
    try:
        sizes = tuple(value.shape)
    except (TypeError, ValueError):
        # TensorFlow: a shape of unknown rank cannot be iterated. Elsewhere `shape` is then no shape at all.
        unranked = value.shape is None or getattr(value.shape, "rank", 0) is None
        return ("unranked", dtype) if unranked else ("other", _type(value))
    return "tensor", tuple(_size(size, fiction) for size in sizes), dtype


def _size(size: Any, fiction: str) -> int | str | None:
    if size is None or fiction == "numbers":
        return None
    try:
        return operator.index(size)
    except Exception:
        # A symbolic size (jax.export, an unbacked size of torch) refuses by an error of its framework.
        return None if fiction else str(size)


def plain_facts(value: Any, keys: tuple[str, ...]) -> Facts:
    """The same facts in words that torch.compile can trace, where every size is a number."""
    if value is None:
        return NONE
    if isinstance(value, dict):
        return "mapping", "dict", tuple([(key, plain_facts(value[key], keys)) for key in value])
    if isinstance(value, (bool, int, float, complex)):
        return "number", type(value).__name__
    if hasattr(value, "shape"):
        return "tensor", tuple([operator.index(size) for size in value.shape]), str(value.dtype)
    found = [key for key in keys if hasattr(value, key)]
    if found:
        return "mapping", "object", tuple([(key, plain_facts(getattr(value, key), keys)) for key in found])
    if isinstance(value, (list, tuple)):
        return "sequence", type(value).__name__, tuple([plain_facts(member, keys) for member in value])
    return "other", type(value).__name__


@constant_when_traced
def made_up() -> str:
    """Which sizes Keras's engine makes up at this moment: "" none, "symbols" symbolic ones, "numbers" all.

    While it finds out which shapes a layer gives, an open size is None under TensorFlow, one and the same
    symbol under JAX, and under torch a number that means nothing, as do all numbers that come from it.
    """
    scope = sys.modules.get("keras.src.backend.common.symbolic_scope")
    if scope is None or not scope.in_symbolic_scope():
        return ""
    engine = sys.modules["keras"].backend.backend()
    return {"tensorflow": "", "jax": "symbols"}.get(engine, "numbers")
