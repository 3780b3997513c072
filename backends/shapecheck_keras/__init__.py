"""Builds a shapecheck model in Keras, on whichever of its engines (TensorFlow, torch, jax) is chosen.

Keras is imported when a model is built, never before: set KERAS_BACKEND until then to choose the engine.
Models hold Keras's own layers, except where Keras has none, or one that is wrong: `TimeDistributed`, for open numbers
of steps, `Rearrange`, for axes of open sizes, `OpenConvLSTM2D`, for maps of open sizes, `ProjectedLSTMCell`, for LSTMs
with a projection, and `UntrackedBatchNormalization`, which has no running statistics. They are registered: import
shapecheck_keras.layers before you load a saved model that holds one. With sizes in numbers
(`build("keras", dims={"t": 16})`) only the last two are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecheck_keras.backend import KerasBackend
    from shapecheck_keras.layers import (
        OpenConvLSTM2D,
        ProjectedLSTMCell,
        Rearrange,
        TimeDistributed,
        UntrackedBatchNormalization,
    )

    backend: KerasBackend

__all__ = [
    "OpenConvLSTM2D",
    "ProjectedLSTMCell",
    "Rearrange",
    "TimeDistributed",
    "UntrackedBatchNormalization",
    "backend",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.util import find_spec

    if find_spec("keras") is None:
        raise ModuleNotFoundError("No module named 'keras'", name="keras")
    if name == "backend":
        from shapecheck_keras.backend import KerasBackend

        found: Any = KerasBackend()
    else:
        from shapecheck_keras import layers

        found = getattr(layers, name)
    globals()[name] = found
    return found
