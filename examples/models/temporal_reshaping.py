"""Time that is there from the start: frames of a video, windows of one long recording."""

from shapecheck import Model, bridge, ops

video = Model(
    "n t 3 h w",
    [
        ops.TimeDistributed([ops.Conv2d(32, 3), ops.ReLU(), ops.AdaptiveAvgPool2d(1), ops.Flatten(1)]),
        ops.LSTM(64),
    ],
)
windows = Model(
    "n 2 length",
    [
        bridge("n c (t l) -> n t c l", l=100),
        ops.TimeDistributed([ops.Conv1d(16, 9, stride=2), ops.ReLU(), ops.GlobalAvgPool1d()]),
        ops.LSTM(32),
    ],
)

if __name__ == "__main__":
    print(windows)
