"""Clips to scores."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from clips.encoder import FrameEncoder
from shapecheck import check, contract


@contract("n t d, n -> n d")
def at_last_step(outputs: Tensor, lengths: Tensor) -> Tensor:
    """The output at the last frame of each clip; `lengths` says which that is."""
    picked = torch.arange(outputs.shape[0], device=outputs.device)
    return outputs[picked, lengths - 1]


class ClipClassifier(nn.Module):
    """An encoder for each frame, an LSTM over the frames, a linear head."""

    def __init__(self, classes: int, hidden: int = 32) -> None:
        super().__init__()
        self.classes = classes
        self.hidden = hidden
        self.encoder = FrameEncoder()
        self.recurrent = nn.LSTM(self.encoder.features, hidden, batch_first=True)
        self.head = nn.Linear(hidden, classes)

    @contract("n t c h w, n -> n t {hidden}, n {hidden}")
    def encode(self, clips: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        n, t = clips.shape[:2]
        frames = self.encoder(clips.flatten(0, 1))
        outputs, _ = self.recurrent(frames.reshape(n, t, -1))
        return outputs, at_last_step(outputs, lengths)

    @contract("n t 3 h w, n -> n {classes}")
    def forward(self, clips: Tensor, lengths: Tensor | None = None) -> Tensor:
        if lengths is None:
            lengths = torch.full((clips.shape[0],), clips.shape[1])
        _, last = self.encode(clips, lengths)
        sizes = check(last, "n d")
        assert sizes["d"] == self.hidden
        return self.head(last)
