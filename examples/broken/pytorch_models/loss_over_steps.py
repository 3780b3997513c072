"""Cross entropy of answers for every step: it wants the classes on axis 1, and gets the steps there.

Repair: criterion(logits.transpose(1, 2), labels), or flatten both.
"""

import torch
from torch import nn


class StepClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(40, 64, batch_first=True)
        self.head = nn.Linear(64, 6)

    def forward(self, sequence):
        outputs, _ = self.lstm(sequence)
        return self.head(outputs)


model = StepClassifier()
criterion = nn.CrossEntropyLoss()
sequence = torch.randn(8, 20, 40)
labels = torch.randint(0, 6, (8, 20))
logits = model(sequence)
loss = criterion(logits, labels)  # expect: SHP118
print(loss.item())
