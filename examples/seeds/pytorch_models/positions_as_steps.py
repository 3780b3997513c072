"""One step a place: the LSTM walks over the positions of a feature map and reads their channels.

Pattern: n c h w -> n f h w -> n (h w) f -> n k
"""

import torch
import torch.nn as nn


class PositionLSTM(nn.Module):
    """Classify an image by reading its feature map place by place, row after row."""

    def __init__(self, input_channels: int, hidden_size: int, num_layers: int, num_classes: int):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(input_channels, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
        )
        self.lstm = nn.LSTM(input_size=64, hidden_size=hidden_size, num_layers=num_layers, batch_first=True)
        self.classifier = nn.Linear(hidden_size, num_classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.features(images)
        batch_size, channels, height, width = maps.size()
        positions = maps.view(batch_size, channels, height * width)
        sequence = positions.permute(0, 2, 1)  # a view alone would mix channels with places
        outputs, _ = self.lstm(sequence)
        return self.classifier(outputs[:, -1, :])


if __name__ == "__main__":
    model = PositionLSTM(input_channels=3, hidden_size=128, num_layers=2, num_classes=10)
    images = torch.randn(16, 3, 28, 28)
    logits = model(images)
    print(tuple(logits.shape))  # (16, 10)
