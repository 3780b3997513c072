"""One step a channel: each feature map, flattened, is a step; its pixels are the step's features."""

from shapecheck import Model, bridge, ops

image = Model(
    "n 1 28 28",
    [
        ops.Conv2d(32, 5, stride=2),
        ops.ReLU(),
        bridge.channels(),  # n c h w -> n c (h w)
        ops.LSTM(96, bidirectional=True),
        ops.MeanOverTime(),
        ops.Linear(10),
    ],
)

if __name__ == "__main__":
    print(image)
