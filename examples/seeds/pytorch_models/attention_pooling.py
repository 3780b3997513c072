"""Attention instead of flattening: a weighted mean over the places of each frame.

Pattern: n t c h w -> (n t) f h w -> (n t) (h w) f -> (n t) f -> n t f -> n k
"""

import math

import torch
from torch import nn


class ScoredPool(nn.Module):
    """A 1x1 convolution scores each place, softmax makes weights of the scores: m f h w -> m f."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.score = nn.Conv2d(features, 1, kernel_size=1)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        weights = self.score(maps).flatten(2).softmax(dim=-1)  # m 1 (h w)
        places = maps.flatten(2).transpose(1, 2)  # m (h w) f
        return torch.bmm(weights, places).squeeze(1)


class QueryPool(nn.Module):
    """One learned query looks at all places through several heads: m f h w -> m f."""

    def __init__(self, features: int, heads: int = 4) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.randn(1, 1, features) / math.sqrt(features))
        self.attention = nn.MultiheadAttention(features, heads, batch_first=True)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        places = maps.flatten(2).transpose(1, 2)
        query = self.query.expand(places.size(0), -1, -1)
        summary, _ = self.attention(query, places, places)
        return summary[:, 0]


class AttentiveVideoLSTM(nn.Module):
    """The pooling is a part like any other: hand in the one to use."""

    def __init__(self, pool: nn.Module, features: int, classes: int = 5) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, features, kernel_size=3, stride=2, padding=1)
        self.pool = pool
        self.lstm = nn.LSTM(features, 48, batch_first=True)
        self.head = nn.Linear(48, classes)

    def forward(self, clips: torch.Tensor) -> torch.Tensor:
        n, t, c, h, w = clips.shape
        maps = torch.relu(self.conv(clips.reshape(n * t, c, h, w)))
        sequence = self.pool(maps).reshape(n, t, -1)
        outputs, _ = self.lstm(sequence)
        return self.head(outputs[:, -1])


if __name__ == "__main__":
    clips = torch.randn(2, 8, 3, 32, 40)
    print(tuple(AttentiveVideoLSTM(ScoredPool(16), features=16)(clips).shape))  # (2, 5)
    print(tuple(AttentiveVideoLSTM(QueryPool(32), features=32)(clips).shape))  # (2, 5)
