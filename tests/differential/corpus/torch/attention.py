import math

import torch
import torch.nn as nn


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.size = width // heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        q = q.view(n, t, self.heads, self.size).transpose(1, 2)
        k = k.view(n, t, self.heads, self.size).transpose(1, 2)
        v = v.view(n, t, self.heads, self.size).permute(0, 2, 1, 3)
        weights = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(self.size)
        mask = torch.tril(torch.ones(t, t)).view(1, 1, t, t)
        weights = weights.masked_fill(mask == 0, float("-inf")).softmax(dim=-1)
        y = (weights @ v).transpose(1, 2).contiguous().view(n, t, d)
        return self.out(y)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Transformer(nn.Module):
    def __init__(self, vocabulary, width=16, heads=4, depth=2, length=12):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.zeros(1, length, width))
        self.blocks = nn.ModuleList([Block(width, heads) for _ in range(depth)])
        self.head = nn.Linear(width, vocabulary, bias=False)

    def forward(self, index):
        x = self.tokens(index) + self.positions[:, : index.size(1)]
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def run():
    model = Transformer(20)
    index = torch.randint(0, 20, (3, 9))
    logits = model(index)
    nn.functional.cross_entropy(logits.reshape(-1, logits.size(-1)), index.view(-1))


if __name__ == "__main__":
    run()
