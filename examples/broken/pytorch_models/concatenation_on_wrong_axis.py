"""Features of two sensors joined along time instead of along the features.

Repair: torch.cat((camera, sound), dim=-1), which gives 10 steps of 64 + 20 features.
"""

import torch
from torch import nn

camera = torch.randn(8, 10, 64)
sound = torch.randn(8, 10, 20)
both = torch.cat((camera, sound), dim=1)  # expect: SHP108
outputs, _ = nn.LSTM(84, 32, batch_first=True)(both)
print(outputs.shape)
