"""A mean squared error between (n, 1) and (n,): it runs, and compares every answer with every target.

Repair: model(sequence).squeeze(1), so that both have the shape (n,).
"""

import torch
from torch import nn


class Regressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(12, 32, batch_first=True)
        self.head = nn.Linear(32, 1)

    def forward(self, sequence):
        outputs, _ = self.lstm(sequence)
        return self.head(outputs[:, -1])


model = Regressor()
sequence, targets = torch.randn(16, 30, 12), torch.randn(16)
predictions = model(sequence)
loss = nn.MSELoss()(predictions, targets)  # expect: SHP302
loss.backward()
