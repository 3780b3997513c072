"""A layer normalisation for the width of the LSTM's input, placed behind a bidirectional LSTM.

Both directions are joined, so 2 * 48 features arrive. Repair: nn.LayerNorm(2 * hidden_size).
"""

import torch
from torch import nn


class NormedLSTM(nn.Module):
    def __init__(self, features=64, hidden_size=48):
        super().__init__()
        self.lstm = nn.LSTM(features, hidden_size, batch_first=True, bidirectional=True)
        self.norm = nn.LayerNorm(features)

    def forward(self, sequence):
        outputs, _ = self.lstm(sequence)
        return self.norm(outputs)  # expect: SHP101


if __name__ == "__main__":
    print(NormedLSTM()(torch.randn(8, 10, 64)).shape)
