"""Laws of every layer: symbols or numbers first gives the same, and axis maps point at existing axes."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.algebra import Proof, Shape, evaluate, is_unknown, symbol
from shapecheck.dialects.base import Apply, apply_to_input
from shapecheck.ops.apply import apply
from shapecheck.ops.base import Need, Op
from shapecheck.ops.layout import ChannelsLast
from tests.ops import test_layers_keras_features as keras_features
from tests.ops import test_layers_keras_windows as keras_windows
from tests.ops import test_layers_torch_features as torch_features
from tests.ops import test_layers_torch_sequences as torch_sequences
from tests.ops import test_layers_torch_windows as torch_windows
from tests.ops.asking import Spec, arguments_of, made


def windowed(cases: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Cases of (positional, named, input) as (constructor arguments, call arguments)."""
    return cases.map(lambda case: (case[:2], ([case[2]], {})))


def listed(cases: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Cases of (constructor arguments, inputs) as (constructor arguments, call arguments)."""
    return cases.map(lambda case: (case[0], (case[1], {})))


LAYERS: dict[str, st.SearchStrategy[Any]] = {
    "torch.nn.Conv1d": windowed(torch_windows.convolutions(1)),
    "torch.nn.Conv2d": windowed(torch_windows.convolutions(2)),
    "torch.nn.ConvTranspose2d": windowed(torch_windows.transposed(2)),
    "torch.nn.MaxPool2d": windowed(torch_windows.max_pools(2)),
    "torch.nn.AvgPool1d": windowed(torch_windows.average_pools(1)),
    "torch.nn.LPPool2d": windowed(torch_windows.power_pools(2)),
    "torch.nn.AdaptiveMaxPool2d": windowed(torch_windows.adaptive_pools(2, "Max")),
    "torch.nn.LSTM": torch_sequences.recurrent("LSTM"),
    "torch.nn.GRU": torch_sequences.recurrent("GRU"),
    "torch.nn.LSTMCell": torch_sequences.cells("LSTMCell"),
    "torch.nn.MultiheadAttention": torch_sequences.attention(),
    "torch.nn.TransformerEncoderLayer": torch_sequences.encoders(),
    "torch.nn.TransformerDecoderLayer": torch_sequences.decoders(),
    "torch.nn.Linear": listed(torch_features.linears()),
    "torch.nn.Bilinear": listed(torch_features.bilinears()),
    "torch.nn.BatchNorm2d": listed(torch_features.channel_norms("BatchNorm", 2)),
    "torch.nn.InstanceNorm1d": listed(torch_features.channel_norms("InstanceNorm", 1)),
    "torch.nn.GroupNorm": listed(torch_features.group_norms()),
    "torch.nn.LayerNorm": listed(torch_features.layer_norms()),
    "torch.nn.Softmax": listed(torch_features.along()),
    "torch.nn.GLU": listed(torch_features.along()),
    "torch.nn.PReLU": listed(torch_features.slopes()),
    "torch.nn.Upsample": listed(torch_features.upsamplings()),
    "torch.nn.PixelShuffle": listed(torch_features.shuffles()),
    "torch.nn.PixelUnshuffle": listed(torch_features.shuffles()),
    "torch.nn.Unfold": listed(torch_features.folds("Unfold")),
    "torch.nn.Fold": listed(torch_features.folds("Fold")),
    "keras.layers.Conv2D": windowed(keras_windows.convolutions(2)),
    "keras.layers.Conv1DTranspose": windowed(keras_windows.transposed(1)),
    "keras.layers.SeparableConv2D": windowed(keras_windows.depthwise(2, separable=True)),
    "keras.layers.DepthwiseConv2D": windowed(keras_windows.depthwise(2, separable=False)),
    "keras.layers.AveragePooling2D": windowed(keras_windows.pools(2)),
    "keras.layers.GlobalMaxPooling2D": windowed(keras_windows.global_pools(2)),
    "keras.layers.ZeroPadding2D": windowed(keras_windows.borders(2, "ZeroPadding")),
    "keras.layers.Cropping1D": windowed(keras_windows.borders(1, "Cropping")),
    "keras.layers.UpSampling3D": windowed(keras_windows.upsamplings(3)),
    "keras.layers.Add": keras_features.merges(),
    "keras.layers.LSTM": keras_features.recurrent("LSTM"),
    "keras.layers.ConvLSTM2D": keras_features.conv_lstms(2),
    "keras.layers.MultiHeadAttention": keras_features.headed(),
    "keras.layers.Attention": keras_features.attentions(),
    "keras.layers.EinsumDense": keras_features.einsums(),
    "keras.layers.Dot": keras_features.dots(),
    "keras.layers.RepeatVector": keras_features.vectors(),
}


def spelled_apply(name: str, case: Any) -> Apply | None:
    """The application that a case asks for; None where the layer cannot be made."""
    row, op, wrong = made(name, *case[0][0], **case[0][1])
    if wrong is not None:
        return None
    result = (row.call or apply_to_input)(op, arguments_of(row, row.call_signature, *case[1]))
    if not isinstance(result, Apply):
        result = result[0]
    assert isinstance(result, Apply)
    return result


def symbolic(value: Any, names: Any, numbers: dict[str, int]) -> Any:
    """The call's arguments with every size of every tensor a symbol of its own."""
    if isinstance(value, Spec):
        sizes = []
        for size in value.sizes:
            name = f"s{next(names)}"
            numbers[name] = size
            sizes.append(symbol(name, low=min(size, 1)))
        return Spec(*sizes, whole=value.whole)
    if isinstance(value, list | tuple):
        return type(value)(symbolic(entry, names, numbers) for entry in value)
    if isinstance(value, dict):
        return {name: symbolic(entry, names, numbers) for name, entry in value.items()}
    return value


def evaluated(shapes: Any, numbers: dict[str, int], concrete: Any) -> Any:
    """Nested shapes with the numbers put in; a size that the rule calls unknown is whatever it is."""
    if isinstance(shapes, Shape):
        pairs = zip(shapes, concrete, strict=True)
        return Shape(*(known if is_unknown(size) else evaluate(size, numbers) for size, known in pairs))
    return tuple(evaluated(shape, numbers, known) for shape, known in zip(shapes, concrete, strict=True))


def holds(need: Need, numbers: dict[str, int]) -> bool:
    """Whether the need's claim holds for the numbers; what an unknown size decides is taken to."""
    return any(name not in numbers for name in need.claim.symbols) or need.claim.holds(numbers)


def outcome(wanted: Apply) -> Any:
    """What applying gives, the dialect's own needs first."""
    shapes = [entry and entry.shape for entry in wanted.inputs]
    outcome = apply(wanted.op, *shapes)
    early = [need for need in wanted.needs if need.claim.proof() is Proof.NO]
    return outcome._replace(failed=early[0], out=None) if early else outcome


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_numbers_put_into_the_symbolic_result_are_the_result_on_numbers(name: str) -> None:
    @given(LAYERS[name])
    def law(case: Any) -> None:
        plain = spelled_apply(name, case)
        if plain is None:
            return
        numbers: dict[str, int] = {}
        wanted = spelled_apply(name, (case[0], symbolic(case[1], count(), numbers)))
        assert wanted is not None
        concrete, general = outcome(plain), outcome(wanted)
        needs = [*wanted.needs, *general.open]
        if concrete.failed is None:
            assert general.failed is None
            assert all(holds(need, numbers) for need in needs)
            assert evaluated(general.out, numbers, concrete.out) == concrete.out
        else:
            undecided = any("?" in str(need.claim) for need in needs)  # of an unknown size nothing is claimed
            assert general.failed is not None or undecided or not all(holds(need, numbers) for need in needs)

    law()


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_axis_maps_point_at_axes_that_are_there(name: str) -> None:
    @given(LAYERS[name])
    def law(case: Any) -> None:
        wanted = spelled_apply(name, case)
        if wanted is None:
            return
        op = wanted.op
        shapes = [entry and entry.shape for entry in wanted.inputs]
        result = outcome(wanted)
        if result.failed is None:
            flat = list(flattened(result.out))
            maps = op.moves_each(*shapes) or (op.moves(*shapes),) * len(flat)
            for out, moves in zip(flat, maps, strict=True):
                assert moves is None or sound(op, moves, out, shapes)

    law()


def flattened(shapes: Any) -> Any:
    """The shapes of a nested tuple in turn."""
    if isinstance(shapes, Shape):
        yield shapes
    else:
        for shape in shapes:
            yield from flattened(shape)


def sound(op: Op, moves: Any, out: Shape, inputs: list[Any]) -> bool:
    """One entry for each output axis, each pair an axis of an input; the batch keeps its size."""
    assert len(moves) == len(out), (op, moves, out)
    for size, pairs in zip(out, moves, strict=True):
        for source, axis in pairs:
            assert 0 <= axis < len(inputs[source]), (op, moves, inputs)
        if pairs == ((0, 0),) and not isinstance(op, ChannelsLast):
            assert size == inputs[0][0] or op.ranks[0] is not None or len(inputs[0]) < 3, (op, moves, out)
    return True
