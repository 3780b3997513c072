"""A classifier sized for 32x32 pictures, used on 28x28 ones.

28 -> 14 -> 7, so 64 * 7 * 7 features arrive. Repair: nn.Linear(64 * 7 * 7, 120), or resize the data.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc1 = nn.Linear(64 * 8 * 8, 120)
        self.fc2 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.flatten(1)
        x = F.relu(self.fc1(x))  # expect: SHP101
        return self.fc2(x)


if __name__ == "__main__":
    digits = torch.rand(16, 1, 28, 28)
    print(Net()(digits).shape)
