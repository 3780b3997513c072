"""Wrong models and wrong uses: each refused by one clear message that says where, what and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from shapecheck import Graph, Model, bridge, ops
from shapecheck.algebra import PatternError
from shapecheck.backend import BackendError
from shapecheck.model.errors import ModelError

VIDEO = [ops.TimeDistributed([ops.Conv2d(8, 3), bridge.flatten()])]


def two_graphs() -> Any:
    first, second = Graph(), Graph()
    return second.add(ops.LSTM(4), first.input("n t d")) if second.input("n t d") else None


def of_graph(*outputs: str) -> Callable[[], Any]:
    def build() -> Model:
        graph = Graph()
        graph.add(ops.Linear(4), graph.input("n d", name="x"), name="first")
        graph.add(ops.Linear(4), "x", name="second")
        return Model.of(graph, *outputs)

    return build


def states() -> Any:
    graph = Graph()
    return graph.add(ops.Linear(4), graph.add(ops.LSTM(4, return_states=True), graph.input("n t d")))


# each: what is tried, the message (a prefix of it, "…" for anything), the help
CASES: dict[str, tuple[Callable[[], Any], str, str]] = {
    "a map where a sequence is read": (
        lambda: Model("n 3 h w", [ops.Conv2d(8, 3), ops.LSTM(4)]),
        "layers[1] 'lstm1' (LSTM): LSTM expects 3 axes, got 4 in (n, 8, h-2, w-2), from 'conv1' of shape (n, 8,…",
        "put a bridge before it that makes steps of the map: bridge.columns(), rows(), positions() or channels()",
    ),
    "a video of maps where a sequence is read": (
        lambda: Model("n t 3 h w", [ops.LSTM(4)]),
        "layers[0] 'lstm1' (LSTM): LSTM expects 3 axes, got 5 in (n, t, 3, h, w)…",
        "put bridge.flatten() before it, which makes the features of one step of each map",
    ),
    "a vector where a sequence is read": (
        lambda: Model("n d", [ops.GRU(4)]),
        "layers[0] 'gru1' (GRU): GRU expects 3 axes, got 2 in (n, d)…",
        "put bridge.single_step() before it, which makes one step of the features",
    ),
    "a video into an image's convolution": (
        lambda: Model("n t 3 h w", [("stem", ops.Conv2d(8, 3))]),
        "layers[0] 'stem' (Conv2d): Conv2d expects 4 axes, got 5 in (n, t, 3, h, w)…",
        "wrap it in ops.TimeDistributed([...]), which applies it to every step of axis 1",
    ),
    "steps where there are none": (
        lambda: Model("n 3 h w", [ops.TimeDistributed(ops.Conv2d(8, 3))]),
        "layers[0].inner 'conv1' (TimeDistributed): Conv2d expects 4 axes, got 3 in (n, h, w)…",
        "leave ops.TimeDistributed out: Conv2d takes (n, 3, h, w) as it is",
    ),
    "a video into an image's normalisation": (
        lambda: Model("n t 3 h w", [ops.BatchNorm2d()]),
        "layers[0] 'norm1' (BatchNorm2d): BatchNorm2d expects 4 axes, got 5 in (n, t, 3, h, w)…",
        "wrap it in ops.TimeDistributed([...]), which applies it to every step of axis 1",
    ),
    "a map into a signal's convolution": (
        lambda: Model("n 3 h w", [ops.Conv1d(4, 3)]),
        "layers[0] 'conv1' (Conv1d): Conv1d expects 3 axes, got 4 in (n, 3, h, w)…",
        "",
    ),
    "a recurrence at each step": (
        lambda: Model("n t d", [ops.TimeDistributed([ops.LSTM(4)])]),
        "layers[0].inner[0] 'lstm1' (TimeDistributed): LSTM expects 3 axes, got 2 in (n, d)…",
        "leave ops.TimeDistributed out: LSTM takes (n, t, d) as it is",
    ),
    "features that were declared otherwise": (
        lambda: Model("n t 3 8 8", [bridge.flatten(), ops.LSTM(4, input_size=100)]),
        "layers[1] 'lstm1' (LSTM): LSTM expects 100 input features, got 192, from 'flatten1' of shape (n, t, 192)",
        "input_size=192 matches what arrives, and leaving it out always does",
    ),
    "features that a constraint excludes": (
        lambda: Model("n t 3 h w | h>=20", [bridge.flatten(), ops.LSTM(4, input_size=27)]),
        "layers[1] 'lstm1' (LSTM): LSTM expects 27 input features, got 3*h*w, from 'flatten1' of shape (n, t, 3*h*w); "
        "no sizes meet all requirements: h >= 20 (the input 'x') and 3*h*w = 27 ('lstm1')",
        "leave input_size out: it is then what arrives, 3*h*w",
    ),
    "requirements that exclude each other": (
        lambda: Model(
            "n c h w",
            [
                ops.Parallel(
                    [bridge.columns(), ops.LSTM(4, input_size=48)],
                    [ops.Conv2d(4, 3, channels=7), bridge.rows()],
                )
            ],
        ),
        "layers[0].branches[1][0] 'conv1' (Conv2d): no sizes meet all requirements: "
        "c*h = 48 ('lstm1') and c = 7 ('conv1')",
        "",
    ),
    "a kernel that does not fit": (
        lambda: Model("n 3 4 w", [ops.Conv2d(8, 5)]),
        "layers[0] 'conv1' (Conv2d): Conv2d's kernel of 5 does not fit in height 4…",
        'padding="same" always fits, a smaller kernel or stride before it leaves more room',
    ),
    "channels that change in a residual block": (
        lambda: Model("n 3 h w", [ops.Residual([ops.Conv2d(16, 3, padding=1)])]),
        "layers[0] 'add1' (add): cannot add 'conv1' of shape (n, 16, h, w) and 'x' of shape (n, 3, h, w): "
        "16 = 3 never holds",
        "give it shortcut=ops.Conv2d(16, 1)",
    ),
    "features that change in a residual block": (
        lambda: Model("n t 3", [ops.Residual([ops.LSTM(5)])]),
        "layers[0] 'add1' (add): cannot add 'lstm1' of shape (n, t, 5)…",
        "give it shortcut=ops.Linear(5)",
    ),
    "a map that shrinks in a residual block": (
        lambda: Model("n 3 h w", [ops.Residual([ops.Conv2d(3, 3)])]),
        "layers[0] 'add1' (add): cannot add…h-2 = h never holds",
        "",
    ),
    "no layers": (lambda: Model("n d", []), "a model needs a layer: Model(pattern, [layer, …])", ""),
    "an empty list in a list": (lambda: Model("n d", [[]]), "a model needs a layer", ""),
    "a layer that gives nothing": (
        lambda: Model("n d", [ops.Linear(0)]),
        "layers[0] 'linear1' (Linear): nothing comes out: its shape is (n, 0)",
        "",
    ),
    "time before the batch": (
        lambda: Model("n t d", [ops.LSTM(4, batch_first=False)]),
        "layers[0]: LSTM does not know the batch_first False; it knows True",
        "",
    ),
    "an axis for several": (
        lambda: Model("n t d", [ops.Reduce("mean", axes=1)]),
        "layers[0]: Reduce's axes are a tuple of whole numbers, as in (1,), got 1",
        "",
    ),
    "attention in a list": (
        lambda: Model("n t 8", [ops.MultiheadAttention(8, 2)]),
        "layers[0] 'attention1' (MultiheadAttention): it takes 3 or 4 or 5 inputs, got 1",
        "a list passes one tensor on: build the model with a Graph",
    ),
    "a bridge without a pattern": (
        lambda: bridge(3),  # type: ignore[arg-type]
        "a bridge is described by a pattern, got 3",
        "",
    ),
    "a lone layer": (lambda: Model("n d", ops.ReLU()), "a model needs a layer…", ""),  # type: ignore[arg-type]
    "a function for a layer": (
        lambda: Model("n d", [ops.ReLU]),
        "layers[0]: ReLU is no layer before it is called",
        "write ReLU()",
    ),
    "a class for a layer": (
        lambda: Model("n d", [ops.Linear(2), ops.Softmax]),
        "layers[1]: Softmax is no layer before it is called",
        "write Softmax()",
    ),
    "a text for a layer": (
        lambda: Model("n d", ["relu"]),
        "layers[0]: 'relu' is no layer",
        "a layer is an operator, a bridge or a list",
    ),
    "a name twice": (
        lambda: Model("n d", [("a", ops.ReLU()), ("a", ops.ReLU())]),
        "layers[1]: the name 'a' is taken: every input and layer has its own",
        "",
    ),
    "a name that is none": (
        lambda: Model("n d", [("my layer", ops.ReLU())]),
        "layers[0]: 'my layer' cannot name a layer…",
        "",
    ),
    "a size that is none": (
        lambda: Model("n d", [ops.Linear(4.5)]),
        "layers[0]: Linear's units is a whole number, got 4.5",
        "",
    ),
    "a size below its bound": (
        lambda: Model("n t d", [ops.LSTM(0)]),
        "layers[0] 'lstm1' (LSTM): LSTM needs hidden of at least 1, got 0…",
        "",
    ),
    "a misspelt activation": (
        lambda: Model("n d", [ops.Activation("rleu")]),
        "layers[0]: Activation does not know the name 'rleu'; it knows relu, …",
        "",
    ),
    "a misspelt join": (
        lambda: Model("n d", [ops.Parallel([], [ops.ReLU()], join="plus")]),
        "layers[0]: branches cannot be joined by 'plus'; they can by add, …",
        "",
    ),
    "one branch": (
        lambda: Model("n d", [ops.Parallel([ops.ReLU()])]),
        "layers[0]: Parallel needs two branches or more",
        "",
    ),
    "states in a list": (
        lambda: Model("n t d", [ops.LSTM(4, return_states=True)]),
        "layers[0] 'lstm1': a list passes one tensor on, LSTM gives several",
        "leave its states or indices out, or build the model with a Graph",
    ),
    "floats to look up": (
        lambda: Model("n t", [ops.Embedding(10, 4)]),
        "layers[0] 'embedding1': Embedding looks up whole numbers, 'x' holds floats",
        'declare the input with its dtype, as in "n t:int"',
    ),
    "whole numbers to multiply": (
        lambda: Model("n d:int", [ops.Linear(10)]),
        "layers[0] 'linear1': Linear works on floats, 'x' holds whole numbers",
        "put ops.Embedding(count, units) before it",
    ),
    "a bridge for another rank": (
        lambda: Model("n t d", [bridge.columns()]),
        "layers[0]: bridge.columns expects 4 (n c h w) axes, got 3 in (n, t, d)",
        "",
    ),
    "a symbol that weights need": (
        lambda: Model("n t 3 h w", [*VIDEO, ops.LSTM(4)]).build("numpy"),
        "the shapes of weights depend on h (for 'lstm1') and on w (for 'lstm1')",
        'build(dims={"h": …, "w": …})',
    ),
    "a symbol that is none": (
        lambda: Model("n d", [ops.ReLU()]).build(dims={"q": 1}),
        "the model has no symbol 'q'; its symbols are n, d",
        "",
    ),
    "a number that is none": (
        lambda: Model("n d", [ops.ReLU()]).shapes(n=2.5),
        "n is a whole number, got 2.5",
        "",
    ),
    "a number below 1": (lambda: Model("n d", [ops.ReLU()]).shapes(n=0), "n is at least 1, got 0", ""),
    "a number that a layer refuses": (
        lambda: Model("n 3 h w", [ops.Conv2d(8, 5)]).shapes(h=4),
        "'conv1' (Conv2d): Conv2d's kernel of 5 does not fit in height 4…",
        'padding="same" always fits, a smaller kernel or stride before it leaves more room',
    ),
    "a number that a constraint refuses": (
        lambda: Model("n d | d%4==0", [ops.ReLU()]).shapes(d=6),
        "the input 'x' demands…",
        "",
    ),
    "an open axis": (
        lambda: Model("n ... d", [ops.ReLU()]),
        "an input says the name or size of each of its axes, ... in 'n ... d' stands for any number of axes",
        "",
    ),
    "a dtype that is none": (
        lambda: Model("n d:bool", [ops.ReLU()]),
        "an input holds floats or whole numbers, 'n d:bool' says bool",
        "",
    ),
    "no pattern": (
        lambda: Model(3, [ops.ReLU()]),  # type: ignore[arg-type]
        "a Model starts with the pattern of its input or with a Graph, got 3",
        "",
    ),
    "a reference of another graph": (two_graphs, "the reference 'x' belongs to another graph", ""),
    "an output that is not there": (
        of_graph("third"),
        "there is no tensor 'third' in the graph; there are…",
        "",
    ),
    "a layer that leads nowhere": (
        of_graph("first"),
        "the layer 'second' leads to no output of the model",
        "",
    ),
    "an output twice": (of_graph("first", "first"), "an output stands there twice in first, first", ""),
    "no outputs": (of_graph(), "a model needs an output", ""),
    "several tensors for one": (states, "'lstm1', 'lstm1:1', 'lstm1:2' are several tensors…", ""),
    "too many inputs": (
        lambda: (graph := Graph()).add(ops.Linear(4), *[graph.input("n d")] * 2),
        "'linear1' (Linear): it takes 1 input, got 2",
        "",
    ),
    "a step within a step": (
        lambda: Model("n t s d", [ops.TimeDistributed([ops.TimeDistributed(ops.Linear(2))])]),
        "layers[0].inner[0]: TimeDistributed cannot stand in TimeDistributed",
        "",
    ),
    "an order of other axes": (
        lambda: bridge.positions(order="h c"),
        "an order names h and w, outermost first, got 'h c'",
        "",
    ),
    "an unknown reduction": (
        lambda: bridge("n c h w -> n c", reduce="median"),
        "a bridge cannot reduce by 'median'; it can by mean, sum, max, min",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_said(case: str) -> None:
    attempt, message, help = CASES[case]
    with pytest.raises(ModelError) as caught:
        attempt()
    said = str(caught.value).split("\nhelp: ")
    pattern = ".*".join(map(re.escape, message.split("…")))
    assert re.fullmatch(pattern, said[0], flags=re.DOTALL), said[0]
    assert said[1:] == ([help] if help else [])
    assert caught.value.help == help


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: Model("n 3 [h w", [ops.ReLU()]), "'[' has no meaning here\n  n 3 [h w\n      ^"),
        (
            lambda: bridge("n c h w -> n (c h"),
            "a parenthesis is not closed\n  n c h w -> n (c h\n               ^",
        ),
        (
            lambda: bridge("n c h w -> n (c h)"),
            "'w' is on the left side only\n  n c h w -> n (c h)\n        ^\nhint: an axis",
        ),
        (lambda: bridge("n c h w"), "it needs one '->'\n  n c h w\n         ^\nhint: a bridge says"),
        (lambda: bridge("n (h w) -> n h w k"), "'k' is on the right side only\n  n (h w) -> n h w k\n"),
    ],
)
def test_patterns_are_refused_with_a_caret(attempt: Callable[[], Any], message: str) -> None:
    with pytest.raises(PatternError) as caught:
        attempt()
    assert str(caught.value).startswith(message)


def test_a_misspelt_attribute_is_named() -> None:
    with pytest.raises(
        TypeError, match="Conv2d has no attribute kernel_size; it has filters, kernel, stride"
    ):
        ops.Conv2d(8, kernel_size=3)


def test_an_arrow_in_an_input_is_refused() -> None:
    with pytest.raises(PatternError, match="hint: what comes out follows from the layers"):
        Model("n d -> n k", [ops.Linear(3)])


def test_a_backend_that_is_not_there_is_named() -> None:
    with pytest.raises(BackendError, match="there is no backend 'mxnet'; installed are"):
        Model("n d", [ops.Linear(2)]).build("mxnet", dims={"d": 3})


def test_a_refused_layer_leaves_the_graph_as_it_was() -> None:
    graph = Graph()
    x = graph.input("n 3 h w")
    before = (dict(graph.shapes), graph.nodes, graph.requires)
    with pytest.raises(ModelError):
        graph.add(ops.Conv2d(8, 3, channels=4), x)
    assert (dict(graph.shapes), graph.nodes, graph.requires) == before


def test_errors_carry_their_parts() -> None:
    with pytest.raises(ModelError) as caught:
        Model("n t 3 8 8", [bridge.flatten(), ops.LSTM(4, input_size=100)])
    error = caught.value
    assert (error.code, error.node, error.place) == ("SHP101", "lstm1", "layers[1] 'lstm1' (LSTM)")
