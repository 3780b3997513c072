"""A Linear over the channels of n c l: it acts on the last axis, which is time here.

Repair: transpose before, self.project(x.transpose(1, 2)).
"""

import torch
from torch import nn


class SignalEncoder(nn.Module):
    def __init__(self, sensors: int, features: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(sensors, 64, kernel_size=5, padding=2)
        self.project = nn.Linear(64, features)

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.conv(signal))
        return self.project(x)  # expect: SHP101


encoder = SignalEncoder(sensors=6, features=24)
print(encoder(torch.randn(8, 6, 100)).shape)
