"""Sensor signals: convolutions shorten them, the LSTM reads what is left, sample by sample.

Pattern: n c l -> n f l//4 -> n l//4 f -> n k
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class SignalClassifier(nn.Module):
    """Several sensors sampled together, e.g. accelerometer and gyroscope."""

    def __init__(self, sensors: int, classes: int, hidden: int = 64) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(sensors, 32, kernel_size=7, padding=3)
        self.norm1 = nn.BatchNorm1d(32)
        self.conv2 = nn.Conv1d(32, 64, kernel_size=5, padding="same")
        self.norm2 = nn.BatchNorm1d(64)
        self.lstm = nn.LSTM(64, hidden, num_layers=2, batch_first=True, dropout=0.2)
        self.head = nn.Linear(hidden, classes)

    def forward(self, signal: Tensor) -> Tensor:
        x = F.max_pool1d(F.relu(self.norm1(self.conv1(signal))), 2)
        x = F.max_pool1d(F.relu(self.norm2(self.conv2(x))), 2)
        x = x.transpose(1, 2)
        _, (hidden, _) = self.lstm(x)
        return self.head(hidden[-1])  # hidden is (layers, batch, features): the last layer's state


class SignalRegressor(nn.Module):
    """A value for each remaining sample; time stands first, as nn.LSTM has it by default."""

    def __init__(self, sensors: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(sensors, 24, kernel_size=4, stride=4)
        self.lstm = nn.LSTM(24, 40)
        self.head = nn.Linear(40, 1)

    def forward(self, signal: Tensor) -> Tensor:
        steps = self.conv(signal).permute(2, 0, 1)  # n c l -> l n c
        outputs, _ = self.lstm(steps)
        return self.head(outputs).squeeze(-1).transpose(0, 1)


if __name__ == "__main__":
    recordings = torch.randn(8, 6, 128)
    print(tuple(SignalClassifier(sensors=6, classes=5)(recordings).shape))  # (8, 5)
    print(tuple(SignalRegressor(sensors=6)(recordings).shape))  # (8, 32)
