"""An LSTM over time at every location: each place of the picture has its own history.

Pattern: n t c h w -> n t f h w -> (n h w) t f -> (n h w) d -> n d h w -> n k h w
"""

import torch
from torch import nn


class LocationHistory(nn.Module):
    """All places share one LSTM; the result is a map again, e.g. a land-use label per pixel."""

    def __init__(self, bands: int, labels: int, filters: int = 12, hidden_size: int = 20) -> None:
        super().__init__()
        self.spatial = nn.Conv2d(bands, filters, kernel_size=3, padding=1)
        self.temporal = nn.LSTM(filters, hidden_size, batch_first=True)
        self.labels = nn.Conv2d(hidden_size, labels, kernel_size=1)

    def forward(self, series: torch.Tensor) -> torch.Tensor:
        n, t, c, h, w = series.size()
        maps = torch.relu(self.spatial(series.reshape(n * t, c, h, w)))
        maps = maps.view(n, t, -1, h, w)

        histories = maps.permute(0, 3, 4, 1, 2).reshape(n * h * w, t, -1)
        _, (last, _) = self.temporal(histories)

        summary = last[0].view(n, h, w, -1).permute(0, 3, 1, 2)
        return self.labels(summary)


if __name__ == "__main__":
    model = LocationHistory(bands=4, labels=6)
    satellite_images = torch.rand(2, 9, 4, 16, 24)
    print(tuple(model(satellite_images).shape))  # (2, 6, 16, 24)
