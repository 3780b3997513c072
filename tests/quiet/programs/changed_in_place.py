"""Tensors that change their own shape, products in any order, and arguments that may be tensors."""

import torch
from torch import nn


def filled(tensor, data):
    tensor.resize_(data.size()).copy_(data)


def counted(longest):
    if not hasattr(counted, "kept"):
        counted.kept = torch.LongTensor()
    if longest > counted.kept.numel():
        counted.kept.resize_(longest)
        torch.arange(longest, out=counted.kept)
    return counted.kept[:longest]


class Negatives(nn.Module):
    def __init__(self, negatives):
        super().__init__()
        self.negatives = negatives

    def forward(self, y):
        batch, features, steps = y.shape
        places = counted(steps).unsqueeze(-1).expand(-1, self.negatives).flatten()
        drawn = torch.randint(low=0, high=steps, size=(batch, self.negatives * steps))
        drawn[drawn >= places] += 1
        return drawn


class Unsqueezed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(1, width, 3)

    def forward(self, x):
        batch, height, width = x.size()
        x.unsqueeze_(1)
        return self.conv(x).transpose_(1, 3)


class Frames(nn.Module):
    """The axes that are joined lie next to each other: in which order their sizes are multiplied says nothing."""

    def __init__(self, width):
        super().__init__()
        self.transform = nn.Linear(width, width)

    def forward(self, x):
        batch, microphones, width, chunk, chunks = x.size()
        frames = x.permute(0, 3, 4, 1, 2).reshape(batch * microphones * chunk * chunks, width)
        return self.transform(frames).reshape(batch, chunk, chunks, microphones, width)


def shortened(lengths):
    """Lengths as a tensor, of which one is taken."""
    return torch.maximum(torch.tensor(0), lengths - 1).sum(0), (lengths - 1).size(0)


def made(name):
    return globals()[name]


if __name__ == "__main__":
    image = torch.zeros(4, 3, 8, 8)
    filled(image, torch.zeros(2, 1, 8, 8))
    assert nn.Conv2d(1, 2, 3)(image).shape == (2, 2, 6, 6)
    wide = torch.zeros(2, 3)
    wide.t_()
    assert (wide @ torch.zeros(2, 5)).shape == (3, 5)
    wide.unsqueeze_(0)
    assert wide.squeeze(0).shape == (3, 2)
    result = torch.empty(0)
    torch.cat([torch.zeros(2, 3), torch.zeros(2, 3)], dim=1, out=result)
    assert nn.Linear(6, 1)(result).shape == (2, 1)
    assert made("Negatives")(3)(torch.zeros(2, 5, 7)).shape == (2, 21)
    assert made("Unsqueezed")(4)(torch.zeros(2, 8, 8)).shape == (2, 6, 6, 4)
    assert made("Frames")(5)(torch.zeros(2, 3, 5, 7, 9)).shape == (2, 7, 9, 3, 5)
    assert made("shortened")(torch.ones(4))[1] == 4
    kept = torch.FloatTensor(torch.zeros(2, 3, 4)[..., :2].shape)
    kept[..., 0] = torch.zeros(2, 3)
    assert kept.view(2, -1, 2).shape == (2, 3, 2)
