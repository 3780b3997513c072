"""Asking Keras: a symbolic call, where Keras itself says what it accepts, or a real one where in doubt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from tests.ops.asking import REFUSED, Spec

REFUSALS = (
    ValueError,
    TypeError,
    IndexError,
    AssertionError,
    ZeroDivisionError,
    OverflowError,
    tf.errors.InvalidArgumentError,
    tf.errors.UnimplementedError,
)


def raised(value: Any, eager: bool = False) -> Any:
    """An argument with its tensors made symbolic ones, or eager ones."""
    if isinstance(value, Spec):
        dtype = "int32" if value.whole else "float32"
        return keras.ops.zeros(value.sizes, dtype) if eager else keras.KerasTensor(value.sizes, dtype=dtype)
    if isinstance(value, list | tuple):
        return type(value)(raised(entry, eager) for entry in value)
    return value


def shapes(value: Any) -> Any:
    """Nested shapes of what came out."""
    if isinstance(value, keras.KerasTensor | tf.Tensor):
        return ("shape", *value.shape)
    if isinstance(value, list | tuple):
        return tuple(shapes(entry) for entry in value)
    return value


def answer(
    make: Callable[..., Any],
    construct: tuple[list[Any], dict[str, Any]],
    call: tuple[list[Any], dict[str, Any]],
    *,
    eager: bool = False,
) -> Any:
    """The shapes that a layer gives, or REFUSED."""
    try:
        layer = make(*construct[0], **construct[1])
        named = {name: raised(value, eager) for name, value in call[1].items()}
        return shapes(layer(*raised(call[0], eager), **named))
    except REFUSALS:
        return REFUSED
