import torch
import torch.nn as nn


class Cell(nn.Module):
    def __init__(self, inside, hidden, kernel):
        super().__init__()
        self.hidden = hidden
        self.conv = nn.Conv2d(inside + hidden, 4 * hidden, kernel, padding=kernel // 2)

    def forward(self, x, state):
        h, c = state
        gates = self.conv(torch.cat([x, h], dim=1))
        i, f, o, g = torch.split(gates, self.hidden, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def start(self, batch, height, width):
        return torch.zeros(batch, self.hidden, height, width), torch.zeros(batch, self.hidden, height, width)


class ConvLSTM(nn.Module):
    def __init__(self, inside=2, hidden=5):
        super().__init__()
        self.cell = Cell(inside, hidden, 3)
        self.head = nn.Conv2d(hidden, 1, 1)

    def forward(self, x):
        b, t, c, h, w = x.size()
        state = self.cell.start(b, h, w)
        outputs = []
        for step in range(t):
            state = self.cell(x[:, step], state)
            outputs.append(self.head(state[0]))
        return torch.stack(outputs, 1)


def run():
    model = ConvLSTM()
    x = torch.randn(2, 4, 2, 8, 6)
    y = model(x)
    nn.MSELoss()(y, torch.zeros(2, 4, 1, 8, 6))
    nn.L1Loss()(y[:, -1].squeeze(1), torch.zeros(2, 8, 6))


if __name__ == "__main__":
    run()
