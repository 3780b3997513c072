import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        self.filter = nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.gate = nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        y = torch.tanh(self.filter(x)) * torch.sigmoid(self.gate(x))
        return x + self.mix(y), y


class WaveNet(nn.Module):
    def __init__(self, channels=6, layers=3, classes=4):
        super().__init__()
        self.start = nn.Conv1d(1, channels, 5, stride=2, padding=2)
        self.blocks = nn.ModuleList()
        for n in range(layers):
            self.blocks.append(Residual(channels, 2**n))
        self.pool = nn.AvgPool1d(4)
        self.rnn = nn.LSTM(channels, 9)
        self.end = nn.Linear(9, classes)

    def forward(self, wave):
        x = self.start(wave.unsqueeze(1))
        total = 0
        for block in self.blocks:
            x, skip = block(x)
            total = total + skip
        x = self.pool(total)
        x = x.permute(2, 0, 1)
        out, _ = self.rnn(x)
        return self.end(out[-1])


def run():
    model = WaveNet()
    scores = model(torch.randn(3, 64))
    nn.CrossEntropyLoss()(scores, torch.tensor([0, 1, 2]))


if __name__ == "__main__":
    run()
