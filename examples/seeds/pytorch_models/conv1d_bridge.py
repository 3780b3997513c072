"""A 1-D convolution between the feature map and the LSTM, sliding over the flattened positions.

Pattern: n c h w -> n f (h w) -> n g (h w) -> n (h w) g -> n k
"""

import torch
from torch import nn


class Conv1dBridge(nn.Module):
    """Neighbouring positions are mixed by a window before the LSTM reads them one after the other."""

    def __init__(self, input_channels, hidden_size, num_layers, num_classes, filters=64, bridge_filters=48):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(input_channels, filters, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
        )
        self.bridge = nn.Conv1d(in_channels=filters, out_channels=bridge_filters, kernel_size=3, padding=1)
        self.lstm = nn.LSTM(bridge_filters, hidden_size, num_layers=num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        x = self.cnn(x)
        batch_size, channels, height, width = x.size()

        x = x.view(batch_size, channels, height * width)
        x = torch.relu(self.bridge(x))
        x = x.permute(0, 2, 1)

        x, _ = self.lstm(x)
        x = x[:, -1, :]
        return self.fc(x)


def main():
    model = Conv1dBridge(input_channels=3, hidden_size=128, num_layers=2, num_classes=10)
    images = torch.randn(8, 3, 28, 28)
    output = model(images)
    print(output.size())  # torch.Size([8, 10])


if __name__ == "__main__":
    main()
