"""Sensor signals: convolutions shorten them, the LSTM reads what is left, sample by sample."""

from shapecheck import Model, bridge, ops

classifier = Model(
    "n 6 l",
    [
        *(ops.Conv1d(32, 7, padding=3), ops.BatchNorm1d(), ops.ReLU(), ops.MaxPool1d(2)),
        *(ops.Conv1d(64, 5, padding="same"), ops.BatchNorm1d(), ops.ReLU(), ops.MaxPool1d(2)),
        bridge.signal(),  # n c l -> n l c
        ops.LSTM(64, layers=2, dropout=0.2),
        ops.LastStep(),
        ops.Linear(5),
    ],
)
regressor = Model(
    "n 6 l",
    [
        ops.Conv1d(24, 4, stride=4),
        bridge.signal(),
        ops.LSTM(40),
        ops.Linear(1),
        bridge("n l 1 -> n l"),
    ],
)

if __name__ == "__main__":
    print(classifier)
