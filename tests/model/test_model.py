"""Models and graphs: names, shapes, costs, dims, tables, equality, several inputs and outputs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import shapecheck
from shapecheck import Graph, Model, Shape, bridge, ops, symbols
from shapecheck.model.errors import ModelError
from shapecheck.model.vocabulary import VOCABULARY

N, T, H, W = symbols("n t h w")

VIDEO = Model(
    "n t 3 64 64",
    [
        ops.TimeDistributed([ops.Conv2d(16, 3, padding=1), ops.ReLU(), ops.MaxPool2d(2)]),
        bridge.flatten(),
        ops.LSTM(64),
        ops.LastStep(),
        ops.Linear(1),
    ],
)
TABLE = """\
Model: (n, t, 3, 64, 64) → (n, 1)

layer     operator                  output              parameters         MACs
--------  ------------------------  ------------------  ----------  -----------
x         input                     (n, t, 3, 64, 64)            0            0
conv1     Conv2d, each step         (n, t, 16, 64, 64)         448  1769472*n*t
relu1     relu, each step           (n, t, 16, 64, 64)           0            0
pool1     MaxPool2d, each step      (n, t, 16, 32, 32)           0            0
flatten1  n t c h w -> n t (c h w)  (n, t, 16384)                0            0
lstm1     LSTM                      (n, t, 64)           4,210,944  4210688*n*t
last1     index                     (n, 64)                      0            0
linear1   Linear                    (n, 1)                      65         64*n

