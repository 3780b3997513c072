import torch
from torch import nn
import torch.nn.functional as F


class Tower(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.fc1 = nn.Linear(inside, 20)
        self.fc2 = nn.Linear(20, outside)

    def forward(self, x):
        x = F.elu(self.fc1(x))
        return F.normalize(self.fc2(x), dim=1)


class Matcher(nn.Module):
    def __init__(self):
        super().__init__()
        self.left = Tower(8, 6)
        self.right = Tower(9, 6)
        self.bilinear = nn.Bilinear(6, 6, 3)
        self.weight = nn.Parameter(torch.randn(6, 6))

    def forward(self, a, b):
        a, b = self.left(a), self.right(b)
        scores = a @ self.weight @ b.t()
        distances = (a.unsqueeze(1) - b.unsqueeze(0)).pow(2).sum(-1)
        near = torch.einsum("nd,md->nm", a, b)
        pairs = self.bilinear(a, b)
        return scores - distances + near, pairs


def run():
    model = Matcher()
    scores, pairs = model(torch.randn(4, 8), torch.randn(4, 9))
    labels = torch.arange(4)
    loss = F.cross_entropy(scores, labels) + F.cross_entropy(scores.T, labels)
    first, second = torch.split(pairs, [1, 2], dim=1)
    loss = loss + F.mse_loss(first.squeeze(1), torch.zeros(4)) + second.mean()
    loss.backward()


if __name__ == "__main__":
    run()
