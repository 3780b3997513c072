"""Indexing, masks, gathers and broadcasts as they are really written."""

import torch

x = torch.randn(4, 10, 6)
lengths = torch.tensor([3, 10, 1, 7])
last = x[torch.arange(4), lengths - 1]
assert last.shape == (4, 6)
mask = torch.arange(10)[None, :] < lengths[:, None]
picked = x[mask]
assert picked.dim() == 2
x = x.masked_fill(~mask.unsqueeze(-1), float("-inf")).max(dim=1).values
assert x.shape == (4, 6)

scores = torch.randn(4, 1, 6) + torch.randn(5, 1)
assert scores.shape == (4, 5, 6)
top, where = scores.topk(2, dim=-1)
gathered = scores.gather(-1, where)
assert gathered.shape == top.shape

grid = torch.stack(torch.meshgrid(torch.arange(3), torch.arange(5), indexing="ij"), -1)
assert grid.shape == (3, 5, 2)
flipped = grid.flip(0)[::2, 1:-1, [1, 0]]
assert flipped.shape == (2, 3, 2)

patches = torch.randn(2, 3, 32, 32).unfold(2, 8, 8).unfold(3, 8, 8)
assert patches.shape == (2, 3, 4, 4, 8, 8)
tokens = patches.permute(0, 2, 3, 1, 4, 5).reshape(2, 16, -1)
assert tokens.shape == (2, 16, 192)

first, *rest = torch.randn(5, 2, 3)
assert first.shape == (2, 3) and len(rest) == 4
for row, length in zip(torch.randn(3, 7), (7, 2, 5)):
    assert row[:length].shape[0] == length
total = sum(part.sum() for part in torch.randn(6, 4).split([2, 4]))
a, b = torch.randn(3, 8).chunk(2, dim=-1)
gate = a * torch.sigmoid(b)
out = torch.zeros(3, 9)
out[:, :4] = gate
out[1:, 4:] = 1.0
out[out > 0.5] = 0
empty = torch.randn(0, 4).mean(1)
outer = torch.outer(torch.arange(3.0), torch.arange(4.0))[None].expand(2, -1, -1)
assert outer.shape == (2, 3, 4)
scalar = torch.tensor(3.0)[None]
value = torch.randn(2, 3)[..., None][..., 0]


def shift_right(x):
    """Shift row i by i columns: the reshape exchanges axes on purpose."""
    padded = torch.cat([x, x.new_zeros(x.shape[0], 1, *x.shape[2:])], dim=1)
    padded = padded.view(x.shape[1] + 1, x.shape[0], *x.shape[2:])
    return padded[:-1].view_as(x)


assert shift_right(torch.randn(5, 5, 2, 3)).shape == (5, 5, 2, 3)
