"""The numpy backend as a backend: it builds the whole vocabulary, keeps weights, differentiates, refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shapecheck_numpy import backend
from shapecheck_numpy.registry import FUNCTIONS

from shapecheck import ops
from shapecheck.algebra import Shape
from shapecheck.backend import Backend, BackendError, Options, load
from shapecheck.model.graph import Graph
from shapecheck.model.vocabulary import VOCABULARY


def small() -> Graph:
    """A graph with a convolution, a norm, a branch and a recurrence."""
    graph = Graph()
    x = graph.input("n 3 h w", name="x")
    a = graph.add(ops.Conv2d(4, 3, padding=1), x, name="conv")
    b = graph.add(ops.BatchNorm2d(), a, name="norm")
    c = graph.add(ops.Activation("tanh"), b, name="tanh")
    d = graph.add(ops.Elementwise("add"), a, c, name="join")
    e = graph.add(ops.Rearrange("n c h w -> n (h w) c"), d, name="steps")
    f = graph.add(ops.LSTM(5), e, name="lstm")
    return graph.with_outputs(graph.add(ops.Index((ops.Cut(), -1)), f, name="last"))


def built(graph: Graph) -> Any:
    return backend.build(graph, Options(dtype="float64", seed=0))


def test_every_operator_of_the_vocabulary_is_computed() -> None:
    missing = [kind.__name__ for kind in VOCABULARY if kind not in FUNCTIONS]
    assert not missing, f"write them in backends/shapecheck_numpy and name them in its registry: {missing}"


def test_it_is_found_by_name_and_is_a_backend() -> None:
    found: Backend = load("numpy")
    assert found is backend


def test_every_reference_has_its_declared_shape() -> None:
    graph = small()
    values = backend.run(built(graph), {"x": np.ones((2, 3, 4, 5))})
    sizes = {"n": 2, "h": 4, "w": 5}
    assert {name: value.shape for name, value in values.items()} == {
        name: shape.evaluate(sizes) for name, shape in graph.shapes.items()
    }


def test_it_is_called_like_a_function() -> None:
    network = built(small())
    x = np.ones((2, 3, 4, 5))
    assert np.array_equal(network(x), network({"x": x}))
    assert np.array_equal(network(x), backend.run(network, {"x": x})["last"])
    with pytest.raises(TypeError, match="takes 1 inputs, x: got 2"):
        network(x, x)


def test_weights_have_the_graphs_shapes_and_come_back_as_they_were_set() -> None:
    graph = small()
    network = built(graph)
    weights = backend.get_weights(network)
    declared = {**graph.weights(), **graph.states()}
    assert {name: Shape(*value.shape) for name, value in weights.items()} == declared
    fresh = {name: np.random.default_rng(1).normal(size=value.shape) for name, value in weights.items()}
    backend.set_weights(network, fresh)
    assert all(np.array_equal(value, fresh[name]) for name, value in backend.get_weights(network).items())


def test_weights_that_do_not_fit_are_refused_by_name() -> None:
    network = built(small())
    weights = backend.get_weights(network)
    with pytest.raises(ValueError, match=r"'norm\.mean' is missing"):
        backend.set_weights(network, {name: value for name, value in weights.items() if name != "norm.mean"})
    with pytest.raises(ValueError, match="no weight 'more'"):
        backend.set_weights(network, {**weights, "more": np.ones(1)})
    with pytest.raises(ValueError, match=r"'conv\.bias' has shape \(4,\), got \(5,\)"):
        backend.set_weights(network, {**weights, "conv.bias": np.ones(5)})


def test_gradients_are_what_central_differences_say() -> None:
    network = built(small())
    generator = np.random.default_rng(0)
    inputs = {"x": generator.normal(size=(2, 3, 4, 5))}
    cotangents = {"last": generator.normal(size=(2, 5))}
    by_inputs, by_weights = backend.gradients(network, inputs, cotangents)
    for name, slope in {**by_inputs, **by_weights}.items():
        direction = {name: generator.normal(size=slope.shape)}
        expected = backend.directional(network, inputs, cotangents, direction)
        assert np.isclose((slope * direction[name]).sum(), expected, rtol=1e-6, atol=1e-9), name
    assert set(by_weights) == set(network.shapecheck_graph.weights())


def test_training_moves_the_running_statistics_on_as_torch_does() -> None:
    import torch

    graph = Graph()
    x = graph.input("n 3 h w", name="x")
    graph = graph.with_outputs(graph.add(ops.BatchNorm2d(), x, name="norm"))
    network = built(graph)
    given = np.random.default_rng(0).normal(2.0, 3.0, size=(4, 3, 2, 5))
    backend.run(network, {"x": given}, training=True)
    assert not backend.get_weights(network)["norm.mean"].any()  # a run leaves the network as it was
    network(given, training=True)
    layer = torch.nn.BatchNorm2d(3, dtype=torch.float64)
    layer(torch.from_numpy(given))
    weights = backend.get_weights(network)
    assert np.allclose(weights["norm.mean"], layer.running_mean)
    assert np.allclose(weights["norm.variance"], layer.running_var)


def test_sizes_that_its_inputs_do_not_tell_are_those_of_the_last_run() -> None:
    graph = Graph()
    x = graph.input("n t c h 3", name="x")
    merged = graph.add(ops.Rearrange("n t c h w -> (n h w) t c"), x, name="there")
    _, t, c, h, w = graph.shapes["x"]
    op = ops.Rearrange("(n h w) t c -> n t c h w", lengths=(("h", h), ("w", w), ("t", t), ("c", c)))
    graph = graph.with_outputs(graph.add(op, merged, name="back"))
    network = built(graph)
    given = np.random.default_rng(0).normal(size=(2, 4, 5, 6, 3))
    values = backend.run(network, {"x": given})
    assert np.array_equal(values["back"], given)
    (alone,) = backend.apply(network, "back", [values["there"]])
    assert np.array_equal(alone, given)


def test_a_node_alone_takes_inputs_of_its_own() -> None:
    graph = Graph()
    x = graph.input("n t 3 h w", name="x")
    rows = ops.Rearrange("n t c h w -> (n t) c h w")
    folded = graph.add(rows, x, name="fold")
    graph = graph.with_outputs(graph.add(ops.MaxPool2d(2), folded, name="pool"))
    (found,) = backend.apply(built(graph), "fold", [np.ones((2, 5, 3, 4, 4))])
    assert found.shape == (10, 3, 4, 4)


@pytest.mark.parametrize(("terms", "roundings"), [(9, 9), (64, 64), (100, 80), (10_000, 800)])
def test_the_allowance_of_a_sum_grows_with_its_terms_and_later_with_their_root(
    terms: int, roundings: int
) -> None:
    weights = {"kernel": np.ones((1, terms)), "bias": np.zeros(1)}
    (allowed,) = backend.allowance(ops.Linear(1), weights, [np.ones((1, terms))])
    assert terms * roundings <= allowed[0, 0] <= (terms + 2) * (roundings + 2)
    (moved,) = backend.allowance(ops.Flatten(), {}, [np.ones((2, 3))])
    assert not moved.any()


@pytest.mark.parametrize(
    ("op", "shape", "words"),
    [
        (ops.MaxPool2d(2, indices=True), "n 3 8 8", "gives no indices"),
        (ops.ConvTranspose2d(3, 3, padding="same", extra=0), "n 3 8 8", "no one meaning"),
    ],
)
def test_what_it_cannot_compute_is_refused_before_it_is_built(op: Any, shape: str, words: str) -> None:
    graph = Graph()
    out = graph.add(op, graph.input(shape, name="x"), name="layer")
    graph = graph.with_outputs(*(out if isinstance(out, tuple) else (out,)))
    with pytest.raises(BackendError, match=f"'layer': the numpy backend cannot compute .*{words}"):
        built(graph)


@pytest.mark.parametrize("options", [{"layout": "channels_last"}, {"device": "cuda"}])
def test_layouts_and_devices_it_has_not_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(BackendError, match="the numpy backend"):
        backend.build(small(), Options(**options))
