"""A 1-D convolution between the feature map and the LSTM, sliding over the flattened positions."""

from shapecheck import Model, bridge, ops

image = Model(
    "n 3 h w",
    [
        ops.Conv2d(64, 3, padding=1),
        ops.ReLU(),
        ops.MaxPool2d(2),
        bridge.conv1d(48, 3, padding=1),  # n c h w -> n c (h w), a convolution, n (h w) c
        ops.ReLU(),
        ops.LSTM(128, layers=2),
        ops.LastStep(),
        ops.Linear(10),
    ],
)

if __name__ == "__main__":
    print(image)
