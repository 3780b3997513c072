"""One step of training."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from shapecheck import contract


@contract(clips="n t 3 h w", lengths="n:int64", labels="n:int64")
@dataclass
class Batch:
    """Clips padded to one length, how long each is, and its class."""

    clips: Tensor
    lengths: Tensor
    labels: Tensor


@contract(scores="n k", labels="n", returns={"loss": "", "right": "n:bool"})
def measured(scores: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """The loss of a batch, and which of its clips were recognised."""
    return {
        "loss": nn.functional.cross_entropy(scores, labels),
        "right": scores.argmax(1) == labels,
    }


def step(model: nn.Module, optimizer: torch.optim.Optimizer, batch: Batch) -> float:
    """Improve the model on one batch; gives the loss before."""
    found = measured(model(batch.clips, batch.lengths), batch.labels)
    optimizer.zero_grad()
    found["loss"].backward()
    optimizer.step()
    return found["loss"].item()
