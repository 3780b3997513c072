"""Two Linear layers that fit no input at all: the first hands on 128 features, the second takes 64.

Nothing calls the class here, and nothing has to. Repair: nn.Linear(128, classes).
Seen by: Head(features=256, classes=10)(torch.randn(4, 256))
"""

import torch
from torch import nn


class Head(nn.Module):
    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(features, 128)
        self.output = nn.Linear(64, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.hidden(x))
        return self.output(x)  # expect: SHP101
