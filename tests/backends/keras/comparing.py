"""Holding what Keras computes against the float64 reference, within what rounding allows."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapecheck.backend import Options, load
from shapecheck.equivalence.rounding import EPSILON, rounded
from shapecheck.model.graph import Graph

keras_backend: Any = load("keras")
numpy_backend: Any = load("numpy")
Arrays = dict[str, np.ndarray]


def drawn(graph: Graph, seed: int, dtype: str = "float32", **dims: int) -> tuple[Arrays, Arrays]:
    """Weights and inputs that the dtype holds exactly; open sizes are those of `dims`, variances positive."""
    generator = np.random.default_rng(seed)
    weights = {name: generator.normal(size=tuple(shape)) for name, shape in graph.weights().items()}
    for name, shape in graph.states().items():
        weights[name] = generator.uniform(0.5, 2.0, size=tuple(shape))
    inputs = {}
    for name, shape in graph.inputs.items():
        sizes = shape.evaluate(dims)
        whole = graph.dtypes[name] == "int"
        inputs[name] = generator.integers(0, 2, sizes) if whole else generator.normal(size=sizes)
    return (
        {name: rounded(value, dtype) for name, value in weights.items()},
        {name: rounded(value, dtype) for name, value in inputs.items()},
    )


def built(graph: Graph, weights: Arrays, **options: Any) -> Any:
    """The Keras model with these weights; reading them back gives the same numbers under the same names."""
    network = keras_backend.build(graph, Options(**options))
    own = keras_backend.get_weights(network)
    assert {name: array.shape for name, array in own.items()} == {**graph.weights(), **graph.states()}
    keras_backend.set_weights(network, weights)
    back = keras_backend.get_weights(network)
    assert all(np.array_equal(back[name], array) for name, array in weights.items())
    return network


def reference(graph: Graph, weights: Arrays) -> Any:
    """The numpy network with these weights."""
    network = numpy_backend.build(graph, Options(seed=0))
    numpy_backend.set_weights(network, weights)
    return network


def hold(found: np.ndarray, expected: tuple[np.ndarray, np.ndarray], dtype: str, what: str) -> None:
    """The numbers are no farther from the expected ones than rounding explains. What is not finite says nothing."""
    value, allowance = expected
    assert found.shape == value.shape, f"{what}: {found.shape}, expected {value.shape}"
    finite = np.isfinite(value)
    error = np.abs(np.subtract(found, value, where=finite, out=np.zeros(value.shape)))
    # Products of numbers near the smallest that float16 holds lose digits.
    bound = EPSILON[dtype] * np.nan_to_num(allowance) + (2.0**-22 if dtype == "float16" else 1e-300)
    worst = np.max(error / bound, initial=0.0)
    assert worst <= 1.0, f"{what} in {dtype}: {worst:.2f} times the error that is allowed"


def agree(
    graph: Graph, *, seed: int = 0, dtype: str = "float32", training: bool = False, **options: Any
) -> Any:
    """Every node of a graph without open sizes, given its reference inputs, gives the reference's results."""
    weights, inputs = drawn(graph, seed, dtype)
    network = built(graph, weights, dtype=dtype, **options)
    values = keras_backend.run(network, inputs, training=training)
    assert {name: array.shape for name, array in values.items()} == graph.shapes
    oracle = reference(graph, weights)
    expected = numpy_backend.run(oracle, inputs, training=training)
    for node in graph.nodes:
        given = [rounded(expected[name], dtype) for name in node.inputs]
        bounds = numpy_backend.bounded_apply(oracle, node.name, given, training=training)
        alone = keras_backend.apply(network, node.name, given, training=training)
        for name, array, bound in zip(node.outputs, alone, bounds, strict=True):
            hold(array, bound, dtype, name)
    return network
