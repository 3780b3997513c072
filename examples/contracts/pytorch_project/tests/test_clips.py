"""The model keeps its contracts, and says clearly when it is given something else."""

import pytest
import torch
from clips import ClipClassifier
from clips.classifier import at_last_step
from clips.training import Batch, step

from shapecheck import ShapeError


def batch(count: int = 4, frames: int = 6, side: int = 16) -> Batch:
    return Batch(
        torch.randn(count, frames, 3, side, side),
        torch.randint(1, frames + 1, (count,)),
        torch.randint(0, 5, (count,)),
    )


def test_a_step_of_training_improves_the_model() -> None:
    torch.manual_seed(0)
    model = ClipClassifier(classes=5)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    given = batch()
    losses = [step(model, optimizer, given) for _ in range(8)]
    assert losses[-1] < losses[0]


def test_clips_without_lengths_are_read_to_their_end() -> None:
    assert ClipClassifier(classes=5)(batch().clips).shape == (4, 5)


def test_last_step_is_that_of_each_clip() -> None:
    outputs = torch.arange(24.0).reshape(2, 4, 3)
    assert at_last_step(outputs, torch.tensor([1, 4])).tolist() == [[0, 1, 2], [21, 22, 23]]


def test_other_channels_are_refused_by_name() -> None:
    with pytest.raises(ShapeError, match=r"forward: clips axis 2 is 1, expected 3"):
        ClipClassifier(classes=5)(torch.randn(2, 6, 1, 16, 16))


def test_a_length_too_many_is_refused_by_name() -> None:
    with pytest.raises(
        ShapeError, match=r"lengths axis 0 \(n\) is 3, expected 2: n was bound by clips axis 0"
    ):
        ClipClassifier(classes=5)(torch.randn(2, 6, 3, 16, 16), torch.tensor([1, 2, 3]))


def test_batches_are_checked_when_they_are_made() -> None:
    with pytest.raises(ShapeError, match="labels has dtype float32, expected int64"):
        Batch(torch.randn(2, 6, 3, 16, 16), torch.tensor([1, 2]), torch.tensor([0.0, 1.0]))
