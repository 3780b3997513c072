"""The torch backend on CUDA against the float64 reference: run with `make test-gpu`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecheck.backend import BackendError, Options, load
from shapecheck.model.vocabulary import VOCABULARY
from shapecheck.ops.base import Op
from tests.backends.torch.drawing import CASES, graph_of
from tests.backends.torch.models import frames, video
from tests.backends.torch.test_operators import inputs_of, weights_of

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device"),
]
torch_backend = load("torch")
numpy_backend = load("numpy")


@pytest.fixture(autouse=True)
def whole_float32() -> Iterator[None]:
    """Without TF32, whose 10 bits of mantissa are no float32: torch has it on for cuDNN by default."""
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        yield


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", VOCABULARY, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_values_on_the_device(kind: type[Op], dtype: str, data: st.DataObject) -> None:
    op, shapes = data.draw(CASES[kind])
    graph = graph_of(op, shapes)
    assume(graph is not None and all(size != 0 for shape in graph.shapes.values() for size in shape))
    try:
        network = torch_backend.build(graph, Options(dtype=dtype, device="cuda"))
    except BackendError:
        assume(False)
    rng = np.random.default_rng(data.draw(st.integers(0, 9), label="seed"))
    weights, inputs = weights_of(graph, rng), inputs_of(graph, rng)
    weights = {name: array.astype(dtype) for name, array in weights.items()}
    inputs = {
        name: array.astype(dtype) if array.dtype.kind == "f" else array for name, array in inputs.items()
    }
    torch_backend.set_weights(network, weights)
    reference = numpy_backend.build(graph, Options())
    numpy_backend.set_weights(reference, {name: array.astype("float64") for name, array in weights.items()})
    expected = numpy_backend.run(
        reference,
        {
            name: array.astype("float64") if array.dtype.kind == "f" else array
            for name, array in inputs.items()
        },
    )
    found = torch_backend.run(network, inputs)
    # Sums of at most a few hundred products of numbers near 1, rounded to 24 or 53 bits.
    tolerance = 2e-4 if dtype == "float32" else 1e-9
    for name, array in expected.items():
        np.testing.assert_allclose(found[name], array, rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("make", [video, frames])
def test_a_seed_gives_the_same_weights_on_every_device(make) -> None:
    here, there = (make().build("torch", seed=4, device=device) for device in ("cpu", "cuda"))
    for name, tensor in here.state_dict().items():
        assert torch.equal(tensor, there.state_dict()[name].cpu())


@pytest.mark.parametrize("layout", ["channels_first", "channels_last"])
def test_gradients_on_the_device(layout: str) -> None:
    here = video().build("torch", seed=4, dtype="float64")
    there = video().build("torch", seed=4, dtype="float64", device="cuda", layout=layout)
    x = {"x": np.random.default_rng(0).normal(size=(2, 5, 3, 8, 6))}
    cotangent = {"head": np.ones((2, 2))}
    for one, other in zip(
        torch_backend.gradients(here, x, cotangent), torch_backend.gradients(there, x, cotangent), strict=True
    ):
        for name, array in one.items():
            np.testing.assert_allclose(other[name], array, rtol=1e-8, atol=1e-10, err_msg=name)


def test_it_compiles_for_the_device() -> None:
    network = video().build("torch", seed=4, device="cuda").eval()
    x = torch.randn(2, 5, 3, 8, 6, device="cuda")
    with torch.no_grad(), torch._dynamo.config.patch(allow_rnn=True):
        torch.testing.assert_close(
            torch.compile(network, fullgraph=True)(x), network(x), rtol=1e-4, atol=1e-4
        )


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_low_precision(dtype: str) -> None:
    network = video().build("torch", seed=4, device="cuda", dtype=dtype)
    x = np.random.default_rng(0).normal(size=(2, 5, 3, 8, 6)).astype("float32")
    found = torch_backend.run(network, {"x": x})["head"]
    expected = torch_backend.run(video().build("torch", seed=4), {"x": x})["head"]
    np.testing.assert_allclose(found.astype("float32"), expected, rtol=0.1, atol=0.05)
