"""Whole models in Keras: open sizes, names, orders of axes, saving, training, gradients, seeds, refusals."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from shapecheck import Model, bridge, ops
from shapecheck.backend import BackendError, Options
from shapecheck.model.graph import Graph
from tests.backends.keras.comparing import (
    Arrays,
    agree,
    built,
    drawn,
    keras_backend,
    numpy_backend,
    reference,
)


def video() -> Model:
    """Frames through a convolution, then an LSTM over time."""
    frame = [ops.Conv2d(4, 3, padding=1), ops.BatchNorm2d(), ops.ReLU(), ops.MaxPool2d(2)]
    layers = [ops.TimeDistributed(frame), bridge.flatten(), ops.LSTM(5), ops.LastStep(), ops.Linear(2)]
    return Model("n t 3 8 6", layers)


def picture() -> Model:
    """A residual block, two branches, windows that hang over, any height and width."""
    return Model(
        "n 3 h w",
        [
            ops.Residual([ops.Conv2d(3, 3, padding=1), ops.BatchNorm2d(), ops.LeakyReLU()]),
            ops.Parallel(
                [ops.Conv2d(4, 1)], [ops.MaxPool2d(3, 1, padding=1), ops.Conv2d(4, 2, padding="same")]
            ),
            ops.MaxPool2d(3, 2, padding=1, ceil=True),
            ops.ConvTranspose2d(4, 3, stride=2, padding=1, extra=1),
            ops.GlobalAvgPool2d(),
            ops.Linear(2),
        ],
    )


def rows() -> Model:
    """CRNN: columns of a map are the steps of two bidirectional layers."""
    layers = [ops.Conv2d(4, 3, stride=(2, 1), padding=1), bridge.columns()]
    recurrent = ops.GRU(3, layers=2, bidirectional=True)
    return Model("n 1 8 w", [*layers, recurrent, ops.TimeDistributed(ops.Linear(5)), ops.Softmax(-1)])


def attention() -> Model:
    """Positions of a map attend to each other."""
    graph = Graph()
    x = graph.input("n 2 h 6", name="image")
    y = graph.add(bridge_pattern("n c h w -> n h (w c)"), x)
    y = graph.add(ops.MultiheadAttention(12, 3, scores="none"), y, y, y, name="attention")
    y = graph.add(ops.LayerNorm(), y, name="norm")
    return Model.of(graph, y)


def bridge_pattern(pattern: str) -> Any:
    return ops.Rearrange(pattern)


def locations() -> Model:
    """A recurrence at every position of maps whose sizes are all open."""
    conv = ops.TimeDistributed([ops.Conv2d(4, 3, padding=1), ops.ReLU()])
    return Model("n t 2 h w", [conv, bridge.per_location([ops.LSTM(3), ops.LastStep()]), ops.Conv2d(2, 1)])


def maps() -> Model:
    """A convolutional LSTM over maps of open sizes."""
    return Model("n t 2 h w", [ops.ConvLSTM2d(3, 3, padding="same"), ops.LastStep(), ops.Conv2d(1, 1)])


MODELS = {model.__name__: model for model in (video, picture, rows, attention, locations, maps)}
SIZES = [{"n": 2, "t": 3, "h": 5, "w": 7}, {"n": 1, "t": 1, "h": 4, "w": 4}]


@pytest.mark.parametrize("name", MODELS)
def test_every_tensor_at_several_sizes(name: str) -> None:
    graph = MODELS[name]().bound()
    weights, _ = drawn(graph, 0, **SIZES[0])
    network, oracle = built(graph, weights), reference(graph, weights)
    for training in (False, True):
        for sizes in SIZES:
            _, inputs = drawn(graph, 1, **sizes)
            values = keras_backend.run(network, inputs, training=training)
            expected = numpy_backend.run(oracle, inputs, training=training)
            assert values.keys() == graph.shapes.keys() == expected.keys()
            for reference_name, array in values.items():
                assert array.shape == graph.shapes[reference_name].evaluate(sizes)
                np.testing.assert_allclose(array, expected[reference_name], rtol=2e-4, atol=2e-5)
    assert _same(keras_backend.get_weights(network), weights), "running statistics stay"


def _same(one: Arrays, other: Arrays) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_every_node_alone_in_float64() -> None:
    for name, sizes in (
        ("video", {"n": 2, "t": 3}),
        ("picture", {"n": 2, "h": 6, "w": 5}),
        ("rows", {"n": 2, "w": 6}),
    ):
        agree(MODELS[name]().bound(sizes), dtype="float64")


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_gives_the_same(name: str, tmp_path: Path) -> None:
    graph = MODELS[name]().bound()
    weights, inputs = drawn(graph, 0, **SIZES[0])
    network = built(graph, weights)
    values = keras_backend.run(network, inputs)
    for node in graph.nodes:  # models of single nodes leave the whole as it was
        keras_backend.apply(network, node.name, [values[reference] for reference in node.inputs])
    network.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    native = [array.transpose(network.input_orders[name]).astype("float32") for name, array in inputs.items()]
    (output,) = graph.outputs
    expected = values[output].transpose(network.output_orders[output])
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(loaded(*native)), expected)


@pytest.mark.parametrize("name", MODELS)
def test_layers_are_keras_own_and_have_the_names_of_the_nodes(name: str) -> None:
    graph = MODELS[name]().bound()
    network = keras_backend.build(graph, Options())
    names = {operation.name for operation in network.operations}
    assert {node.name for node in graph.nodes} | set(graph.inputs) <= names
    expected = {
        "video": {"TimeDistributed"},
        "locations": {"TimeDistributed", "Rearrange"},
        "maps": {"OpenConvLSTM2D"},
    }
    assert _own(network) == expected.get(name, set())
    known = keras_backend.build(graph.bind({each: SIZES[0][each] for each in graph.symbols}), Options())
    assert not _own(known), "with sizes in numbers all layers are Keras's"
    assert network.count_params() == sum(
        np.prod(shape) for shape in {**graph.weights(), **graph.states()}.values()
    )


def _own(network: Any) -> set[str]:
    """The kinds of layers that are not Keras's own."""
    return {
        type(layer).__name__ for layer in network.layers if type(layer).__module__.startswith("shapecheck")
    }


