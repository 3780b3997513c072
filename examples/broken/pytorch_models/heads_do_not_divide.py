"""Attention whose features cannot be dealt out evenly to its heads.

Repair: 4 or 5 heads for 100 features, or 96 features for 8 heads.
"""

import torch
from torch import nn


class AttentionPool(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.attention = nn.MultiheadAttention(features, heads, batch_first=True)  # expect: SHP117

    def forward(self, places):
        mixed, _ = self.attention(places, places, places)
        return mixed.mean(dim=1)


pool = AttentionPool(features=100, heads=8)
print(pool(torch.randn(2, 49, 100)).shape)
