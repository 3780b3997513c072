"""A Sequential that fits no input at all: 16 channels are normalised as if they were 32.

Nothing calls the class here, and nothing has to. Repair: nn.BatchNorm2d(16).
Seen by: Stem()(torch.randn(2, 3, 16, 16))
"""

from torch import nn


class Stem(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 16, kernel_size=3),
            nn.ReLU(),
            nn.BatchNorm2d(32),
        )

    def forward(self, images):
        return self.layers(images)  # expect: SHP102
