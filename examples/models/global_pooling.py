"""Global pooling: one number a channel, where in the picture a feature sits no longer matters."""

from shapecheck import Model, bridge, ops

image = Model(
    "n 3 h w",
    [
        ops.Conv2d(32, 3),
        ops.ReLU(),
        bridge.global_average(),  # n c h w -> n c
        bridge.single_step(),  # n d -> n 1 d
        ops.LSTM(64),
        ops.LastStep(),
    ],
)
channel_steps = Model(
    "n 3 h w",
    [
        ops.Conv2d(32, 3),
        ops.ReLU(),
        bridge.global_max(),
        bridge.channels(),  # n c -> n c 1
        ops.LSTM(64),
        ops.LastStep(),
    ],
)
video = Model(
    "n t 3 h w",
    [
        ops.TimeDistributed([ops.Conv2d(24, 3), ops.ReLU()]),
        ops.Parallel([bridge.global_average()], [bridge.global_max()], axis=-1),  # n t (c + c)
        ops.LSTM(64),
        ops.LastStep(),
    ],
)

if __name__ == "__main__":
    print(video)
