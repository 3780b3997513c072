"""Every operator of the vocabulary, alone, as a torch layer: shapes, weights, values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecheck.backend import BackendError, Options, load
from shapecheck.model.vocabulary import VOCABULARY
from shapecheck.ops.base import Op
from tests.backends.torch.drawing import CASES, graph_of

torch_backend = load("torch")
numpy_backend = load("numpy")
# Limits of torch's own, which it says in words of its dialect.
LIMITS = (
    "expects more than 1 value",
    "expects depth of at least",
    "expects height",
    "expects width",
    "no dilation",
)


def test_the_backend_builds_the_whole_vocabulary() -> None:
    assert torch_backend.operators == frozenset(VOCABULARY)
    assert set(CASES) == set(VOCABULARY)


def inputs_of(graph, rng: np.random.Generator) -> dict[str, np.ndarray]:
    found = {}
    for name, shape in graph.inputs.items():
        if graph.dtypes[name] == "int":
            found[name] = rng.integers(0, 2, shape)
        else:
            found[name] = rng.normal(size=shape)
    return found


def weights_of(graph, rng: np.random.Generator) -> dict[str, np.ndarray]:
    drawn = {name: rng.normal(size=shape) for name, shape in graph.weights().items()}
    return {**drawn, **{name: rng.uniform(0.5, 2.0, size=shape) for name, shape in graph.states().items()}}


@pytest.mark.parametrize("kind", VOCABULARY, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_shapes_weights_and_values(kind: type[Op], data: st.DataObject) -> None:
    op, shapes = data.draw(CASES[kind])
    graph = graph_of(op, shapes)
    assume(graph is not None and all(size != 0 for shape in graph.shapes.values() for size in shape))
    try:
        network = torch_backend.build(graph, Options(dtype="float64"))
    except BackendError as error:
        assert any(limit in str(error) for limit in LIMITS), error
        return
    own = torch_backend.get_weights(network)
    assert {name: array.shape for name, array in own.items()} == {**graph.weights(), **graph.states()}
    rng = np.random.default_rng(data.draw(st.integers(0, 9), label="seed"))
    weights = weights_of(graph, rng)
    torch_backend.set_weights(network, weights)
    back = torch_backend.get_weights(network)
    assert all(np.array_equal(back[name], array) for name, array in weights.items())
    inputs = inputs_of(graph, rng)
    found = torch_backend.run(network, inputs)
    assert {name: array.shape for name, array in found.items()} == graph.shapes
    reference = numpy_backend.build(graph, Options())
    numpy_backend.set_weights(reference, weights)
    for name, expected in numpy_backend.run(reference, inputs).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-9, atol=1e-9, err_msg=name)
    alone = torch_backend.apply(network, "node", list(inputs.values()))
    for name, array in zip(graph.node("node").outputs, alone, strict=True):
        np.testing.assert_array_equal(array, found[name])
