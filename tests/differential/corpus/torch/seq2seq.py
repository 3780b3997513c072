import torch
from torch import nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self, words, embedded, hidden):
        super().__init__()
        self.embedding = nn.Embedding(words, embedded)
        self.rnn = nn.GRU(embedded, hidden, bidirectional=True)
        self.fc = nn.Linear(hidden * 2, hidden)

    def forward(self, source):
        outputs, hidden = self.rnn(self.embedding(source))
        hidden = torch.tanh(self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1)))
        return outputs, hidden


class Attention(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.score = nn.Linear(hidden * 2 + hidden, hidden)
        self.v = nn.Linear(hidden, 1, bias=False)

    def forward(self, hidden, outputs):
        length = outputs.shape[0]
        hidden = hidden.unsqueeze(1).repeat(1, length, 1)
        outputs = outputs.permute(1, 0, 2)
        energy = torch.tanh(self.score(torch.cat((hidden, outputs), dim=2)))
        return F.softmax(self.v(energy).squeeze(2), dim=1)


class Decoder(nn.Module):
    def __init__(self, words, embedded, hidden):
        super().__init__()
        self.attention = Attention(hidden)
        self.embedding = nn.Embedding(words, embedded)
        self.rnn = nn.GRU(hidden * 2 + embedded, hidden)
        self.out = nn.Linear(hidden * 3 + embedded, words)

    def forward(self, word, hidden, outputs):
        embedded = self.embedding(word.unsqueeze(0))
        a = self.attention(hidden, outputs).unsqueeze(1)
        weighted = torch.bmm(a, outputs.permute(1, 0, 2)).permute(1, 0, 2)
        output, hidden = self.rnn(torch.cat((embedded, weighted), dim=2), hidden.unsqueeze(0))
        parts = (output.squeeze(0), weighted.squeeze(0), embedded.squeeze(0))
        return self.out(torch.cat(parts, dim=1)), hidden.squeeze(0)


def run():
    encoder = Encoder(30, 6, 8)
    decoder = Decoder(25, 6, 8)
    source = torch.randint(0, 30, (7, 3))
    outputs, hidden = encoder(source)
    word = torch.zeros(3, dtype=torch.long)
    steps = []
    for _ in range(4):
        scores, hidden = decoder(word, hidden, outputs)
        steps.append(scores)
        word = scores.argmax(1)
    result = torch.stack(steps)
    F.cross_entropy(result.view(-1, result.size(2)), torch.zeros(12, dtype=torch.long))


if __name__ == "__main__":
    run()
