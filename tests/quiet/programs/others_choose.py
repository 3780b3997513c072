"""What others choose: branches of layers that are called, defaults that stand for nothing, hooks, lists of features."""

from unittest.mock import MagicMock

import torch
from torch import nn


class Conv(nn.Module):
    """Its branches are for all who make one: that an example decides is nothing that `Predictor` ever asks for."""

    def __init__(self, channels=None, example=None):
        super().__init__()
        self.flat = False
        if channels is None:
            channels = self.channels_of(example)
        self.conv = nn.Conv1d(channels, 4, 3)

    def channels_of(self, shape):
        if len(shape) == 2:
            self.flat = True
            return 1
        return shape[1]

    def forward(self, x):
        if self.flat:
            x = x.unsqueeze(1)
        return self.conv(x)


class Predictor(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = Conv(width)

    def forward(self, x):
        return self.conv(x.transpose(1, 2))


class Stages(nn.Module):
    """Nobody makes one of the default widths."""

    def __init__(self, widths=(0, 0), groups=(0, 0)):
        super().__init__()
        self.first = nn.Conv2d(3, widths[0], 3)
        self.second = nn.Conv2d(widths[0], widths[1], 3, groups=groups[1])

    def forward(self, x):
        return self.second(self.first(x))


def small_stages():
    return Stages(widths=[4, 8], groups=[1, 2])


class Hooked(nn.Module):
    """The hook fills the list while the network runs."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        kept = []

        def keep(module, given, result):
            kept.append(result)

        handles = [layer.register_forward_hook(keep) for layer in self.network]
        self.network(x)
        for handle in handles:
            handle.remove()
        return torch.cat(kept, dim=1)


class Pyramid(nn.Module):
    """A list of maps: it can be reversed, which a tensor cannot."""

    def __init__(self, width):
        super().__init__()
        self.side = nn.Conv2d(width, width, 1)

    def forward(self, maps):
        last = self.side(maps[-1])
        for lower in maps[:-1][::-1]:
            last = nn.functional.interpolate(last, scale_factor=2) + self.side(lower)
        return last


class Spectrum(nn.Module):
    """A channel of one is taken away before the convolution."""

    def __init__(self, bins: int = 128):
        super().__init__()
        self.conv = nn.Conv1d(bins, 4, 5)

    def forward(self, spectrum):
        if spectrum.size(1) != 1:
            raise ValueError("one channel, please")
        return self.conv(spectrum.squeeze(1))


class Plain(nn.Module):
    def forward(self, x, features):
        return x + features


class Decoder:
    """What it decodes with is one of this file's, or another's."""

    def __init__(self):
        self.core = Plain()

    def __call__(self, x):
        if isinstance(self.core, MagicMock):
            return self.core(x)
        return self.core(x, features=x)


class Merging(nn.Module):
    """What is required is no branch."""

    def __init__(self, resolution, width, require):
        super().__init__()
        self.resolution = resolution
        self.require = require
        self.norm = nn.LayerNorm(4 * width)

    def forward(self, x):
        height, width = self.resolution
        batch, length, features = x.shape
        self.require(length == height * width, "the wrong size")
        self.require(height % 2 == 0 and width % 2 == 0, "an odd size")
        x = x.view(batch, height, width, features)
        parts = [x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]]
        return self.norm(torch.cat(parts, -1))


class CrissCross(nn.Module):
    """The rows of the energies are as many as its columns: `height` names either."""

    def __init__(self, width):
        super().__init__()
        self.query = nn.Conv2d(width, width // 8, 1)
        self.key = nn.Conv2d(width, width // 8, 1)

    def forward(self, x):
        batch, _, height, width = x.size()
        query = (
            self.query(x).permute(0, 3, 1, 2).contiguous().view(batch * width, -1, height).permute(0, 2, 1)
        )
        key = self.key(x).permute(0, 3, 1, 2).contiguous().view(batch * width, -1, height)
        energy = torch.bmm(query, key) + torch.zeros(height).diag().unsqueeze(0).repeat(batch * width, 1, 1)
        return energy.view(batch, width, height, height).permute(0, 2, 1, 3)


def pair(size):
    return size if isinstance(size, tuple) else (size, size)


class Joined(nn.Module):
    """Without settings there is nothing to join: nobody makes one like that."""

    def __init__(self, size, settings=None):
        super().__init__()
        self.size = pair(size)
        self.parts = nn.ModuleList()
        if settings is not None:
            self.parts.append(nn.Conv2d(settings["width"], 4, 1))

    def forward(self, x):
        return torch.cat([part(x) for part in self.parts], 1)


class Scores(nn.Module):
    """A size of -1 is to be replaced."""

    def __init__(self, in_size: int = -1, hidden_size: int = 16):
        super().__init__()
        self.linear = nn.Sequential(nn.Linear(in_size, hidden_size), nn.ReLU(), nn.Linear(hidden_size, 1))

    def forward(self, x):
        return self.linear(x)


class Segments(nn.Module):
    """It is always given the categories, though it could be called without them."""

    def __init__(self, classes):
        super().__init__()
        self.first = nn.Conv1d(3, 64, 1)
        self.last = nn.Conv1d(64 + 16, classes, 1)

    def forward(self, x, categories=None):
        points = x.permute(0, 2, 1)
        features = [self.first(points)]
        if categories is not None:
            features.append(categories.unsqueeze(2).expand(-1, -1, points.shape[2]))
        return self.last(torch.cat(features, 1))


def read(reader):
    """It stops at what ends the chunks, after those that it kept."""
    kept = []
    for chunk in reader:
        if chunk is None:
            break
        kept.append(chunk)
    return torch.cat(kept)


def made(name):
    return globals()[name]


if __name__ == "__main__":
    assert made("Predictor")(5)(torch.zeros(2, 9, 5)).shape == (2, 4, 7)
    assert made("small_stages")()(torch.zeros(2, 3, 9, 9)).shape == (2, 8, 5, 5)
    layers = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(4, 2, 1))
    assert made("Hooked")(layers)(torch.zeros(2, 3, 9, 9)).shape == (2, 6, 9, 9)
    assert made("Pyramid")(4)([torch.zeros(2, 4, 8, 8), torch.zeros(2, 4, 4, 4)]).shape == (2, 4, 8, 8)
    assert made("Spectrum")()(torch.zeros(2, 1, 128, 9)).shape == (2, 4, 5)
    assert made("Joined")(3, {"width": 5})(torch.zeros(2, 5, 9, 9)).shape == (2, 4, 9, 9)
    assert made("Scores")(in_size=5)(torch.zeros(2, 5)).shape == (2, 1)
    assert made("Segments")(7)(torch.zeros(2, 9, 3), torch.zeros(2, 16)).shape == (2, 7, 9)
    assert made("read")([torch.zeros(2), torch.zeros(3), None]).shape == (5,)
    assert Decoder()(torch.zeros(2, 3)).shape == (2, 3)
    assert made("Merging")((4, 6), 3, torch._assert)(torch.zeros(2, 24, 3)).shape == (2, 2, 3, 12)
    assert made("CrissCross")(64)(torch.zeros(3, 64, 7, 7)).shape == (3, 7, 7, 7)
    assert CrissCross(64)(torch.zeros(3, 64, 7, 7)).shape == (3, 7, 7, 7)
