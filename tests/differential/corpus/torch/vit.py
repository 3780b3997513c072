import torch
from torch import nn


class ViT(nn.Module):
    def __init__(self, image=16, patch=4, width=24, heads=3, depth=1, classes=4):
        super().__init__()
        self.patch = patch
        self.count = (image // patch) ** 2
        self.embed = nn.Linear(3 * patch * patch, width)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.position = nn.Parameter(torch.zeros(1, self.count + 1, width))
        layer = nn.TransformerEncoderLayer(width, heads, 2 * width, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, depth)
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, classes))

    def patches(self, x):
        n, c, h, w = x.shape
        p = self.patch
        x = x.reshape(n, c, h // p, p, w // p, p)
        x = x.permute(0, 2, 4, 1, 3, 5)
        return x.reshape(n, (h // p) * (w // p), c * p * p)

    def forward(self, x):
        x = self.embed(self.patches(x))
        token = self.token.expand(x.shape[0], -1, -1)
        x = torch.cat([token, x], dim=1) + self.position
        x = self.encoder(x)
        return self.head(x[:, 0])


def run():
    model = ViT()
    out = model(torch.randn(2, 3, 16, 16))
    out.softmax(dim=-1).topk(2, dim=1)


if __name__ == "__main__":
    run()
