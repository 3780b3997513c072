"""An LSTM sized for flattened maps whose steps are the places, with the channels as features.

Each of the 196 steps has 64 features, not 64 * 7 * 7. Repair: input_size=64.
"""

import torch
import torch.nn as nn


class PositionLSTM(nn.Module):
    def __init__(self, input_channels, hidden_size, num_classes):
        super(PositionLSTM, self).__init__()
        self.conv = nn.Conv2d(input_channels, 64, kernel_size=3, padding=1)
        self.relu = nn.ReLU()
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.lstm = nn.LSTM(input_size=64 * 7 * 7, hidden_size=hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        x = self.pool(self.relu(self.conv(x)))
        batch_size, channels, height, width = x.size()
        x = x.view(batch_size, channels, height * width).permute(0, 2, 1)
        x, _ = self.lstm(x)  # expect: SHP101
        return self.fc(x[:, -1, :])


if __name__ == "__main__":
    model = PositionLSTM(input_channels=3, hidden_size=128, num_classes=10)
    print(model(torch.randn(8, 3, 28, 28)).size())
