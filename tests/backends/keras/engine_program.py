"""Models on the engine that KERAS_BACKEND names, held against the reference: run in a process of its own."""

from __future__ import annotations

import sys

import keras
import numpy as np

from shapecheck import Model, bridge, ops
from shapecheck.backend import BackendError, Options
from tests.backends.keras.comparing import agree, built, drawn, keras_backend, numpy_backend, reference
from tests.backends.keras.test_models import picture, rows, video


def shapes_and_values() -> None:
    """Every node, in both layouts. On jax, where every shape is compiled anew, whole models instead of single nodes."""
    if keras.backend.backend() == "jax":
        close(picture(), n=2, h=6, w=5)
        close(video(), layout="channels_first", n=2, t=2)
        return
    for layout in ("channels_last", "channels_first"):
        agree(picture().bound({"n": 2, "h": 6, "w": 5}), layout=layout)
        agree(video().bound({"n": 2, "t": 3}), layout=layout, training=True)
    agree(rows().bound({"n": 2, "w": 5}))


def close(model: Model, *, layout: str | None = None, **sizes: int) -> None:
    """The values of all nodes are close to the reference's."""
    graph = model.bound()
    weights, inputs = drawn(graph, 0, **sizes)
    found = keras_backend.run(built(graph, weights, layout=layout), inputs)
    for name, array in numpy_backend.run(reference(graph, weights), inputs).items():
        np.testing.assert_allclose(found[name], array, rtol=2e-4, atol=2e-5, err_msg=name)


def gradients() -> None:
    """Derivatives by inputs and weights."""
    layers = [
        ops.Conv2d(3, 3, stride=2, padding=1),
        ops.Tanh(),
        bridge.columns(),
        ops.LSTM(3),
        ops.LastStep(),
    ]
    graph = Model("n 2 6 w", layers).bound()
    weights, inputs = drawn(graph, 0, n=2, w=5)
    cotangent = {graph.outputs[0]: np.ones((2, 3))}
    found = keras_backend.gradients(built(graph, weights), inputs, cotangent)
    expected = numpy_backend.gradients(reference(graph, weights), inputs, cotangent)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.keys() == theirs.keys()
        for name, array in ours.items():
            np.testing.assert_allclose(array, theirs[name], rtol=2e-4, atol=2e-5, err_msg=name)


def traps() -> None:
    """What this engine does otherwise than others."""
    single = Model("2 3 8 6", [ops.AvgPool2d(3, padding="same", count_padding=False)])
    agree(single.bound())
    agree(Model("2 4 4 4", [ops.LayerNorm((1,))]).bound())
    try:
        keras_backend.build(single.bound(), Options(dtype="float64"))
    except BackendError as error:
        assert "falls back to float32" in str(error)  # no pytest in this process
    else:
        raise AssertionError("float64 is none on this engine")


if __name__ == "__main__":
    assert keras.backend.backend() == sys.argv[1], keras.backend.backend()
    shapes_and_values()
    gradients()
    traps()
    print("agreed")
