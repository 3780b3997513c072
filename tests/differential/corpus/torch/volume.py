import torch
import torch.nn as nn


class C3D(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv3d(3, 4, kernel_size=(3, 3, 3), padding=(1, 1, 1)),
            nn.ReLU(),
            nn.MaxPool3d((1, 2, 2)),
            nn.Conv3d(4, 8, 3, padding=1),
            nn.BatchNorm3d(8),
            nn.MaxPool3d(kernel_size=2, stride=2),
        )
        self.depthwise = nn.Conv3d(8, 8, 3, padding=1, groups=8)
        self.classifier = nn.Sequential(nn.Linear(8 * 4 * 3 * 3, 16), nn.Dropout(), nn.Linear(16, classes))

    def forward(self, x):
        x = self.features(x)
        x = self.depthwise(x)
        x = x.reshape(-1, 8 * 4 * 3 * 3)
        return self.classifier(x)


def run():
    clips = torch.randn(2, 8, 12, 12, 3)
    clips = clips.permute(0, 4, 1, 2, 3)
    model = C3D()
    out = model(clips)
    halves = torch.cat((out, out.flip(0)), dim=0).chunk(2)
    torch.stack(halves, dim=1).mean(dim=(0, 2))


if __name__ == "__main__":
    run()
