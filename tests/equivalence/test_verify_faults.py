"""Every planted fault is caught, at the right layer, with the right cause."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shapecheck import Model, bridge, ops, verify
from tests.equivalence.faulty import Faulty

VIDEO = Model(
    "n t 3 8 8",
    [
        ("stem", ops.TimeDistributed(ops.Conv2d(4, 3, stride=2, padding="same"))),
        ("norm", ops.TimeDistributed(ops.BatchNorm2d())),
        ("relu", ops.TimeDistributed(ops.Activation("relu"))),
        ("flat", bridge.flatten()),
        ("memory", ops.LSTM(5)),
        ("last", ops.LastStep()),
        ("head", ops.Linear(5)),
    ],
)


def verified(model: Model, fault: Faulty, **options: Any) -> Any:
    return verify(model, [fault], seeds=1, edges=False, sensitivity=False, **options)  # type: ignore[list-item]


def swapped(first: int, second: int, gates: int, node: str) -> Any:
    """The weights of a recurrence with two gates exchanged."""
    order = list(range(gates))
    order[first], order[second] = order[second], order[first]

    def change(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {
            name: value.reshape(gates, -1, *value.shape[1:])[order].reshape(value.shape)
            if name.startswith(f"{node}.")
            else value
            for name, value in weights.items()
        }

    return change


def without(weight: str) -> Any:
    """The weights with one of them zero."""
    return lambda weights: {**weights, weight: np.zeros_like(weights[weight])}


def replaced(node: str, **changes: Any) -> Any:
    """The operator of one node with other attributes."""

    def change(name: str, op: Any) -> Any:
        if name != node:
            return op
        inner = getattr(op, "inner", None)
        return op.replace(inner=inner.replace(**changes)) if inner is not None else op.replace(**changes)

    return change


@pytest.mark.parametrize(
    ("fault", "node", "cause"),
    [
        ({"weights": swapped(1, 2, 4, "memory")}, "memory", "the gates forget and cell are exchanged"),
        ({"weights": swapped(0, 3, 4, "memory")}, "memory", "the gates input and output are exchanged"),
        ({"weights": without("memory.bias.0")}, "memory", "the bias.0 is dropped"),
        ({"weights": without("stem.bias")}, "stem", "the bias is dropped"),
        ({"weights": without("head.bias")}, "head", "the bias is dropped"),
        ({"weights": without("norm.shift")}, "norm", "the shift is dropped"),
        (
            {"op": replaced("flat", pattern="n t c h w -> n t (h w c)")},
            "flat",
            "the axes are merged as (h w c), not (c h w)",
        ),
        (
            {"op": replaced("stem", padding=((1, 1), (1, 1)))},
            "stem",
            "the padding is symmetric, (1, 1) (1, 1), not (0, 1) (0, 1)",
        ),
        ({"op": replaced("norm", epsilon=1e-3)}, "norm", "epsilon is 0.001, not 1e-05"),
        (
            {"weights": lambda w: {**w, "stem.kernel": w["stem.kernel"].swapaxes(2, 3)}},
            "stem",
            "axes 2 and 3 of the kernel, both of size 3, are exchanged",
        ),
        (
            {"weights": lambda w: {**w, "head.kernel": w["head.kernel"].T}},
            "head",
            "axes 0 and 1 of the kernel, both of size 5, are exchanged",
        ),
        (
            {"weights": lambda w: {**w, "stem.kernel": w["stem.kernel"][..., ::-1, ::-1].copy()}},
            "stem",
            "the kernel is mirrored",
        ),
    ],
)
def test_faults_are_caught_and_located(fault: dict[str, Any], node: str, cause: str) -> None:
    report = verified(VIDEO, Faulty(**fault))
    assert not report.ok
    assert report.first is not None
    assert (report.first.node, report.first.kind) == (node, "values")
    assert report.first.cause == cause
    assert f"likely cause: {cause}" in str(report)
    assert report.first.measured.error > report.first.measured.allowed


def test_padding_at_the_other_end_is_told_from_symmetric_padding() -> None:
    model = Model("n 3 8 8", [("stem", ops.Conv2d(4, 2, padding="same"))])
    report = verified(model, Faulty(op=replaced("stem", padding=((1, 0), (1, 0)))))
    assert report.first.cause == "the padding is at the other end, (1, 0) (1, 0), not (0, 1) (0, 1)"


def test_features_merged_in_another_order_are_seen_at_the_layer_that_reads_them() -> None:
    """A converter that keeps channels last and forgets the columns of the kernel."""
    columns = np.arange(4 * 4 * 4).reshape(4, 4, 4).transpose(1, 2, 0).ravel()
    fault = Faulty(weights=lambda w: {**w, "memory.input.0": w["memory.input.0"][:, columns]})
    report = verified(VIDEO, fault)
    assert report.first.node == "memory"
    assert report.first.cause == "its features were merged in another order of the axes (4, 4, 4)"


def test_a_gated_unit_that_resets_before_the_product_is_recognised() -> None:
    model = Model("n t 6", [("unit", ops.GRU(4))])
    report = verify(model, [ResetBefore()], seeds=1, edges=False)  # type: ignore[list-item]
    assert report.first.node == "unit"
    assert report.first.cause == "the reset gate is applied before the product (reset_after=False)"


class ResetBefore(Faulty):
    """numpy's own GRU with the other formula, under the name of another backend."""

    def __init__(self) -> None:
        super().__init__("numpy", op=replaced("unit", reset_after=False))
        self.name = "other"

    def set_weights(self, network: Any, weights: Any) -> None:
        self._taken = dict(weights)
        fused = {name: value for name, value in weights.items() if "bias" not in name}
        fused["unit.bias.0"] = weights["unit.bias_input.0"] + weights["unit.bias_recurrent.0"]
        self.inner.set_weights(network, fused)


def test_a_fault_of_keras_is_located_beside_a_torch_that_agrees() -> None:
    fault = Faulty("keras", weights=without("norm.shift"))
    report = verify(VIDEO, ["torch", fault], seeds=1, edges=False, sensitivity=False)  # type: ignore[list-item]
    assert report.first is not None
    assert (report.first.backend, report.first.node, report.first.cause) == (
        "keras",
        "norm",
        "the shift is dropped",
    )
    assert report.nodes[1].local["torch"].ok and not report.nodes[1].local["keras"].ok
