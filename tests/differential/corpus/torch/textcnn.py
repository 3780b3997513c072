import torch
import torch.nn as nn
import torch.nn.functional as F


class TextCNN(nn.Module):
    def __init__(self, words=50, size=10, filters=6, widths=(2, 3, 4), classes=2):
        super().__init__()
        self.embedding = nn.Embedding(words, size, padding_idx=0)
        self.convs = nn.ModuleList([nn.Conv2d(1, filters, (width, size)) for width in widths])
        self.conv1d = nn.Conv1d(size, filters, 3, padding=2, dilation=2)
        self.fc = nn.Linear(filters * len(widths) + filters, classes)

    def forward(self, text):
        x = self.embedding(text)
        image = x.unsqueeze(1)
        parts = [F.relu(conv(image)).squeeze(3) for conv in self.convs]
        parts = [F.max_pool1d(part, part.size(2)).squeeze(2) for part in parts]
        line = self.conv1d(x.transpose(1, 2))
        parts.append(line.max(dim=2)[0])
        return self.fc(F.dropout(torch.cat(parts, 1), 0.1))


def run():
    model = TextCNN()
    text = torch.randint(0, 50, (5, 12))
    scores = model(text)
    nn.BCEWithLogitsLoss()(scores[:, 0], torch.ones(5))


if __name__ == "__main__":
    run()
