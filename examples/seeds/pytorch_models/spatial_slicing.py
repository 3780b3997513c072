"""Cutting a feature map into steps: by rows, by columns, or place by place in either scan order.

Patterns: n f h w -> n h (f w)    rows, top to bottom
          n f h w -> n w (f h)    columns, left to right
          n f h w -> n (h w) f    places, row after row
          n f h w -> n (w h) f    places, column after column
"""

import torch
from torch import nn


class SlicedImageLSTM(nn.Module):
    """What all four share: a convolution that keeps the size, an LSTM, the last step, a classifier."""

    def __init__(self, step_features, filters=8, hidden_size=32, classes=4):
        super().__init__()
        self.conv = nn.Conv2d(1, filters, kernel_size=3, padding="same")
        self.lstm = nn.LSTM(step_features, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, classes)

    def slices(self, maps):
        """The steps of a feature map: n f h w -> n steps features."""
        raise NotImplementedError

    def forward(self, images):
        maps = torch.relu(self.conv(images))
        outputs, _ = self.lstm(self.slices(maps))
        return self.head(outputs[:, -1])


class RowLSTM(SlicedImageLSTM):
    """Reads a page of text line by line."""

    def __init__(self, width, filters=8):
        super().__init__(step_features=filters * width, filters=filters)

    def slices(self, maps):
        return maps.permute(0, 2, 1, 3).flatten(2)


class ColumnLSTM(SlicedImageLSTM):
    """Reads a spectrogram, whose horizontal axis is time."""

    def __init__(self, height, filters=8):
        super().__init__(step_features=filters * height, filters=filters)

    def slices(self, maps):
        batch, filters, height, width = maps.shape
        return maps.permute(0, 3, 1, 2).reshape(batch, width, filters * height)


class RowMajorScan(SlicedImageLSTM):
    """Every place is a step, in reading order: (h w)."""

    def __init__(self, filters=8):
        super().__init__(step_features=filters, filters=filters)

    def slices(self, maps):
        return maps.flatten(2).transpose(1, 2)


class ColumnMajorScan(SlicedImageLSTM):
    """Every place is a step, column after column: (w h)."""

    def __init__(self, filters=8):
        super().__init__(step_features=filters, filters=filters)

    def slices(self, maps):
        return maps.transpose(2, 3).flatten(2).transpose(1, 2)


if __name__ == "__main__":
    images = torch.randn(3, 1, 12, 20)
    print(tuple(RowLSTM(width=20)(images).shape))  # (3, 4)
    print(tuple(ColumnLSTM(height=12)(images).shape))  # (3, 4)
    print(tuple(RowMajorScan()(images).shape))  # (3, 4)
    print(tuple(ColumnMajorScan()(images).shape))  # (3, 4)
