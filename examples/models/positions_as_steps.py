"""One step a place: the LSTM walks over the positions of a feature map and reads their channels."""

from shapecheck import Model, bridge, ops

image = Model(
    "n 3 h w",
    [
        ops.Conv2d(64, 3, padding=1),
        ops.ReLU(),
        ops.MaxPool2d(2),
        bridge.positions(),  # n c h w -> n (h w) c
        ops.LSTM(128, layers=2),
        ops.LastStep(),
        ops.Linear(10),
    ],
)

if __name__ == "__main__":
    print(image)
