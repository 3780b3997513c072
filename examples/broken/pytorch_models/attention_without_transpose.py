"""Queries times keys without transposing the keys: the inner sizes are 64 and 10.

Repair: torch.matmul(queries, keys.transpose(-2, -1)).
"""

import torch
from torch import nn


class TemporalAttention(nn.Module):
    def __init__(self, features=64):
        super().__init__()
        self.query = nn.Linear(features, features)
        self.key = nn.Linear(features, features)
        self.value = nn.Linear(features, features)

    def forward(self, sequence):
        queries, keys, values = self.query(sequence), self.key(sequence), self.value(sequence)
        scores = torch.matmul(queries, keys)  # expect: SHP107
        return torch.softmax(scores, dim=-1) @ values


if __name__ == "__main__":
    print(TemporalAttention()(torch.randn(8, 10, 64)).shape)
