"""Any layers applied to every time step: 28x28 frames, halved once, so 14x14 maps reach the LSTM."""

from shapecheck import Model, bridge, ops

video = Model(
    "n t 3 28 28",
    [
        ops.TimeDistributed([ops.Conv2d(64, 3, padding=1), ops.ReLU(), ops.MaxPool2d(2)]),
        bridge.flatten(),  # n t c h w -> n t (c h w)
        ops.LSTM(128, layers=2),
        ops.LastStep(),
        ops.Linear(10),
    ],
)

if __name__ == "__main__":
    print(video)
