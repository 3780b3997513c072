import torch
import torch.nn as nn


class Basic(nn.Module):
    expansion = 2

    def __init__(self, inside, width, stride=1):
        super().__init__()
        outside = width * self.expansion
        self.conv1 = nn.Conv2d(inside, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=2, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outside, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outside)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Identity()
        if stride != 1 or inside != outside:
            self.shortcut = nn.Sequential(nn.Conv2d(inside, outside, 1, stride), nn.BatchNorm2d(outside))

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return self.relu(out + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, layers, classes=7):
        super().__init__()
        self.inside = 8
        self.stem = nn.Sequential(
            nn.Conv2d(3, 8, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(8), nn.MaxPool2d(3, 2, 1)
        )
        self.layer1 = self._make(4, layers[0], 1)
        self.layer2 = self._make(8, layers[1], 2)
        self.layer3 = self._make(16, layers[2], 2)
        self.pool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16 * Basic.expansion, classes)

    def _make(self, width, count, stride):
        layers = [Basic(self.inside, width, stride)]
        self.inside = width * Basic.expansion
        for _ in range(1, count):
            layers.append(Basic(self.inside, width))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.stem(x)
        x = self.layer3(self.layer2(self.layer1(x)))
        x = torch.flatten(self.pool(x), 1)
        return self.fc(x)


def run():
    net = ResNet([1, 2, 1])
    scores = net(torch.randn(2, 3, 33, 40))
    scores.argmax(dim=1).eq(torch.zeros(2)).sum()


if __name__ == "__main__":
    run()