@pytest.mark.parametrize("own", [True, False], ids=["ours", "keras"])
def test_steps_of_open_number_when_tensorflow_compiles_them(own: bool) -> None:
    """Keras's own TimeDistributed takes as many steps as there are samples: when it no longer does, use it."""
    if own:
        network = Model("n t 1 4 4", [ops.TimeDistributed(ops.Conv2d(2, 3))]).build("keras")
    else:
        steps = keras.Input((None, 4, 4, 1))
        network = keras.Model(steps, keras.layers.TimeDistributed(keras.layers.Conv2D(2, 3))(steps))
    found = [network.predict(np.ones((2, length, 4, 4, 1)), verbose=0).shape[1] for length in (3, 5, 6)]
    assert found == ([3, 5, 6] if own else [3, 2, 2])


def test_symmetric_padding_that_a_rule_means_needs_no_layer() -> None:
    network = keras_backend.build(video().bound(), Options())
    assert "conv1_pad" not in {operation.name for operation in network.operations}


@pytest.mark.parametrize("name", MODELS)
def test_gradients(name: str) -> None:
    graph = MODELS[name]().bound()
    weights, inputs = drawn(graph, 0, **SIZES[0])
    network, oracle = built(graph, weights, dtype="float64"), reference(graph, weights)
    (output,) = graph.outputs
    cotangent = {output: np.random.default_rng(5).normal(size=graph.shapes[output].evaluate(SIZES[0]))}
    for found, expected in zip(
        keras_backend.gradients(network, inputs, cotangent),
        numpy_backend.gradients(oracle, inputs, cotangent),
        strict=True,
    ):
        assert found.keys() == expected.keys()
        for each, array in found.items():
            np.testing.assert_allclose(array, expected[each], rtol=1e-8, atol=1e-9, err_msg=each)


def test_gradients_of_lookups_and_of_several_outputs() -> None:
    graph = Graph()
    words = graph.input("2 3:int", name="words")
    factor = graph.input("2 3 4", name="factor")
    looked = graph.add(ops.Embedding(5, 4), words, name="table")
    product = graph.add(ops.Elementwise("multiply"), looked, factor, name="product")
    total = graph.add(ops.Reduce("sum", (1,)), product, name="total")
    graph = graph.with_outputs(product, total)
    weights, inputs = drawn(graph, 0)
    cotangents = {name: np.ones(tuple(graph.shapes[name])) for name in graph.outputs}
    by_inputs, by_weights = keras_backend.gradients(built(graph, weights), inputs, cotangents)
    expected = numpy_backend.gradients(reference(graph, weights), inputs, cotangents)
    assert by_inputs.keys() == {"factor"}
    np.testing.assert_allclose(by_inputs["factor"], expected[0]["factor"], rtol=1e-5)
    np.testing.assert_allclose(by_weights["table.table"], expected[1]["table.table"], rtol=1e-5, atol=1e-6)


def test_channels_at_the_end_unless_asked_otherwise() -> None:
    graph = picture().bound()
    last = keras_backend.build(graph, Options())
    assert last.input_orders == {"x": (0, 2, 3, 1)}
    assert last.input_shape == (None, None, None, 3)
    plain = Model("n 3 h w", [ops.Conv2d(4, 3, bias=False), ops.MaxPool2d(2)]).bound()
    first = keras_backend.build(plain, Options(layout="channels_first"))
    assert (first.input_shape, first.output_shape) == ((None, 3, None, None), (None, 4, None, None))
    agree(plain.bind({"n": 2, "h": 8, "w": 7}), layout="channels_first")


def test_channels_first_with_a_bias_is_refused_on_tensorflow() -> None:
    with pytest.raises(BackendError, match="adds a bias along the last axis"):
        keras_backend.build(picture().bound(), Options(layout="channels_first"))
    assert _bias_goes_astray(), "Keras adds it rightly now: build it"


