import torch
from torch import nn


class FrameEncoder(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, kernel_size=3, stride=2, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.Conv2d(8, 16, kernel_size=3, stride=2, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d((2, 2)),
        )
        self.head = nn.Linear(16 * 2 * 2, features)

    def forward(self, x):
        x = self.body(x)
        return self.head(x.flatten(1))


class VideoClassifier(nn.Module):
    def __init__(self, features=12, hidden=10, classes=5):
        super().__init__()
        self.encoder = FrameEncoder(features)
        self.rnn = nn.LSTM(features, hidden, num_layers=2, batch_first=True, bidirectional=True)
        self.norm = nn.LayerNorm(2 * hidden)
        self.head = nn.Linear(hidden * 2, classes)

    def forward(self, clip):
        b, t, c, h, w = clip.shape
        frames = clip.reshape(b * t, c, h, w)
        features = self.encoder(frames).view(b, t, -1)
        out, (h_n, c_n) = self.rnn(features)
        last = torch.cat([h_n[-2], h_n[-1]], dim=1)
        pooled = self.norm(out).mean(dim=1)
        return self.head(pooled + last)


def run():
    model = VideoClassifier(features=12, hidden=10)
    clip = torch.randn(2, 6, 3, 16, 20)
    scores = model(clip)
    target = torch.zeros(2, dtype=torch.long)
    nn.CrossEntropyLoss()(scores, target)


if __name__ == "__main__":
    run()
