"""The native model as torch users handle it: printed, saved, copied, moved, trained, refused."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from shapecheck import Model, ops
from shapecheck.backend import BackendError, Options, load
from shapecheck.model.graph import Graph
from tests.backends.torch.models import frames, video

backend = load("torch")

PRINTED = """\
Network(
  x: (n, t, 3, 8, 6) -> head: (n, 2)
  (conv): TimeDistributedConv2d(3, 4, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
  (norm): TimeDistributedBatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
  (relu): ReLU()
  (pool): TimeDistributedMaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  (frames): Rearrange('n t c h w -> n t (c h w)')
  (lstm): LSTM(48, 5, batch_first=True)
  (last): Index([:, -1])
  (head): Linear(in_features=5, out_features=2, bias=True)
)"""


def clip(**options: torch.dtype) -> torch.Tensor:
    return torch.randn(2, 5, 3, 8, 6, generator=torch.Generator().manual_seed(0)).to(**options)


def test_it_prints_as_hand_written() -> None:
    assert str(video().build("torch")) == PRINTED


def test_the_state_dict_has_the_names_of_the_specification() -> None:
    names = [name.split(".") for name in video().build("torch").state_dict()]
    assert {name[0] for name in names} == {"conv", "norm", "lstm", "head"}
    assert all(len(name) == 2 for name in names)  # "conv.weight": nothing between a layer and its tensors


def test_copies_and_pickles_give_the_same_numbers() -> None:
    network = video().build("torch").eval()
    buffer = io.BytesIO()
    torch.save(network, buffer)
    buffer.seek(0)
    copies = [
        copy.deepcopy(network),
        pickle.loads(pickle.dumps(network)),
        torch.load(buffer, weights_only=False),
    ]
    with torch.no_grad():
        for other in copies:
            assert torch.equal(other(clip()), network(clip()))
            assert str(other) == str(network)


def test_a_pickle_is_read_by_a_process_that_has_built_nothing(tmp_path) -> None:
    network = video().build("torch").eval()
    (tmp_path / "network.pickle").write_bytes(pickle.dumps(network))
    code = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb')))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "network.pickle")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(network)


def test_a_state_dict_loads_into_another() -> None:
    one, other = (video().build("torch", seed=seed).eval() for seed in (1, 2))
    with torch.no_grad():
        assert not torch.equal(one(clip()), other(clip()))
        other.load_state_dict(one.state_dict())
        assert torch.equal(one(clip()), other(clip()))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_it_moves_to_another_dtype(dtype: torch.dtype) -> None:
    network = video().build("torch").eval().to(dtype)
    assert network(clip(dtype=dtype)).dtype is dtype


def test_half() -> None:
    network = video().build("torch").half()
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float16}


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16", "float16"])
def test_dtypes(dtype: str) -> None:
    network = frames().build("torch", dtype=dtype)
    assert {parameter.dtype for parameter in network.parameters()} == {getattr(torch, dtype)}
    out = backend.run(network, {"x": clip().numpy()})["head"]
    assert out.dtype == ("float32" if dtype == "bfloat16" else dtype)


def test_it_trains() -> None:
    network = video().build("torch", seed=0)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    wanted = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(network(clip()), wanted)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]


def test_batch_and_time_may_differ_from_call_to_call() -> None:
    network = video().build("torch").eval()
    for batch, steps in ((1, 1), (3, 2), (2, 7)):
        assert network(torch.randn(batch, steps, 3, 8, 6)).shape == (batch, 2)


def test_a_seed_gives_the_same_weights_and_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one = video().build("torch", seed=3)
    assert torch.equal(torch.rand(3), expected)
    other = video().build("torch", seed=3)
    for name, tensor in one.state_dict().items():
        assert torch.equal(tensor, other.state_dict()[name])


def test_channels_last_is_a_memory_format() -> None:
    plain, last = (
        frames().build("torch", seed=1, layout=layout).eval() for layout in (None, "channels_last")
    )
    assert last.conv.weight.is_contiguous(memory_format=torch.channels_last)
    assert last.conv.weight.shape == plain.conv.weight.shape
    with torch.no_grad():
        torch.testing.assert_close(last(clip()), plain(clip()))


def two_inputs() -> Model:
    graph = Graph()
    words, picture = graph.input("n t:int", name="words"), graph.input("n 3", name="picture")
    embedded = graph.add(ops.Reduce("mean", (1,)), graph.add(ops.Embedding(7, 3), words, name="table"))
    joined = graph.add(ops.Elementwise("add"), embedded, picture, name="joined")
    return Model.of(graph, joined, embedded)


def test_inputs_by_name_or_in_order() -> None:
    network = two_inputs().build("torch").eval()
    words, picture = torch.tensor([[1, 2], [3, 4]]), torch.randn(2, 3)
    in_order = network(words, picture)
    assert isinstance(in_order, tuple) and len(in_order) == 2
    for found in (network(words=words, picture=picture), network(words, picture=picture)):
        assert all(torch.equal(one, other) for one, other in zip(found, in_order, strict=True))


@pytest.mark.parametrize(
    ("positional", "named", "message"),
    [
        (1, {}, "the model takes words, picture: picture is missing"),
        (3, {}, "the model takes 2 inputs (words, picture), got 3"),
        (2, {"words": 0}, "the model takes words, picture: words was given twice"),
        (2, {"sound": 0}, "the model takes words, picture: sound is none of its inputs"),
    ],
)
def test_wrong_inputs(positional: int, named: dict[str, int], message: str) -> None:
    network = two_inputs().build("torch")
    x = torch.zeros(2, 3)
    with pytest.raises(TypeError) as caught:
        network(*[x] * positional, **dict.fromkeys(named, x))
    assert str(caught.value) == message


def alone(op: ops.Identity, *patterns: str, name: str = "layer") -> Model:
    graph = Graph()
    references = [graph.input(pattern, name=f"x{index}") for index, pattern in enumerate(patterns)]
    out = graph.add(op, *references, name=name)
    return Model.of(graph, out)


@pytest.mark.parametrize(
    ("op", "patterns", "message"),
    [
        (
            ops.GRU(4, reset_after=False),
            ("n t 3",),
            "torch cannot build layer (GRU): GRU in PyTorch resets after the product (reset_after=True), "
            "not before it",
        ),
        (
            ops.AvgPool2d(2, dilation=2),
            ("n 3 8 8",),
            "torch cannot build layer (AvgPool2d): torch's average pools have no dilation",
        ),
        (
            ops.InstanceNorm2d(),
            ("n 3 1 1",),
            "torch cannot build layer (InstanceNorm2d): InstanceNorm2d in PyTorch expects more than 1 value per "
            "channel, got 1 in (n, 3, 1, 1)",
        ),
        (
            ops.Index((ops.Cut(None, None, -1),), style="numpy"),
            ("n 3",),
            "torch cannot build layer (index): torch cannot slice with the step -1",
        ),
    ],
)
def test_refused_operators(op: ops.Identity, patterns: tuple[str, ...], message: str) -> None:
    with pytest.raises(BackendError) as caught:
        alone(op, *patterns).build("torch")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dtype": "int8"}, "torch is built in float32, float64, bfloat16, float16, not in 'int8'"),
        ({"layout": "nhwc"}, "the layout is 'channels_first' or 'channels_last', got 'nhwc'"),
        ({"device": "cuda:99"}, "torch cannot use the device 'cuda:99': "),
        ({"device": "nowhere"}, "torch cannot use the device 'nowhere': "),
    ],
)
def test_refused_options(options: dict[str, str], message: str) -> None:
    with pytest.raises(BackendError) as caught:
        video().build("torch", **options)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_name_that_modules_need_themselves() -> None:
    with pytest.raises(BackendError) as caught:
        alone(ops.ReLU(), "n 3", name="train").build("torch")
    assert str(caught.value) == "torch.nn.Module has a 'train' of its own: give this layer another name"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"head.bias": None}, "the weight 'head.bias' of shape (2,) is missing"),
        ({"tail.bias": np.zeros(2)}, "the model has no weight 'tail.bias'"),
        ({"head.bias": np.zeros(3)}, "the weight 'head.bias' has the shape (2,), got (3,)"),
    ],
)
def test_refused_weights(change: dict[str, np.ndarray | None], message: str) -> None:
    network = video().build("torch", seed=1)
    before = backend.get_weights(network)
    wrong = {**before, **change}
    with pytest.raises(ValueError) as caught:
        backend.set_weights(network, {name: array for name, array in wrong.items() if array is not None})
    assert str(caught.value) == message
    after = backend.get_weights(network)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_two_biases_are_one_in_the_neutral_format() -> None:
    one, other = (video().build("torch", seed=seed).eval() for seed in (1, 2))
    weights = backend.get_weights(one)
    np.testing.assert_array_equal(
        weights["lstm.bias.0"], (one.lstm.bias_ih_l0 + one.lstm.bias_hh_l0).detach()
    )
    backend.set_weights(other, weights)
    assert not other.lstm.bias_hh_l0.any()
    with torch.no_grad():
        torch.testing.assert_close(one(clip()), other(clip()))


def test_running_leaves_the_network_as_it_was() -> None:
    network = video().build("torch", seed=1)
    network.head.eval()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    evaluated = backend.run(network, {"x": clip().numpy()})
    trained = backend.run(network, {"x": clip().numpy()}, training=True)
    assert not np.array_equal(evaluated["norm"], trained["norm"])
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert network.training and not network.head.training


def test_gradients_are_those_of_finite_differences() -> None:
    network = video().build("torch", seed=1, dtype="float64")
    x = {"x": clip(dtype=torch.float64).numpy()}
    cotangent = {"head": np.array([[1.0, -2.0], [0.5, 3.0]])}
    weights = backend.get_weights(network)
    by_input, by_weight = backend.gradients(network, x, cotangent)
    assert set(by_weight) == set(network.shapecheck_graph.weights())

    def value() -> float:
        return float((backend.run(network, x)["head"] * cotangent["head"]).sum())

    step = 1e-6
    for name in ("conv.kernel", "norm.scale", "lstm.input.0", "lstm.bias.0", "head.kernel"):
        moved = weights[name].copy()
        place = np.unravel_index(np.abs(by_weight[name]).argmax(), moved.shape)
        ends = []
        for sign in (1, -1):
            moved[place] = weights[name][place] + sign * step
            backend.set_weights(network, {**weights, name: moved})
            ends.append(value())
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(by_weight[name][place], rel=1e-5)
    assert by_input["x"].shape == x["x"].shape and by_input["x"].any()


def test_an_options_object_is_all_a_backend_needs() -> None:
    network = backend.build(video().bound(), Options(seed=1))
    assert isinstance(network, nn.Module)
