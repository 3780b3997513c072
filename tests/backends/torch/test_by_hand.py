"""Built models against the same models written by hand in torch."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from shapecheck import ops
from shapecheck.backend import Options, load
from shapecheck.model.graph import Graph

backend = load("torch")


def built(*layers: tuple[str, ops.Identity], pattern: str) -> nn.Module:
    """A chain of layers as a torch module with drawn weights, in evaluation mode."""
    graph = Graph()
    reference = graph.input(pattern, name="x")
    for name, op in layers:
        reference = graph.add(op, reference, name=name)
    return backend.build(graph.with_outputs(reference).bind({}), Options(seed=0, dtype="float64")).eval()


def agree(network: nn.Module, hand: nn.Module, x: Tensor) -> None:
    """The hand-written model takes the state dict as it is, and gives the same numbers."""
    hand.double().eval().load_state_dict(network.state_dict())
    with torch.no_grad():
        torch.testing.assert_close(network(x), hand(x), rtol=0, atol=1e-12)


class Video(nn.Module):
    """Frames through a convolution, flattened, then an LSTM."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.lstm = nn.LSTM(4 * 4 * 3, 5, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(10, 2)

    def forward(self, x: Tensor) -> Tensor:
        n, t, c, h, w = x.shape
        y = self.norm(F.relu(self.conv(x.reshape(n * t, c, h, w))))
        y = F.max_pool2d(y, 2).reshape(n, t, -1)
        y, _ = self.lstm(y)
        return self.head(y[:, -1])


def test_a_convolutional_recurrent_network() -> None:
    network = built(
        ("conv", ops.TimeDistributed(ops.Conv2d(4, 3, padding=1))),
        ("relu", ops.TimeDistributed(ops.ReLU())),
        ("norm", ops.TimeDistributed(ops.BatchNorm2d())),
        ("pool", ops.TimeDistributed(ops.MaxPool2d(2))),
        ("frames", ops.Rearrange("n t c h w -> n t (c h w)")),
        ("lstm", ops.LSTM(5, layers=2, bidirectional=True)),
        ("last", ops.LastStep()),
        ("head", ops.Linear(2)),
        pattern="n t 3 8 6",
    )
    assert isinstance(network.conv, nn.Conv2d)
    assert type(network.lstm) is nn.LSTM and type(network.head) is nn.Linear
    agree(network, Video(), torch.randn(2, 5, 3, 8, 6, dtype=torch.float64))


class Columns(nn.Module):
    """A CRNN: columns of a picture as steps."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3)
        self.gru = nn.GRU(3 * 6, 4, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        y = y.permute(0, 3, 1, 2).flatten(2)
        return self.gru(y)[0]


def test_columns_as_steps() -> None:
    network = built(
        ("conv", ops.Conv2d(3, 3)),
        ("columns", ops.Rearrange("n c h w -> n w (c h)")),
        ("gru", ops.GRU(4)),
        pattern="n 1 8 w",
    )
    agree(network, Columns(), torch.randn(2, 1, 8, 11, dtype=torch.float64))


class Same(nn.Module):
    """TensorFlow's "same" on a stride of 2 and an even size: the odd cell is padded at the high end."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (0, 1, 1, 1)))


def test_same_with_a_stride_is_uneven() -> None:
    network = built(("conv", ops.Conv2d(3, 3, stride=2, padding="same")), pattern="n 2 h w")
    agree(network, Same(), torch.randn(2, 2, 7, 8, dtype=torch.float64))


class Causal(nn.Module):
    """Padding at the low end alone."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(2, 3, 3, dilation=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (4, 0)))


def test_causal() -> None:
    network = built(("conv", ops.Conv1d(3, 3, dilation=2, padding="causal")), pattern="n 2 l")
    agree(network, Causal(), torch.randn(2, 2, 9, dtype=torch.float64))


class States(nn.Module):
    """An LSTM with its states out, from states that come in."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, 4, proj_size=2, batch_first=True)

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, ...]:
        y, (h, c) = self.lstm(x, (h, c))
        return y, h, c


def test_states_in_and_out() -> None:
    graph = Graph()
    inputs = [
        graph.input(text, name=name) for name, text in zip("xhc", ("n t 3", "1 n 2", "1 n 4"), strict=True)
    ]
    y, (h, c) = graph.add(ops.LSTM(4, projection=2, stacked=True, return_states=True), *inputs, name="lstm")
    network = backend.build(graph.with_outputs(y, h, c).bind({}), Options(dtype="float64")).eval()
    hand = States().double()
    hand.load_state_dict(network.state_dict())
    given = [torch.randn(shape, dtype=torch.float64) for shape in ((2, 5, 3), (1, 2, 2), (1, 2, 4))]
    with torch.no_grad():
        for found, expected in zip(network(*given), hand(*given), strict=True):
            torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


class Attended(nn.Module):
    """Self-attention with a residual."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.norm = nn.LayerNorm(4)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x + self.attention(x, x, x, need_weights=False)[0])


def test_attention_with_a_residual() -> None:
    graph = Graph()
    x = graph.input("n t 4", name="x")
    y = graph.add(ops.MultiheadAttention(4, 2, scores="none"), x, x, x, name="attention")
    y = graph.add(ops.Elementwise("add"), x, y, name="add")
    y = graph.add(ops.LayerNorm(), y, name="norm")
    network = backend.build(graph.with_outputs(y).bind({}), Options(dtype="float64")).eval()
    agree(network, Attended(), torch.randn(2, 5, 4, dtype=torch.float64))


def test_a_location_over_time_reads_its_sizes_from_the_input() -> None:
    graph = Graph()
    x = graph.input("n t 3 h w", name="x")
    h, w = graph.inputs["x"][3:]
    y = graph.add(ops.Rearrange("n t c h w -> (n h w) t c"), x)
    y = graph.add(ops.LSTM(4), y, name="lstm")
    y = graph.add(ops.Rearrange("(n h w) t c -> n t c h w", (("h", h), ("w", w))), y)
    network = backend.build(graph.with_outputs(y).bind({}), Options(dtype="float64")).eval()
    for shape in ((2, 5, 3, 4, 6), (1, 1, 3, 2, 3)):
        given = torch.randn(shape, dtype=torch.float64)
        with torch.no_grad():
            found = network(given)
            one = network.lstm(given[0, :, :, 1, 2].unsqueeze(0))[0][0]
        assert found.shape == (*shape[:2], 4, *shape[3:])
        torch.testing.assert_close(found[0, :, :, 1, 2], one, rtol=0, atol=1e-12)
