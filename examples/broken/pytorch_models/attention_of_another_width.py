"""Attention made for 128 features, fed the 64 channels of a feature map.

Repair: nn.MultiheadAttention(embed_dim=64, num_heads=4, batch_first=True).
"""

import torch
from torch import nn

maps = torch.randn(2, 64, 7, 7)
places = maps.flatten(2).transpose(1, 2)
attention = nn.MultiheadAttention(embed_dim=128, num_heads=4, batch_first=True)
mixed, weights = attention(places, places, places)  # expect: SHP101
print(mixed.shape)
