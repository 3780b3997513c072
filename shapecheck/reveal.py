"""`reveal_shape`: a question to the linter that also answers at run time."""

from __future__ import annotations

from typing import Any, TypeVar

Value = TypeVar("Value")


def reveal_shape(value: Value) -> Value:
    """Print the shape and dtype of a tensor, or of each in a tuple, list or dict, and return the value as it
    is.

    Under `shapecheck lint` the same call is a note with the shape that the analysis knows.
    """
    print(f"reveal_shape: {_described(value)}")
    return value


def _described(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_described(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, tuple | list):
        return f"({', '.join(_described(entry) for entry in value)})"
    shape = getattr(value, "shape", None)
    if shape is None:
        return f"{type(value).__name__} has no shape"
    try:
        sizes = ", ".join(str(size) for size in shape)
    except (TypeError, ValueError):  # a TensorFlow shape of unknown rank cannot be iterated
        return f"shape {shape}, {_dtype(value)}"
    return f"shape ({sizes}), {_dtype(value)}"


def _dtype(value: Any) -> str:
    dtype = getattr(value, "dtype", None)
    name = getattr(dtype, "name", None)  # numpy and TensorFlow have a name, torch writes torch.float32
    return str(name if isinstance(name, str) else dtype).removeprefix("torch.")
