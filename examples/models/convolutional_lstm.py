"""A convolutional LSTM: the state is a map, so nothing is flattened between space and time."""

from shapecheck import Model, ops

maps = Model("n t 1 h w", [ops.ConvLSTM2d(16, 3, padding="same")])
next_frame = Model(
    "n t 1 h w",
    [
        ops.ConvLSTM2d(16, 5, padding="same"),
        ops.ConvLSTM2d(8, 3, padding="same", sequences=False),
        ops.Conv2d(1, 1),
    ],
)

if __name__ == "__main__":
    print(next_frame)
