"""An initial state for one layer handed to an LSTM of two.

Repair: torch.zeros(2, batch, hidden_size), a state for each layer.
"""

import torch
from torch import nn


class StatefulLSTM(nn.Module):
    def __init__(self, features=32, hidden_size=64):
        super().__init__()
        self.hidden_size = hidden_size
        self.lstm = nn.LSTM(features, hidden_size, num_layers=2, batch_first=True)

    def forward(self, sequence):
        batch = sequence.size(0)
        h0 = torch.zeros(1, batch, self.hidden_size)
        c0 = torch.zeros(1, batch, self.hidden_size)
        outputs, _ = self.lstm(sequence, (h0, c0))  # expect: SHP114
        return outputs[:, -1]


if __name__ == "__main__":
    print(StatefulLSTM()(torch.randn(4, 10, 32)).shape)
