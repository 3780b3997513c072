"""One step a channel: each feature map, flattened, is a step; its pixels are the step's features.

Pattern: n c h w -> n f h w -> n f (h w) -> n k
"""

import torch
from torch import nn


class ChannelLSTM(nn.Module):
    """The order of the steps is the order of the learned filters."""

    def __init__(self, num_classes: int = 10, hidden_size: int = 96, image_size: int = 28):
        super().__init__()
        self.conv = nn.Conv2d(1, 32, kernel_size=5, stride=2)
        side = (image_size - 5) // 2 + 1
        self.lstm = nn.LSTM(side * side, hidden_size, batch_first=True, bidirectional=True)
        self.classifier = nn.Linear(2 * hidden_size, num_classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.conv(images).relu()
        steps = maps.flatten(2)
        outputs, _ = self.lstm(steps)
        return self.classifier(outputs.mean(dim=1))


if __name__ == "__main__":
    model = ChannelLSTM()
    print(tuple(model(torch.rand(4, 1, 28, 28)).shape))  # (4, 10)

    larger = ChannelLSTM(num_classes=3, image_size=41)
    print(tuple(larger(torch.rand(2, 1, 41, 41)).shape))  # (2, 3)
