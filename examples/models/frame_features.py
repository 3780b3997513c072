"""One step a frame: a convolution looks at each frame, an LSTM at the sequence of flattened maps."""

from shapecheck import Model, bridge, ops

plain = Model(
    "n t 3 64 64",
    [
        ops.TimeDistributed([ops.Conv2d(16, 3, padding=1), ops.ReLU()]),
        bridge.flatten(),  # n t c h w -> n t (c h w)
        ops.LSTM(64),
        ops.LastStep(),
        ops.Linear(1),
    ],
)
pooled = Model(
    "n t 3 64 64",
    [
        ops.TimeDistributed([ops.Conv2d(16, 3, padding=1), ops.ReLU(), ops.MaxPool2d(2)]),
        bridge.flatten(),
        ops.LSTM(64),
        ops.LastStep(),
        ops.Linear(1),
    ],
)
deep = Model(
    "n t 3 64 64",
    [
        ops.TimeDistributed(
            [
                *(ops.Conv2d(16, 3, padding=1), ops.ReLU(), ops.MaxPool2d(2)),
                *(ops.Conv2d(32, 3, padding=1), ops.ReLU(), ops.MaxPool2d(2)),
            ]
        ),
        bridge.flatten(),
        ops.LSTM(64),
        ops.LastStep(),
        ops.Linear(1),
    ],
)

if __name__ == "__main__":
    print(pooled)
