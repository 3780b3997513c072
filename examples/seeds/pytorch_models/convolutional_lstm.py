"""A convolutional LSTM: the state is a map, so nothing is flattened between space and time.

Pattern: n t c h w -> n t d h w -> n 1 h w
"""

import torch
from torch import nn


class ConvLSTMCell(nn.Module):
    """One step. x: n c h w; hidden and memory: n d h w -> the new hidden and memory."""

    def __init__(self, input_channels, hidden_channels, kernel_size=3):
        super().__init__()
        self.hidden_channels = hidden_channels
        self.gates = nn.Conv2d(
            input_channels + hidden_channels,
            4 * hidden_channels,
            kernel_size,
            padding=kernel_size // 2,
        )

    def forward(self, x, state):
        hidden, memory = state
        gates = self.gates(torch.cat([x, hidden], dim=1))
        input_gate, forget_gate, output_gate, candidate = torch.chunk(gates, 4, dim=1)
        memory = torch.sigmoid(forget_gate) * memory + torch.sigmoid(input_gate) * torch.tanh(candidate)
        hidden = torch.sigmoid(output_gate) * torch.tanh(memory)
        return hidden, memory

    def initial_state(self, x):
        """Zeros on the device of x: n c h w -> n d h w, n d h w."""
        n, _, h, w = x.shape
        zeros = torch.zeros(n, self.hidden_channels, h, w, device=x.device)
        return zeros, zeros


class ConvLSTM(nn.Module):
    """The cell applied to every frame; all hidden maps are returned: n t c h w -> n t d h w."""

    def __init__(self, input_channels, hidden_channels, kernel_size=3):
        super().__init__()
        self.cell = ConvLSTMCell(input_channels, hidden_channels, kernel_size)

    def forward(self, clips):
        state = self.cell.initial_state(clips[:, 0])
        outputs = []
        for step in range(clips.size(1)):
            state = self.cell(clips[:, step], state)
            outputs.append(state[0])
        return torch.stack(outputs, dim=1)


class NextFrame(nn.Module):
    """Two layers of ConvLSTM and a 1x1 convolution on the last map: the next frame of a film."""

    def __init__(self, channels=1, hidden_channels=(16, 8)):
        super().__init__()
        first, second = hidden_channels
        self.encoder = ConvLSTM(channels, first, kernel_size=5)
        self.decoder = ConvLSTM(first, second)
        self.project = nn.Conv2d(second, channels, kernel_size=1)

    def forward(self, clips):
        maps = self.decoder(self.encoder(clips))
        return self.project(maps[:, -1])


if __name__ == "__main__":
    films = torch.rand(2, 5, 1, 32, 48)
    print(tuple(ConvLSTM(1, 16)(films).shape))  # (2, 5, 16, 32, 48)
    print(tuple(NextFrame()(films).shape))  # (2, 1, 32, 48)
