"""Dtypes by name: what a word such as "float32" or "float" in a contract accepts, in any framework."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SIGNED = ("int2", "int4", "int8", "int16", "int32", "int64")
_UNSIGNED = tuple(f"u{name}" for name in _SIGNED)
_COMPLEX = ("complex32", "complex64", "complex128")
KINDS: dict[str, tuple[str, ...]] = {
    "bool": ("bool",),
    "int": _SIGNED,
    "uint": _UNSIGNED,
    "integer": _SIGNED + _UNSIGNED,
    "complex": _COMPLEX,
    "key": ("key",),
}


def dtype_name(dtype: Any) -> str:
    """The neutral name of a framework's dtype: "float32" for torch.float32, tf.float32 and numpy's."""
    if isinstance(dtype, str):
        return dtype
    name = getattr(dtype, "name", None)
    text = name if isinstance(name, str) else getattr(dtype, "__name__", None) or str(dtype)
    return text.rpartition(".")[2]


def accepts(word: str, name: str) -> bool:
    """Whether a dtype of this name is what the contract's word means.

    A word is a dtype's own name or a kind: bool, int (signed), uint, integer, float, complex, inexact
    (float or complex), real (integer or float), num (any number).
    """
    if word == name:
        return True
    floating = name.startswith(("float", "bfloat"))
    if word == "float":
        return floating
    if word == "inexact":
        return floating or name in _COMPLEX
    if word == "real":
        return floating or name in KINDS["integer"]
    if word == "num":
        return floating or name in KINDS["integer"] or name in _COMPLEX
    if word == "key":
        return name.startswith("key<")
    return name in KINDS.get(word, ())


NAMES = (
    "bool",
    *_SIGNED,
    *_UNSIGNED,
    "float16",
    "bfloat16",
    "float32",
    "float64",
    *_COMPLEX,
)


def accepted_dtypes(word: str) -> set[Any]:
    """The dtype objects that a quick check may let pass, of the frameworks that are loaded, and their names.

    A dtype that is not in the set is judged by its name. torch's are complete from the start, so that code
    compiled by torch never sees the set change.
    """
    names = [name for name in NAMES if accepts(word, name)]
    found: set[Any] = set(names)
    torch = sys.modules.get("torch")
    if torch is not None:
        found.update(getattr(torch, name) for name in names if hasattr(torch, name))
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        found.update(numpy.dtype(getattr(numpy, name)) for name in names if hasattr(numpy, name))
    return found
