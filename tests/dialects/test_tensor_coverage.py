"""The names that model code uses most: each that is claimed is called in its framework, and gives what we say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy
import pytest
import tensorflow
import torch

from shapecheck.algebra import Shape
from shapecheck.dialects.attributes import attribute
from shapecheck.dialects.base import Apply, Arguments, apply_to_input, bind
from shapecheck.dialects.coverage import NEUTRAL, OPERATOR, PYTHON, canonical, coverage
from shapecheck.dialects.registry import spelling
from shapecheck.ops.tensor import Tensor
from tests.dialects import in_arrays
from tests.ops import in_torch
from tests.ops.calling import Answer, T, as_numbers, ask_us, fresh, known, lifted, plain, realised

DATA = Path(__file__).parent / "data"
TORCH = (DATA / "torch_names.txt").read_text().split("\n")[:-1]
KERAS = (DATA / "keras_names.txt").read_text().split("\n")[:-1]

IMAGE = T((2, 3, 8, 8))  # n c h w
PHOTO = T((2, 8, 8, 3))  # n h w c
MATRIX = T((4, 6))
WORDS = T((2, 5), "int64")
STEPS = T((2, 5, 6))


def layer(*settings: Any, inputs: Any = IMAGE, **named: Any) -> tuple[list[Any], dict[str, Any], list[Any]]:
    """A layer: what it is made with, and what it is called on."""
    return list(settings), named, inputs if isinstance(inputs, list) else [inputs]


def call(*positional: Any, **named: Any) -> tuple[list[Any], dict[str, Any], None]:
    """A function or method."""
    return list(positional), named, None


CALLS: dict[str, Any] = {
    "nn.Linear": layer(6, 5, inputs=MATRIX),
    "nn.Conv2d": layer(3, 7, 3, padding=1),
    "nn.BatchNorm2d": layer(3),
    "nn.Identity": layer(),
    "nn.Dropout": layer(0.5),
    "nn.ReLU": layer(),
    "nn.LayerNorm": layer(8),
    "nn.MaxPool2d": layer(2),
    "nn.Conv1d": layer(5, 7, 3, inputs=STEPS),
    "nn.Embedding": layer(10, 4, inputs=WORDS),
    "nn.LeakyReLU": layer(0.1),
    "nn.LSTM": layer(6, 7, batch_first=True, inputs=STEPS),
    "nn.BatchNorm1d": layer(6, inputs=MATRIX),
    "nn.Softmax": layer(1),
    "nn.ConvTranspose2d": layer(3, 5, 2, 2),
    "nn.Upsample": layer(scale_factor=2),
    "nn.GELU": layer(),
    "nn.InstanceNorm2d": layer(3),
    "nn.AvgPool2d": layer(2),
    "nn.Sigmoid": layer(),
    "nn.Tanh": layer(),
    "nn.GRU": layer(6, 7, inputs=STEPS),
    "nn.GroupNorm": layer(3, 3),
    "nn.Dropout2d": layer(),
    "nn.RNN": layer(6, 7, inputs=STEPS),
    "nn.ZeroPad2d": layer(1),
    "nn.PReLU": layer(),
    "nn.ReflectionPad2d": layer(1),
    "nn.AdaptiveAvgPool2d": layer(1),
    "nn.SiLU": layer(),
    "nn.Parameter": call(MATRIX),
    "Tensor.view()": call(IMAGE, 2, -1),
    "Tensor.size()": call(IMAGE),
    "torch.cat": call([IMAGE, IMAGE], 1),
    "F.relu": call(IMAGE),
    "Tensor.reshape()": call(IMAGE, 2, -1),
    "Tensor.transpose()": call(IMAGE, 1, 2),
    "Tensor.permute()": call(IMAGE, 0, 2, 3, 1),
    "torch.zeros": call(2, 3),
    "Tensor.unsqueeze()": call(IMAGE, 1),
    "torch.empty": call(2, 3),
    "Tensor.to()": call(IMAGE, "cpu"),
    "torch.arange": call(5),
    "Tensor.squeeze()": call(T((2, 1, 3)), 1),
    "Tensor.mean()": call(IMAGE, (2, 3)),
    "Tensor.float()": call(WORDS),
    "Tensor.contiguous()": call(IMAGE),
    "torch.randn": call(2, 3),
    "Tensor.flatten()": call(IMAGE, 1),
    "torch.ones": call(2, 3),
    "Tensor.sum()": call(IMAGE, dim=1),
    "torch.stack": call([IMAGE, IMAGE]),
    "F.pad": call(IMAGE, (1, 2, 0, 1)),
    "torch.tensor": call([[1, 2], [3, 4]]),
    "Tensor.softmax()": call(IMAGE, -1),
    "F.leaky_relu": call(IMAGE, 0.2),
    "torch.einsum": call("nchw,nchw->nc", IMAGE, IMAGE),
    "F.softmax": call(IMAGE, dim=1),
    "Tensor.masked_fill()": call(MATRIX, T((4, 6), "bool"), 0.0),
    "torch.sigmoid": call(IMAGE),
    "Tensor.chunk()": call(MATRIX, 3, 1),
    "torch.matmul": call(MATRIX, T((6, 2))),
    "torch.sum": call(IMAGE),
    "F.scaled_dot_product_attention": call(T((2, 4, 5, 8)), T((2, 4, 6, 8)), T((2, 4, 6, 8))),
    "Tensor.sigmoid()": call(IMAGE),
    "Tensor.expand()": call(T((1, 6)), 4, -1),
    "Tensor.sin()": call(IMAGE),
    "Tensor.cos()": call(IMAGE),
    "Tensor.unbind()": call(IMAGE),
    "F.avg_pool2d": call(IMAGE, 2),
    "F.dropout": call(IMAGE, 0.5),
    "torch.meshgrid": call(T((2,)), T((3,)), indexing="ij"),
    "Tensor.detach()": call(IMAGE),
    "torch.autograd.Variable": call(IMAGE),
    "Tensor.cpu()": call(IMAGE),
    "Tensor.split()": call(MATRIX, [2, 4], 1),
    "Tensor.max()": call(IMAGE, 1),
    "F.log_softmax": call(IMAGE, dim=1),
    "F.normalize": call(IMAGE),
    "torch.exp": call(IMAGE),
    "F.interpolate": call(IMAGE, scale_factor=2),
    "torch.flatten": call(IMAGE, 1),
    "Tensor.clamp()": call(IMAGE, 0, 1),
    "Tensor.item()": call(T(())),
    "Tensor.numel()": call(IMAGE),
    "F.max_pool1d": call(STEPS, 2),
    "Tensor.numpy()": call(IMAGE),
    "Tensor.repeat()": call(MATRIX, 2, 1, 1),
    "torch.mean": call(IMAGE),
    "F.sigmoid": call(IMAGE),
    "F.cross_entropy": call(MATRIX, T((4,), "int64")),
    "Tensor.amax()": call(IMAGE, (2, 3)),
    "Tensor.clone()": call(IMAGE),
    "Tensor.type_as()": call(IMAGE, MATRIX),
    "nn.utils.rnn.pack_padded_sequence": call(T((5, 2, 6)), [5, 3]),
    "torch.tanh": call(IMAGE),
    "Tensor.exp()": call(IMAGE),
    "torch.linspace": call(0, 1, 5),
    "Tensor.fill_()": call(IMAGE, 0),
    "torch.log": call(IMAGE),
    "torch.where": call(T((4, 6), "bool"), MATRIX, T((6,))),
    "torch.zeros_like": call(IMAGE),
    "torch.FloatTensor": call(2, 3),
    "Tensor.long()": call(IMAGE),
    "Tensor.tolist()": call(MATRIX),
    "Tensor.uniform_()": call(IMAGE),
    "torch.split": call(MATRIX, 2, 1),
    "torch.from_numpy": call(MATRIX),
    "F.layer_norm": call(IMAGE, (8,)),
    "F.max_pool2d": call(IMAGE, 2),
    "torch.roll": call(IMAGE, 1, 2),
    "layers.Conv2D": layer(7, 3, padding="same", inputs=PHOTO),
    "layers.Dense": layer(5, inputs=MATRIX),
    "layers.MaxPooling2D": layer(2, inputs=PHOTO),
    "layers.BatchNormalization": layer(inputs=PHOTO),
    "layers.Dropout": layer(0.5, inputs=PHOTO),
    "layers.Activation": layer("relu", inputs=PHOTO),
    "layers.UpSampling2D": layer(inputs=PHOTO),
    "layers.LayerNormalization": layer(inputs=PHOTO),
    "layers.GlobalAveragePooling2D": layer(inputs=PHOTO),
    "layers.Flatten": layer(inputs=PHOTO),
    "layers.Concatenate": layer(inputs=[[PHOTO, PHOTO]]),
    "layers.AveragePooling2D": layer(2, inputs=PHOTO),
    "layers.ZeroPadding2D": layer(1, inputs=PHOTO),
    "layers.EinsumDense": layer("ab,bc->ac", output_shape=5, inputs=MATRIX),
    "layers.Conv2DTranspose": layer(5, 2, strides=2, inputs=PHOTO),
    "layers.Add": layer(inputs=[[PHOTO, PHOTO]]),
    "layers.Embedding": layer(10, 4, inputs=WORDS),
    "layers.LSTM": layer(7, inputs=STEPS),
    "layers.LeakyReLU": layer(inputs=PHOTO),
    "layers.Conv3D": layer(5, 2, inputs=T((2, 4, 4, 4, 3))),
    "layers.GlobalMaxPooling2D": layer(inputs=PHOTO),
    "layers.MaxPool2D": layer(2, inputs=PHOTO),
    "layers.SeparableConv2D": layer(5, 3, inputs=PHOTO),
    "layers.MaxPooling3D": layer(2, inputs=T((2, 4, 4, 4, 3))),
    "layers.ReLU": layer(inputs=PHOTO),
    "layers.Reshape": layer((64, 3), inputs=PHOTO),
    "layers.DepthwiseConv2D": layer(3, inputs=PHOTO),
    "layers.ReversibleEmbedding": layer(10, 4, inputs=WORDS),
    "layers.SimpleRNN": layer(7, inputs=STEPS),
    "layers.Rescaling": layer(0.5, inputs=PHOTO),
    "layers.Conv1D": layer(7, 3, inputs=STEPS),
    "layers.concatenate": call([PHOTO, PHOTO]),
    "layers.add": call([PHOTO, PHOTO]),
    "ops.cast": call(MATRIX, "int32"),
    "ops.shape": call(MATRIX),
    "ops.reshape": call(PHOTO, (2, -1)),
    "ops.expand_dims": call(PHOTO, 1),
    "K.image_data_format": call(),
    "ops.transpose": call(PHOTO, (0, 3, 1, 2)),
    "tf.reshape": call(PHOTO, [2, -1]),
    "K.int_shape": call(PHOTO),
    "ops.concatenate": call([PHOTO, PHOTO], axis=-1),
    "tf.concat": call([PHOTO, PHOTO], axis=-1),
    "ops.arange": call(5),
    "tf.cast": call(MATRIX, "int32"),
    "K.is_keras_tensor": call(MATRIX),
    "ops.einsum": call("nhwc,nhwc->nc", PHOTO, PHOTO),
    "ops.add": call(MATRIX, MATRIX),
    "tf.shape": call(MATRIX),
    "ops.multiply": call(MATRIX, MATRIX),
    "ops.sum": call(MATRIX, axis=1),
    "ops.stack": call([MATRIX, MATRIX], axis=1),
    "tf.nn.softmax": call(MATRIX),
    "tf.squeeze": call(T((2, 1, 3)), axis=1),
    "ops.matmul": call(MATRIX, T((6, 2))),
    "K.name_scope": call("block"),
    "tf.constant": call([1, 2, 3]),
    "tf.nn.leaky_relu": call(MATRIX),
    "ops.where": call(T((4, 6), "bool"), MATRIX, MATRIX),
    "ops.mean": call(MATRIX, axis=0),
    "ops.slice_update": call(MATRIX, [0, 0], T((2, 2))),
    "tf.expand_dims": call(MATRIX, axis=-1),
    "ops.zeros": call((2, 3)),
    "K.clear_session": call(),
    "tf.zeros": call([2, 3]),
    "ops.convert_to_tensor": call([1, 2]),
    "ops.pad": call(MATRIX, [[1, 0], [0, 2]]),
    "tf.convert_to_tensor": call([1, 2]),
    "ops.clip": call(MATRIX, 0.0, 1.0),
    "ops.ones": call((2, 3)),
    "tf.range": call(5),
    "ops.tile": call(MATRIX, (2, 1)),
    "tf.pad": call(MATRIX, [[1, 0], [0, 2]]),
    "ops.minimum": call(MATRIX, MATRIX),
    "ops.sqrt": call(MATRIX),
    "ops.repeat": call(MATRIX, 2, axis=1),
    "ops.maximum": call(MATRIX, MATRIX),
    "tf.gather": call(MATRIX, T((3,), "int32"), axis=1),
    "tf.transpose": call(PHOTO, perm=[0, 3, 1, 2]),
    "tf.sigmoid": call(MATRIX),
    "ops.softmax": call(MATRIX, axis=-1),
    "ops.split": call(MATRIX, 3, axis=1),
    "ops.power": call(MATRIX, MATRIX),
    "tf.nn.relu": call(MATRIX),
    "keras.config.backend": call(),
}
# Layers that are made from another layer have tests of their own.
WRAPPERS = ("layers.TimeDistributed", "layers.Bidirectional")


def claimed(names: list[str]) -> list[str]:
    return [name for name in names if coverage(name) in (OPERATOR, NEUTRAL)]


def test_every_name_is_known() -> None:
    for name in (*TORCH, *KERAS):
        assert coverage(name) in (OPERATOR, NEUTRAL, PYTHON), f"{name}: {coverage(name)}"


def test_every_claimed_name_is_called() -> None:
    missing = [name for name in claimed([*TORCH, *KERAS]) if name not in CALLS and name not in WRAPPERS]
    assert not missing


def test_neutral_names_keep_the_shape() -> None:
    for name in claimed([*TORCH, *KERAS]):
        if coverage(name) == NEUTRAL:
            said = ours(name)
            tensor = next(value for value in flat(CALLS[name]) if isinstance(value, T))
            assert said == ("shape", *tensor.sizes), name


def flat(value: Any) -> Any:
    if isinstance(value, list | tuple) and not isinstance(value, T):
        for entry in value:
            yield from flat(entry)
    else:
        yield value


def ours(name: str) -> Any:
    """The shapes that we say come out."""
    positional, named, inputs = CALLS[name]
    dotted = canonical(name)
    if inputs is None:
        answer = ask_us(dotted, positional, named)
        assert answer.failed is None, answer.failed
        return plain(known(answer.out))
    row = spelling(dotted)
    assert row is not None and row.build is not None
    values, given = bind(row.signature, positional, named)
    op = row.build(Arguments(row, values, given, fresh))
    if op is None:
        return ("shape", *inputs[0].sizes)
    values, given = bind(row.call_signature, [lifted(value, as_numbers) for value in inputs], {})
    answer = Answer()
    result = realised((row.call or apply_to_input)(op, Arguments(row, values, given, fresh)), answer)
    assert answer.failed is None, answer.failed
    return plain(result)


def of_torch(name: str) -> Any:
    positional, named, inputs = CALLS[name]
    dotted = canonical(name)
    if dotted == "torch.from_numpy":
        return in_torch.shapes(torch.from_numpy(numpy.zeros(positional[0].sizes)))
    if inputs is None:
        result = in_torch.ask(dotted, positional, named)
        return ("shape", *result.shape) if isinstance(result, numpy.ndarray) else result
    made = getattr(torch.nn, name.removeprefix("nn."))(*positional, **named)
    return in_torch.shapes(made(*(in_torch.real(value) for value in inputs)))


def of_keras(name: str) -> Any:
    positional, named, inputs = CALLS[name]
    dotted = canonical(name)
    if dotted == "tf.shape":  # a tensor that holds the sizes; the sizes are what we say
        return tuple(int(size) for size in tensorflow.shape(in_arrays.real(positional[0], "tf")))
    if inputs is None:
        return in_arrays.ask(dotted, positional, named)
    made = getattr(keras.layers, name.removeprefix("layers."))(*positional, **named)
    return in_arrays.shapes(made(*(in_arrays.real(value, "keras") for value in inputs)))


def agree(said: Any, theirs: Any) -> bool:
    if said is None or said is theirs:
        return True
    if isinstance(said, tuple) and isinstance(theirs, tuple):
        return len(said) == len(theirs) and all(agree(a, b) for a, b in zip(said, theirs, strict=True))
    return bool(said == theirs)


@pytest.mark.parametrize("name", claimed(TORCH))
def test_torch_gives_what_we_say(name: str) -> None:
    theirs = of_torch(name)
    assert theirs != "refused"
    if name == "nn.utils.rnn.pack_padded_sequence":
        return  # a packed sequence is no nested tensor; its unpacking is tested with the recurrent layers
    assert agree(ours(name), theirs), f"{name}: {ours(name)}, in PyTorch {theirs}"


@pytest.mark.parametrize("name", [name for name in claimed(KERAS) if name not in WRAPPERS])
def test_keras_gives_what_we_say(name: str) -> None:
    theirs = of_keras(name)
    assert theirs != "refused"
    if isinstance(theirs, tuple) or theirs is None:
        assert agree(ours(name), theirs), f"{name}: {ours(name)}, in Keras {theirs}"


def test_attributes_of_tensors() -> None:
    real = torch.zeros(2, 3, 4)
    ours_here = Tensor(Shape(2, 3, 4), "float32")
    assert attribute(ours_here, "shape") == tuple(real.shape)
    assert attribute(ours_here, "ndim") == real.ndim
    assert f"torch.{attribute(ours_here, 'dtype').name}" == str(real.dtype)
    for name in ("mT", "data", "real"):
        found = attribute(ours_here, name)
        assert isinstance(found, Apply)
        assert found.op.out(*(entry.shape for entry in found.inputs)) == tuple(getattr(real, name).shape)
    matrix = attribute(Tensor(Shape(2, 3)), "T")
    assert matrix.op.out(Shape(2, 3)) == tuple(torch.zeros(2, 3).T.shape)
    assert (
        attribute(ours_here, "size") == numpy.zeros((2, 3, 4)).size == tensorflow.size(numpy.zeros((2, 3, 4)))
    )
