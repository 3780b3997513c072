"""Small models that several tests build."""

from __future__ import annotations

from shapecheck import Model, bridge, ops


def video() -> Model:
    """Frames through a convolution, flattened, then an LSTM."""
    return Model(
        "n t 3 8 6",
        [
            ("conv", ops.TimeDistributed(ops.Conv2d(4, 3, padding=1))),
            ("norm", ops.TimeDistributed(ops.BatchNorm2d())),
            ("relu", ops.TimeDistributed(ops.ReLU())),
            ("pool", ops.TimeDistributed(ops.MaxPool2d(2))),
            ("frames", bridge.flatten()),
            ("lstm", ops.LSTM(5)),
            ("last", ops.LastStep()),
            ("head", ops.Linear(2)),
        ],
    )


def frames() -> Model:
    """The same without a recurrence: the mean over time."""
    return Model(
        "n t 3 8 6",
        [
            ("conv", ops.TimeDistributed(ops.Conv2d(4, 3, stride=2, padding="same"))),
            ("norm", ops.TimeDistributed(ops.BatchNorm2d())),
            ("relu", ops.TimeDistributed(ops.ReLU())),
            ("vectors", bridge.flatten()),
            ("mean", ops.MeanOverTime()),
            ("head", ops.Linear(2)),
        ],
    )