def _bias_goes_astray() -> bool:
    layer = keras.layers.Conv2D(5, 1, data_format="channels_first", kernel_initializer="zeros")
    layer.build((1, 1, 4, 5))
    layer.bias.assign(np.arange(5.0))
    values = keras.ops.convert_to_numpy(layer(np.zeros((1, 1, 4, 5), dtype="float32")))
    return not np.array_equal(values[0, :, 0, 0], np.arange(5.0))


def test_a_seed_decides_the_first_weights_and_nothing_else() -> None:
    graph = video().bound()
    state = random.getstate()
    first, second, other = (
        keras_backend.get_weights(keras_backend.build(graph, Options(seed=seed))) for seed in (1, 1, 2)
    )
    assert random.getstate() == state
    assert _same(first, second)
    assert not _same(first, other)


def test_it_trains() -> None:
    network = video().build("keras", seed=0)
    network.compile(optimizer="adam", loss="mse", jit_compile=False)
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(8, 3, 8, 6, 3)), generator.normal(size=(8, 2))
    before = network.evaluate(x, y, verbose=0)
    network.fit(x, y, epochs=5, verbose=0)
    assert network.evaluate(x, y, verbose=0) < before


@pytest.mark.parametrize("name", ["video", "locations"])
def test_an_exported_model_gives_the_same_at_other_sizes(name: str, tmp_path: Path) -> None:
    import tensorflow as tf

    graph = MODELS[name]().bound()
    network = keras_backend.build(graph, Options(seed=0))
    network.export(tmp_path / "exported", verbose=False)
    exported = tf.saved_model.load(tmp_path / "exported")
    for sizes in SIZES:
        _, inputs = drawn(graph, 0, **sizes)
        values = keras_backend.run(network, inputs)
        native = inputs["x"].transpose(network.input_orders["x"]).astype("float32")
        (output,) = graph.outputs
        expected = values[output].transpose(network.output_orders[output])
        np.testing.assert_allclose(exported.serve(native).numpy(), expected, rtol=1e-5, atol=1e-6)


def test_running_statistics_count_as_keras_does() -> None:
    """Torch takes n/(n − 1) of the batch's variance, Keras the variance itself: a difference that stays."""
    network = Model("n 2", [ops.BatchNorm1d()]).build("keras")
    x = np.array([[0.0, 1.0], [2.0, 5.0]], dtype="float32")
    network(x, training=True)
    found = keras_backend.get_weights(network)
    np.testing.assert_allclose(found["norm1.mean"], 0.1 * x.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(found["norm1.variance"], 0.9 + 0.1 * x.var(axis=0), rtol=1e-6)


def test_several_inputs_and_outputs_and_initial_states() -> None:
    graph = Graph()
    x = graph.input("n t 4", name="x")
    h = graph.input("2 n 3", name="h")
    c = graph.input("2 n 3", name="c")
    words = graph.input("n t:int", name="words")
    looked = graph.add(ops.Embedding(5, 4), words, name="table")
    both = graph.add(ops.Elementwise("add"), x, looked, name="both")
    y, (last, cell) = graph.add(
        ops.LSTM(3, bidirectional=True, return_states=True, stacked=True), both, h, c, name="lstm"
    )
    model = Model.of(graph, y, last, cell)
    agree(model.bound({"n": 2, "t": 3}), dtype="float64")
    network = model.build("keras")
    found = network([np.zeros((2, 3, 4)), np.zeros((2, 2, 3)), np.zeros((2, 2, 3)), np.zeros((2, 3), int)])
    assert [tuple(each.shape) for each in found] == [(2, 3, 6), (2, 2, 3), (2, 2, 3)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"dtype": "int8"}, "float32, float64, bfloat16, float16, not in 'int8'"),
        ({"layout": "rows_first"}, "channels_last and channels_first, not 'rows_first'"),
        ({"layout": "channels_first", "dtype": "float64"}, "float64 convolutions with channels_last only"),
        ({"device": "tpu"}, "the devices cpu and gpu, not 'tpu'"),
        ({"device": "cuda"}, "sees no GPU"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(BackendError, match=sentence):
        keras_backend.build(video().bound(), Options(**options))


def test_weights_and_inputs_that_do_not_fit_are_refused_by_name() -> None:
    network = video().build("keras")
    weights = keras_backend.get_weights(network)
    name = "lstm1.bias.0"
    for wrong, sentence in (
        ({**weights, "other": np.zeros(2)}, "no weight 'other'"),
        ({key: value for key, value in weights.items() if key != name}, f"{name!r} is missing"),
        ({**weights, name: np.zeros(3)}, "has the shape"),
    ):
        with pytest.raises(ValueError, match=sentence):
            keras_backend.set_weights(network, wrong)
    with pytest.raises(BackendError, match="inputs are x, given were y"):
        keras_backend.run(network, {"y": np.zeros((1, 1, 3, 8, 6))})
    with pytest.raises(BackendError, match="has 5 axes"):
        keras_backend.apply(network, "conv1", [np.zeros((1, 3, 8, 6))])
    with pytest.raises(BackendError, match="not built by shapecheck"):
        keras_backend.get_weights(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]))
