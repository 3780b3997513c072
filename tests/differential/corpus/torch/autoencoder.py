import torch
from torch import nn


class VAE(nn.Module):
    def __init__(self, latent=5):
        super().__init__()
        self.encode = nn.Sequential(
            nn.Conv2d(3, 6, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(6, 12, 4, 2, 1),
            nn.Flatten(),
        )
        self.mean = nn.Linear(12 * 4 * 4, latent)
        self.scale = nn.Linear(12 * 4 * 4, latent)
        self.start = nn.Linear(latent, 192)
        self.decode = nn.Sequential(
            nn.Unflatten(1, (12, 4, 4)),
            nn.ConvTranspose2d(12, 6, 3, stride=2, padding=1, output_padding=1),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.ConvTranspose2d(6, 3, 4, 2, 1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        h = self.encode(x)
        mean, scale = self.mean(h), self.scale(h)
        z = mean + torch.randn_like(scale) * torch.exp(0.5 * scale)
        return self.decode(self.start(z)), mean, scale


def run():
    x = torch.rand(3, 3, 16, 16)
    y, mean, scale = VAE()(x)
    loss = nn.functional.binary_cross_entropy(y, x, reduction="sum")
    loss = loss - 0.5 * torch.sum(1 + scale - mean.pow(2) - scale.exp())
    loss.backward()


if __name__ == "__main__":
    run()
