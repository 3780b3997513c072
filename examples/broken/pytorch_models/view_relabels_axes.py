"""A view that renames axes instead of moving them: it runs, and every step mixes channels with places.

The memory holds c h w. Repair: x.flatten(2).transpose(1, 2), which moves the channels to the end.
"""

import torch
import torch.nn as nn


class PositionLSTM(nn.Module):
    def __init__(self, input_channels=3, hidden_size=128, num_classes=10):
        super().__init__()
        self.conv = nn.Conv2d(input_channels, 64, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.lstm = nn.LSTM(64, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv(x)))
        batch_size, channels, height, width = x.size()
        x = x.view(batch_size, height * width, channels)  # expect: SHP301
        x, _ = self.lstm(x)
        return self.fc(x[:, -1, :])


if __name__ == "__main__":
    model = PositionLSTM()
    print(model(torch.randn(8, 3, 28, 28)).shape)
