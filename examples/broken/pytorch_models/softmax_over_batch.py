"""A softmax over the batch: it runs, and the pictures of a batch share one probability.

Repair: torch.softmax(logits, dim=1), over the classes.
"""

import torch
from torch import nn


class Classifier(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.head = nn.Linear(16, classes)

    def forward(self, images):
        features = self.conv(images).amax(dim=(2, 3))
        logits = self.head(features)
        return torch.softmax(logits, dim=0)  # expect: SHP306


if __name__ == "__main__":
    print(Classifier()(torch.randn(8, 3, 32, 32)).shape)
