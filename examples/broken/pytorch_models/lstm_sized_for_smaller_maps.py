"""An LSTM sized for 7x7 maps where 14x14 maps arrive.

One pooling halves 28 to 14, not to 7. Repair: input_size=64 * 14 * 14, or pool once more.
"""

import torch
import torch.nn as nn


class VideoClassifier(nn.Module):
    def __init__(self, input_channels, hidden_size, num_layers, num_classes):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(input_channels, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
        )
        self.lstm_input_size = 64 * 7 * 7
        self.lstm = nn.LSTM(self.lstm_input_size, hidden_size, num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        batch_size, steps, channels, height, width = x.size()
        x = x.view(batch_size * steps, channels, height, width)
        x = self.cnn(x)
        _, channels, height, width = x.size()
        x = x.view(batch_size, steps, channels * height * width)
        x, _ = self.lstm(x)  # expect: SHP101
        return self.fc(x[:, -1, :])


model = VideoClassifier(input_channels=3, hidden_size=128, num_layers=2, num_classes=10)
clips = torch.randn(4, 10, 3, 28, 28)
print(model(clips).size())