total parameters  4,211,457
total MACs        64*n*(93440*t+1)"""


def test_the_table() -> None:
    assert str(VIDEO) == TABLE
    assert repr(VIDEO) == "<Model (n, t, 3, 64, 64) → (n, 1), 7 layers>"


def test_symbols_stay_and_numbers_are_put_in() -> None:
    model = Model("n 3 h w", [ops.Conv2d(8, 3, stride=2), ops.ReLU()])
    assert model.shapes()["conv1"] == Shape(N, 8, (H + 1) // 2 - 1, (W + 1) // 2 - 1)
    assert model.shapes(h=64, w=65)["conv1"] == Shape(N, 8, 31, 32)
    assert list(map(str, model.requires)) == ["h >= 3", "w >= 3"]


def test_what_a_layer_solves_is_required_and_known_from_there_on() -> None:
    model = Model(
        "n c h w", [ops.Conv2d(8, 3, padding=1, channels=3), bridge.columns(), ops.LSTM(4, input_size=80)]
    )
    assert list(map(str, model.requires)) == ["c = 3", "h = 10"]
    assert model.shapes()["columns1"] == Shape(N, W, 80)
    assert not model.graph.needed_dims()


def test_groups_of_layers_are_named_after_their_own_name() -> None:
    model = Model(
        "n t 3 h w",
        [
            ops.TimeDistributed([("stem", [ops.Conv2d(8, 3), ops.ReLU()]), ops.ReLU()]),
            ("encoder", ops.TimeDistributed([ops.Conv2d(8, 3), ("out", ops.Conv2d(2, 3))])),
            ("flat", bridge.flatten()),
        ],
    )
    names = [node.name for node in model.graph.nodes]
    assert names == ["stem_conv1", "stem_relu1", "relu1", "encoder_conv1", "encoder_out", "flat"]


def test_residual_and_parallel() -> None:
    model = Model(
        "n 4 h w",
        [
            ops.Residual([ops.Conv2d(4, 3, padding=1), ops.ReLU()]),
            ops.Residual(ops.Conv2d(8, 3, stride=2, padding=1), shortcut=ops.Conv2d(8, 1, stride=2)),
            ops.Parallel([ops.Conv2d(2, 1)], [ops.Conv2d(3, 3, padding="same")], []),
            ops.Parallel([ops.ReLU()], [ops.Sigmoid()], join="multiply"),
        ],
    )
    (output,) = model.graph.outputs
    assert model.shapes()[output] == Shape(N, 13, (H + 1) // 2, (W + 1) // 2)
    assert not model.requires
    steps = Model("n t 4 h w", [ops.TimeDistributed([ops.Parallel([ops.Conv2d(2, 1)], [], axis=1)])])
    (output,) = steps.graph.outputs
    assert steps.shapes()[output] == Shape(N, T, 6, H, W)


def test_several_inputs_and_outputs_and_states() -> None:
    graph = Graph()
    frames = graph.input("n t 3 h w", name="frames")
    facts = graph.input("n 5", name="facts")
    maps = graph.add(ops.TimeDistributed(ops.Conv2d(8, 3, padding=1)), frames, name="look")
    features = graph.add(ops.Reduce("mean", axes=(-2, -1)), maps)
    steps, (hidden, cell) = graph.add(ops.LSTM(6, return_states=True, stacked=True), features, name="read")
    again = graph.add(ops.LSTM(6, stacked=True), steps, hidden, cell)
    last = graph.add(ops.LastStep(), again)
    joined = graph.add(ops.Concat(-1), last, facts)
    answer = graph.add(ops.Linear(2), joined, name="answer")
    model = Model(graph, outputs=[answer, (hidden, cell)])
    assert model == Model.of(graph, answer, hidden, cell)
    assert model.graph.outputs == ("answer", "read:1", "read:2")
    assert model.shapes()[joined] == Shape(N, 11)
    assert model.shapes()["read:2"] == Shape(1, N, 6)
    assert model.graph.node("read").outputs == ("read", "read:1", "read:2")
    assert model.graph.weights()["read.input.0"] == Shape(24, 8)
    assert model.graph.sizes({"frames": (2, 3, 3, 4, 5), "facts": (2, 5)}) == {"n": 2, "t": 3, "h": 4, "w": 5}
    with pytest.raises(ModelError, match="the input 'facts' expects"):
        model.graph.sizes({"frames": (2, 3, 3, 4, 5), "facts": (1, 5)})
    with pytest.raises(ModelError, match=r"'facts' of shape .* is missing"):
        model.graph.sizes({"frames": (2, 3, 3, 4, 5)})


def test_a_graph_that_goes_on_does_not_change_its_model() -> None:
    graph = Graph()
    x = graph.input("n d", name="x")
    y = graph.add(ops.Linear(3), x)
    model = Model(graph, outputs=[y])
    text = model.to_json()
    graph.add(ops.Linear(4), y)
    assert model.to_json() == text
    assert len(model.graph.nodes) == 1


def test_weights_and_states_are_named_by_layer() -> None:
    model = Model("n 3 h w", [ops.Conv2d(8, 3), ops.BatchNorm2d()])
    assert model.graph.weights() == {
        "conv1.kernel": Shape(8, 3, 3, 3),
        "conv1.bias": Shape(8),
        "norm1.scale": Shape(8),
        "norm1.shift": Shape(8),
    }
    assert model.graph.states() == {"norm1.mean": Shape(8), "norm1.variance": Shape(8)}


def test_bound_operators_know_the_sizes_of_their_weights() -> None:
    model = Model("n t c h w", [ops.TimeDistributed([ops.Conv2d(8, 3), bridge.flatten()]), ops.LSTM(4)])
    assert model.graph.needed_dims() == {"c": ("conv1",), "h": ("lstm1",), "w": ("lstm1",)}
    bound = model.bound({"c": 3, "h": 6, "w": 7})
    assert bound.node("conv1").op == ops.TimeDistributed(ops.Conv2d(8, 3, channels=3))
    assert bound.node("lstm1").op == ops.LSTM(4, input_size=8 * 4 * 5)
    assert model.graph.node("lstm1").op == ops.LSTM(4)


def test_whole_numbers_are_moved_and_looked_up() -> None:
    model = Model("n t:int", [ops.Permute((1, 0)), ops.Permute((1, 0)), ops.Embedding(9, 4), ops.LSTM(3)])
    assert model.graph.dtypes["permute2"] == "int"
    assert model.graph.dtypes["embedding1"] == "float"


def test_lists_and_numpys_numbers_make_equal_models() -> None:
    import numpy

    one = Model("n 3 h w", [ops.Conv2d(8, (3, 3), padding=((0, 1), (2, 3)))])
    other = Model("n 3 h w", [ops.Conv2d(numpy.int64(8), [3, 3], padding=[[0, 1], [2, 3]])])
    assert one == other
    assert hash(one) == hash(other)
    assert one != Model("n 3 h w", [ops.Conv2d(8, 3, padding=((0, 1), (2, 3)))])


def test_models_and_nodes_are_frozen() -> None:
    with pytest.raises(AttributeError):
        VIDEO.graph = Graph()
    with pytest.raises(AttributeError):
        VIDEO.graph.nodes[0].name = "other"
    with pytest.raises(AttributeError):
        ops.Residual([ops.ReLU()]).join = "add"


def test_every_operator_of_the_vocabulary_has_a_public_name() -> None:
    for operator in VOCABULARY:
        assert getattr(ops, operator.__name__) is operator
    for name in ops.__all__:
        assert getattr(ops, name).__doc__
    with pytest.raises(AttributeError, match="has no operator 'Conv9d'"):
        _ = ops.Conv9d  # type: ignore[attr-defined]


def test_importing_the_package_loads_no_operator() -> None:
    code = (
        "import sys, shapecheck\n"
        "loaded = [name for name in sys.modules if name.startswith('shapecheck.')]\n"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert {"Graph", "Model", "bridge", "ops"} <= set(dir(shapecheck))
