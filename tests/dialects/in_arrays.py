"""Asking numpy, TensorFlow and Keras what a call gives."""

from __future__ import annotations

import warnings
from typing import Any

import keras
import numpy
import tensorflow

from tests.ops.calling import REFUSED, T

ROOTS = {"numpy": numpy, "tf": tensorflow, "keras": keras}
REFUSALS = (
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    ZeroDivisionError,
    tensorflow.errors.OpError,
    numpy.linalg.LinAlgError,
)


def array(spec: T) -> Any:
    """The array of a spec."""
    return numpy.full(spec.sizes, spec.fill, spec.dtype)


def real(value: Any, root: str) -> Any:
    """An argument as the framework gets it."""
    if isinstance(value, T):
        return array(value) if root == "numpy" else tensorflow.constant(array(value))
    if isinstance(value, list | tuple):
        return type(value)(real(entry, root) for entry in value)
    return value


def shapes(value: Any) -> Any:
    """Nested outputs as nested tuples."""
    if isinstance(value, numpy.ndarray | tensorflow.Tensor | tensorflow.Variable | numpy.generic):
        return ("shape", *(int(size) for size in value.shape))
    if isinstance(value, tuple | list):
        return tuple(shapes(entry) for entry in value)
    return value


def resolve(name: str, positional: list[Any]) -> Any:
    """The function of a dotted name; a method is taken from its first argument."""
    root, *parts = name.split(".")
    if parts[0] == "ndarray":
        return getattr(positional.pop(0), parts[1])
    function: Any = ROOTS[root]
    if name.startswith("keras.backend."):
        function = tensorflow.keras
    for part in parts:
        function = getattr(function, part)
    return function


def ask(name: str, positional: Any, named: dict[str, Any]) -> Any:
    """The shapes that come out of a function or method, or REFUSED."""
    root = name.split(".")[0]
    values = [real(value, root) for value in positional]
    keywords = {key: real(value, root) for key, value in named.items()}
    function = resolve(name, values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return shapes(function(*values, **keywords))
        except REFUSALS:
            return REFUSED
