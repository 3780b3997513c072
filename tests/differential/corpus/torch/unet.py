import torch
from torch import nn
import torch.nn.functional as F


class Double(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.a = nn.Conv2d(inside, outside, 3, padding=1)
        self.b = nn.Conv2d(outside, outside, 3, padding=1)
        self.norm = nn.GroupNorm(2, outside)

    def forward(self, x):
        x = F.relu(self.a(x))
        return F.relu(self.norm(self.b(x)))


class UNet(nn.Module):
    def __init__(self, classes=3, width=4):
        super().__init__()
        self.first = Double(1, width)
        self.second = Double(width, width * 2)
        self.bottom = Double(width * 2, width * 4)
        self.up2 = nn.ConvTranspose2d(width * 4, width * 2, 2, stride=2)
        self.join2 = Double(width * 4, width * 2)
        self.up1 = nn.ConvTranspose2d(width * 2, width, kernel_size=2, stride=2)
        self.join1 = Double(width * 2, width)
        self.last = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        a = self.first(x)
        b = self.second(F.max_pool2d(a, 2))
        c = self.bottom(F.max_pool2d(b, 2))
        x = self.up2(c)
        x = self.join2(torch.cat([x, b], dim=1))
        x = self.up1(x)
        dy = a.size(2) - x.size(2)
        dx = a.size(3) - x.size(3)
        x = F.pad(x, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        x = self.join1(torch.cat((a, x), 1))
        return self.last(x)


def run():
    net = UNet()
    image = torch.rand(2, 1, 16, 20)
    target = torch.zeros(2, 16, 20, dtype=torch.long)
    out = net(image)
    F.cross_entropy(out, target)


if __name__ == "__main__":
    run()
