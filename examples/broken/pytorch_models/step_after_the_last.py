"""The step after the last one: ten steps are numbered 0 to 9.

Repair: outputs[:, 9], or outputs[:, -1] for the last one whatever the length.
"""

import torch
from torch import nn

STEPS = 10

lstm = nn.LSTM(input_size=32, hidden_size=64, batch_first=True)
outputs, _ = lstm(torch.randn(4, STEPS, 32))
last = outputs[:, STEPS]  # expect: SHP113
print(nn.Linear(64, 5)(last).shape)
