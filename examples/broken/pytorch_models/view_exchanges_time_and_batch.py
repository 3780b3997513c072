"""A reshape meant to put time first: it runs, and cuts the sequences of the batch into pieces.

Repair: features.transpose(0, 1), which moves the axes.
"""

import torch
from torch import nn


class TimeFirstLSTM(nn.Module):
    def __init__(self, features=40, hidden_size=64):
        super().__init__()
        self.lstm = nn.LSTM(features, hidden_size)

    def forward(self, features):
        n, t, f = features.shape
        steps = features.reshape(t, n, f)  # expect: SHP301
        outputs, _ = self.lstm(steps)
        return outputs[-1]


if __name__ == "__main__":
    print(TimeFirstLSTM()(torch.randn(8, 20, 40)).shape)
