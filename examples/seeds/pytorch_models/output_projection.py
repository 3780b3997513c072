"""From the LSTM's outputs to an answer: at every step, at the last step, or averaged over time.

Patterns: n t d -> n t k               an answer a step
          n t d -> n d -> n k          the last step
          n t d -> n t k -> n k        the mean of the steps' answers
"""

import torch
from torch import nn


class StepClassifier(nn.Module):
    """nn.Linear acts on the last axis, so it needs no wrapper to answer at every step."""

    def __init__(self, features=40, hidden_size=128, classes=10):
        super().__init__()
        self.lstm = nn.LSTM(features, hidden_size, batch_first=True)
        self.project = nn.Linear(hidden_size, classes)

    def forward(self, sequence):
        outputs, _ = self.lstm(sequence)
        return self.project(outputs)


class LastStepClassifier(StepClassifier):
    """Only the last output is projected; it has seen the whole sequence."""

    def forward(self, sequence):
        outputs, _ = self.lstm(sequence)
        return self.project(outputs[:, -1, :])


class MeanClassifier(StepClassifier):
    """Every step votes and the votes are averaged."""

    def forward(self, sequence):
        votes = torch.softmax(super().forward(sequence), dim=-1)
        return votes.mean(dim=1)


if __name__ == "__main__":
    sequence = torch.randn(32, 20, 40)
    labels = torch.randint(0, 10, (32,))

    print(tuple(StepClassifier()(sequence).shape))  # (32, 20, 10)

    logits = LastStepClassifier()(sequence)
    print(tuple(logits.shape))  # (32, 10)
    print(tuple(nn.functional.cross_entropy(logits, labels).shape))  # ()

    print(tuple(MeanClassifier()(sequence).shape))  # (32, 10)
