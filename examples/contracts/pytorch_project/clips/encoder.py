"""Frames to feature vectors."""

from __future__ import annotations

from torch import Tensor, nn

from shapecheck import contract


class FrameEncoder(nn.Module):
    """A small CNN with two poolings and an adaptive one: frames of any even-sided size."""

    def __init__(self, channels: int = 3, width: int = 16) -> None:
        super().__init__()
        self.channels = channels
        self.features = width * 4 * 4
        self.maps = nn.Sequential(
            nn.Conv2d(channels, width, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(width, width, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(4),
        )

    @contract("n {channels} h w -> n {features} | h%2==0, w%2==0")
    def forward(self, frames: Tensor) -> Tensor:
        return self.maps(frames).flatten(1)
