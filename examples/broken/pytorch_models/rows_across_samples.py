"""A view(-1, 320) on pictures of 400 features each: it runs, and makes ten rows of eight pictures.

Repair: x.flatten(1), and nn.Linear(16 * 5 * 5, 10).
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, kernel_size=3)
        self.fc = nn.Linear(320, 10)

    def forward(self, x):
        x = F.relu(self.conv(x))
        x = x.view(-1, 320)  # expect: SHP307
        return self.fc(x)


if __name__ == "__main__":
    print(Net()(torch.randn(8, 3, 7, 7)).shape)
