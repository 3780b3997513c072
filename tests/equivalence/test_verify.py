"""`verify`: what it compares, at which sizes, what it reports and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from shapecheck import Graph, Model, bridge, ops, verify
from shapecheck.backend import BackendError
from shapecheck.equivalence import verifying
from shapecheck.equivalence.measuring import measure
from shapecheck.equivalence.sizes import cases, needed_sizes
from shapecheck.model.errors import ModelError
from tests.equivalence.faulty import Faulty

SMALL = Model(
    "n t 3 h w",
    [
        ops.TimeDistributed([("stem", ops.Conv2d(4, 3, stride=2)), ("norm", ops.BatchNorm2d())]),
        bridge.flatten(),
        ("memory", ops.LSTM(5)),
        ("last", ops.LastStep()),
    ],
)


@pytest.fixture(scope="module")
def report() -> Any:
    return verify(SMALL, ["torch"], {"n": 2, "t": 5}, gradients=True)


def test_a_report_has_every_node_with_its_error_and_what_is_allowed(report: Any) -> None:
    assert report.ok and bool(report)
    assert [node.name for node in report.nodes] == ["stem", "norm", "flatten1", "memory", "last"]
    assert report.nodes[0].max_abs_error <= report.nodes[0].allowed
    assert all(node.ok and "torch" in node.local and "torch" in node.end_to_end for node in report.nodes)
    text = str(report)
    for words in ("stem", "Conv2d, each step", "came back exactly", "gradients:", "agree: "):
        assert words in text


def test_edges_of_what_the_model_admits_are_tried(report: Any) -> None:
    tried = {(case.name, training) for case, training in report.cases}
    assert {("n = 1", False), ("t = 1", False), ("the smallest sizes", False)} <= tried
    assert ("ordinary sizes", True) in tried
    ordinary = next(case for case, _ in report.cases if case.name == "ordinary sizes")
    assert (ordinary.sizes["n"], ordinary.sizes["t"]) == (2, 5)


def test_the_smallest_height_is_the_one_that_the_requirements_give() -> None:
    graph = Model("n 3 h w", [ops.Conv2d(4, 4), ops.MaxPool2d(2), ops.GlobalAvgPool2d()]).graph
    found = {case.name: case.sizes for case in cases(graph, {}, [0], edges=True)}
    assert found["h = 5"]["h"] == 5 and found["the smallest sizes"] == {"n": 1, "h": 5, "w": 5}
    ordinary = found["ordinary sizes"]
    assert len(set(ordinary.values()) | {3}) == 4  # no axis has the size of another


def test_sizes_that_weights_depend_on_are_chosen_where_they_lack() -> None:
    assert set(needed_sizes(SMALL.graph, {})) == {"h", "w"}
    assert needed_sizes(SMALL.graph, {"h": 9, "w": 7}) == {}


def test_every_weight_says_what_would_have_been_noticed(report: Any) -> None:
    assert {weight.name for weight in report.weights} == {
        *(f"stem.{name}" for name in ("kernel", "bias")),
        *(f"norm.{name}" for name in ("scale", "shift", "mean", "variance")),
        *(f"memory.{name}.0" for name in ("input", "recurrent", "bias")),
    }
    assert all(0 < weight.noticed < 1e-3 for weight in report.weights)
    assert not report.unnoticed


def test_what_was_said_to_be_noticed_is_noticed(report: Any) -> None:
    """Each weight, wrong by twice what the report says, is found at its own node."""
    for weight in report.weights:

        def wrong(
            weights: dict[str, np.ndarray], name: str = weight.name, size: float = weight.noticed
        ) -> dict[str, np.ndarray]:
            signs = np.random.default_rng((0, 4)).choice([-1.0, 1.0], weights[name].shape)
            return {**weights, name: weights[name] * (1 + 4 * size * signs)}

        found = verify(SMALL, [Faulty(weights=wrong)], {"n": 2, "t": 5}, edges=False, sensitivity=False)  # type: ignore[list-item]
        assert found.first is not None, weight
        assert found.first.node == weight.name.partition(".")[0]


def test_a_weight_that_nothing_depends_on_is_said() -> None:
    graph = Graph()
    x = graph.input("n t 6", name="x")
    model = Model.of(graph, graph.add(ops.MultiheadAttention(6, 2, scores="none"), x, x, x, name="mix"))
    report = verify(model, ["torch"], edges=False)
    # Softmax does not see what is added to all scores of a query.
    assert [weight.name for weight in report.unnoticed] == ["mix.key.bias"]
    assert "NOT NOTICEABLE: mix.key.bias: nothing that its layer gives depends on it" in str(report)


def test_json_has_the_documented_keys(report: Any) -> None:
    found = json.loads(json.dumps(report.to_json()))
    assert set(found) == {
        *("version", "ok", "model", "backends", "left_out", "device", "dtype", "cases", "nodes", "weights"),
        *("gradients", "failures", "first", "notes", "seconds"),
    }
    assert set(found["nodes"][0]) == {
        *("name", "operator", "shape", "ok", "max_abs_error", "allowed", "backends"),
    }
    assert set(found["nodes"][0]["backends"]["torch"]["local"]) == {"largest", "error", "allowed", "ok"}
    assert found["version"] == 1 and found["ok"] is True and found["first"] is None


def test_weights_that_do_not_come_back_are_a_failure() -> None:
    class Forgetful(Faulty):
        def get_weights(self, network: Any) -> dict[str, np.ndarray]:
            found = super().get_weights(network)
            return {**found, "memory.bias.0": 0 * found["memory.bias.0"]}

    first = verify(SMALL, [Forgetful()], seeds=1, edges=False).first  # type: ignore[list-item]
    assert first is not None
    assert (first.kind, first.node, first.cause) == ("transfer", "memory", "it is zero")
    assert first.sentence == "memory.bias.0 did not come back from torch as it was set"


def test_a_node_that_is_right_but_given_something_else_is_told_apart() -> None:
    class Miswired(Faulty):
        def run(self, network: Any, inputs: Any, *, training: bool = False) -> Any:
            return super().run(network, {"x": inputs["x"][..., ::-1].copy()}, training=training)

    first = verify(SMALL, [Miswired()], seeds=1, edges=False).first  # type: ignore[list-item]
    assert first is not None
    assert (first.kind, first.node) == ("whole", "stem")
    assert "is right by itself, but off by" in first.sentence
    assert first.cause == "it is given something else than its input in the graph"


def test_what_a_backend_raises_is_a_finding_with_its_words() -> None:
    class Broken(Faulty):
        def apply(self, network: Any, node: str, inputs: Any, *, training: bool = False) -> Any:
            if node == "memory":
                raise RuntimeError("out of\nluck")
            return super().apply(network, node, inputs, training=training)

        def run(self, network: Any, inputs: Any, *, training: bool = False) -> Any:
            return self.inner.run(network, inputs, training=training)

    first = verify(SMALL, [Broken()], seeds=1, edges=False).first  # type: ignore[list-item]
    assert first is not None
    assert first.node == "memory"
    assert first.sentence == "torch raised RuntimeError at 'memory' (LSTM): out of luck"


def test_a_wrong_shape_is_a_finding() -> None:
    fault = Faulty(result=lambda node, value: value[:, :-1] if node == "memory" else value)
    first = verify(SMALL, [fault], seeds=1, edges=False).first  # type: ignore[list-item]
    assert first is not None
    assert (first.kind, first.node) == ("shape", "memory")
    assert "gives the shape" in first.sentence


def test_a_wrong_gradient_is_a_finding() -> None:
    class Steep(Faulty):
        def gradients(self, network: Any, inputs: Any, cotangents: Any) -> Any:
            by_inputs, by_weights = self.inner.gradients(network, inputs, cotangents)
            return by_inputs, {**by_weights, "stem.kernel": (1 + 1e-6) * by_weights["stem.kernel"]}

    found = verify(SMALL, [Steep()], seeds=1, edges=False, gradients=True)  # type: ignore[list-item]
    assert found.first is not None
    assert (found.first.kind, found.first.node) == ("gradient", "stem")
    assert "the gradient by the weight 'stem.kernel' on torch is off by" in found.first.sentence


@pytest.mark.parametrize("dtype", ["float64", "bfloat16", "float16"])
def test_other_arithmetics_have_their_own_bounds(dtype: str) -> None:
    found = verify(SMALL, ["torch"], dtype=dtype, seeds=1)
    assert found.ok, str(found)
    assert found.nodes[0].max_abs_error > 0


def test_a_backend_that_needs_sizes_is_built_for_each_of_them() -> None:
    model = Model("n 3 h w", [ops.AvgPool2d(2, padding="same", count_padding=False)])
    found = verify(model, ["keras"], seeds=1)
    assert found.ok, str(found)
    assert len({case.sizes["h"] for case, _ in found.cases}) > 1


def test_random_layers_are_not_compared_in_training() -> None:
    model = Model("n 6", [ops.BatchNorm(), ("drop", ops.Dropout(0.5))])
    found = verify(model, ["torch"], seeds=1)
    assert found.ok and not any(training for _, training in found.cases)
    assert any("drop draws random numbers" in note for note in found.notes)


def test_a_norm_of_one_number_is_left_out_and_said() -> None:
    model = Model("n 4 h w", [("norm", ops.GroupNorm(4))])
    found = verify(model, ["torch"], seeds=1)
    assert found.ok
    assert any("norm would take the variance of a single number" in note for note in found.notes)


def test_the_reference_alone_is_nothing_to_compare() -> None:
    with pytest.raises(BackendError, match="numpy is the reference: name a backend to compare with it"):
        verify(SMALL, ["numpy"])


def test_backends_that_are_not_installed_are_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    load = verifying.load

    def without_keras(name: str) -> Any:
        if name == "keras":
            raise BackendError("the backend 'keras' needs keras: pip install 'shapecheck-ml[keras]'")
        return load(name)

    monkeypatch.setattr(verifying, "load", without_keras)
    found = verify(SMALL, seeds=1, edges=False)
    assert found.backends == ("torch", "numpy")
    assert "left out: the backend 'keras' needs keras: pip install 'shapecheck-ml[keras]'" in str(found)
    with pytest.raises(BackendError, match="needs keras"):
        verify(SMALL, ["torch", "keras"])


def test_dims_that_are_none_of_the_models_are_refused() -> None:
    with pytest.raises(ModelError, match="the model has no symbol 'q'; its symbols are n, t, h, w"):
        verify(SMALL, ["torch"], {"q": 2})
    with pytest.raises(ModelError, match="no sizes were found that meet h >= 3 and w >= 3 with h = 1"):
        verify(SMALL, ["torch"], {"h": 1})
    with pytest.raises(BackendError, match="not in 'int8'"):
        verify(SMALL, ["torch"], dtype="int8")


def test_progress_is_told() -> None:
    told: list[str] = []
    verify(SMALL, ["torch"], seeds=1, edges=False, progress=told.append)
    assert told[0] == "building on torch"
    assert "seed 0: ordinary sizes, training" in told


def test_what_only_moves_numbers_must_give_the_very_same_ones() -> None:
    same = np.ones(3)
    assert measure(same, same, np.zeros(3), 1e-7, "float32").ok
    assert not measure(same + 1e-12, same, np.zeros(3), 1e-7, "float32").ok
    assert not measure(np.array([np.nan]), np.ones(1), np.ones(1), 1e-7, "float32").ok
    assert measure(np.array([-np.inf]), np.array([-np.inf]), np.zeros(1), 1e-7, "float32").ok
