"""A view with the size of smaller maps: 64 * 14 * 14 numbers per picture cannot be 64 * 7 * 7.

Repair: x.view(batch_size, 64, -1), or the sizes of x itself.
"""

import torch
from torch import nn


class ChannelLSTM(nn.Module):
    def __init__(self, hidden_size=64):
        super().__init__()
        self.conv = nn.Conv2d(1, 64, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.lstm = nn.LSTM(7 * 7, hidden_size, batch_first=True)

    def forward(self, images):
        batch_size = images.shape[0]
        x = self.pool(torch.relu(self.conv(images)))
        x = x.view(batch_size, 64, 7 * 7)  # expect: SHP105
        outputs, _ = self.lstm(x)
        return outputs[:, -1]


if __name__ == "__main__":
    print(ChannelLSTM()(torch.randn(4, 1, 28, 28)).shape)
