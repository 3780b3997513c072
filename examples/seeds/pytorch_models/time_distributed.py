"""A wrapper that applies any module to every time step, as Keras's TimeDistributed does.

Pattern: n t c h w -> (n t) c h w -> (n t) f -> n t f -> n k
"""

import torch
from torch import nn


class TimeDistributed(nn.Module):
    """Fold time into the batch, apply the module, unfold: n t ... -> (n t) ... -> n t ..."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, steps = x.shape[0], x.shape[1]
        folded = x.reshape(batch * steps, *x.shape[2:])
        result = self.module(folded)
        return result.reshape(batch, steps, *result.shape[1:])


class VideoClassifier(nn.Module):
    """28x28 frames, halved once by pooling, so 14x14 maps reach the LSTM."""

    def __init__(self, input_channels: int, hidden_size: int, num_layers: int, num_classes: int) -> None:
        super().__init__()
        self.frames = TimeDistributed(
            nn.Sequential(
                nn.Conv2d(input_channels, 64, kernel_size=3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(kernel_size=2, stride=2),
                nn.Flatten(),
            )
        )
        self.lstm = nn.LSTM(64 * 14 * 14, hidden_size, num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.frames(x)
        x, _ = self.lstm(x)
        return self.fc(x[:, -1, :])


if __name__ == "__main__":
    model = VideoClassifier(input_channels=3, hidden_size=128, num_layers=2, num_classes=10)
    clips = torch.randn(4, 10, 3, 28, 28)
    print(tuple(model(clips).shape))  # (4, 10)

    per_frame = TimeDistributed(nn.Conv2d(3, 8, 3))
    print(tuple(per_frame(clips).shape))  # (4, 10, 8, 26, 26)
