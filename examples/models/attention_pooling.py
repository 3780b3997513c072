"""A weighted mean of the places of each frame, by weights that a learned query gives."""

from shapecheck import Model, bridge, ops

video = Model(
    "n t 3 h w",
    [
        ops.TimeDistributed([ops.Conv2d(16, 3, stride=2, padding=1), ops.ReLU()]),
        bridge.attention_pool(),  # n t c h w -> n t (h w) c, scores, n t c
        ops.LSTM(48),
        ops.LastStep(),
        ops.Linear(5),
    ],
)

if __name__ == "__main__":
    print(video)
