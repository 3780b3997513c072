"""An LSTM over time at every location: each place of the picture has its own history."""

from shapecheck import Model, bridge, ops

land_use = Model(
    "n t 4 h w",
    [
        ops.TimeDistributed([ops.Conv2d(12, 3, padding=1), ops.ReLU()]),
        bridge.per_location([ops.LSTM(20), ops.LastStep()]),  # n t c h w -> (n h w) t c, and back
        ops.Conv2d(6, 1),
    ],
)

if __name__ == "__main__":
    print(land_use)
