"""Recurrent networks in the forms that people use."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Encoder(nn.Module):
    def __init__(self, vocab, width, hidden, layers=2, bidirectional=True, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab, width, padding_idx=0)
        self.directions = 2 if bidirectional else 1
        self.rnn = nn.LSTM(width, hidden, layers, bidirectional=bidirectional, dropout=dropout)
        self.bridge = nn.Linear(hidden * self.directions, hidden)

    def forward(self, tokens, lengths):
        embedded = self.embedding(tokens)
        packed = pack_padded_sequence(embedded, lengths, enforce_sorted=False)
        states, (h, c) = self.rnn(packed)
        states, _ = pad_packed_sequence(states)
        if self.directions == 2:
            h = torch.cat([h[-2], h[-1]], dim=-1)
        else:
            h = h[-1]
        return states, torch.tanh(self.bridge(h))


tokens = torch.randint(1, 50, (9, 4))
states, summary = Encoder(50, 16, 12)(tokens, torch.tensor([9, 5, 3, 1]))
assert summary.shape == (4, 12)


class Decoder(nn.Module):
    def __init__(self, vocab, hidden):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.GRUCell(hidden, hidden)
        self.embed = nn.Embedding(vocab, hidden)
        self.out = nn.Linear(hidden, vocab)

    def forward(self, context, steps):
        h = context
        token = torch.zeros(context.size(0), dtype=torch.long)
        outputs = []
        for _ in range(steps):
            h = self.cell(self.embed(token), h)
            logits = self.out(h)
            token = logits.argmax(-1)
            outputs.append(logits)
        return torch.stack(outputs, dim=1)


assert Decoder(50, 12)(summary, 6).shape == (4, 6, 50)


class Stateful(nn.Module):
    def __init__(self, hidden=20, layers=1):
        super().__init__()
        self.layers, self.hidden = layers, hidden
        self.rnn = nn.RNN(input_size=3, hidden_size=hidden, num_layers=layers, batch_first=True)
        self.state = None

    def init_hidden(self, batch):
        weight = next(self.parameters()).data
        return weight.new_zeros(self.layers, batch, self.hidden)

    def forward(self, x):
        if self.state is None or self.state.size(1) != x.size(0):
            self.state = self.init_hidden(x.size(0))
        out, self.state = self.rnn(x, self.state.detach())
        return out.contiguous().view(-1, self.hidden)


net = Stateful()
net(torch.randn(2, 5, 3))
net(torch.randn(7, 4, 3))
out, h = nn.GRU(5, 6)(torch.randn(8, 5))
assert out.shape == (8, 6)
