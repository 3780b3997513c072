"""Dense, normalising, recurrent, merging, attending and reshaping layers say what Keras does."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from hypothesis import strategies as st

from tests.ops import ask_keras
from tests.ops.asking import Spec, hold, made, ours
from tests.ops.test_layers_torch_sequences import nudged

SMALL = st.integers(1, 4)
LEADS = st.lists(st.integers(1, 3), max_size=3).map(tuple)
ANY = st.lists(SMALL, max_size=5).map(tuple)


def layer(name: str, cases: Any, factor: float = 2, share: float = 0.2) -> None:
    """Hold a layer against Keras's; a case is constructor arguments and call arguments."""
    hold(
        name,
        cases,
        lambda case: ask_keras.answer(getattr(keras.layers, name), *case),
        lambda case: ours(f"keras.layers.{name}", *case),
        factor=factor,
        appeal=lambda case: ask_keras.answer(getattr(keras.layers, name), *case, eager=True),
        share=share,
    )


@st.composite
def of_one_tensor(draw: Any, *positional: Any, **named: Any) -> Any:
    """A layer with these arguments, drawn, on a tensor of any shape."""
    arguments = [draw(entry) for entry in positional]
    return (arguments, {name: draw(entry) for name, entry in named.items()}), ([Spec(*draw(ANY))], {})


def test_dense_agrees_with_keras() -> None:
    layer("Dense", of_one_tensor(st.integers(-1, 4), use_bias=st.booleans()))


RATES = st.sampled_from((0.0, 0.5, 1.0, 1.5, -0.1))


@pytest.mark.parametrize("name", ["Dropout", "AlphaDropout", "GaussianDropout"])
def test_dropout_agrees_with_keras(name: str) -> None:
    layer(name, of_one_tensor(RATES))


@st.composite
def whole_channels(draw: Any, rank: int) -> Any:
    x = draw(st.one_of(ANY, st.lists(SMALL, min_size=rank + 2, max_size=rank + 2).map(tuple)))
    return ([draw(st.sampled_from((0.1, 0.2, 0.5, 1.5)))], {}), ([Spec(*x)], {})


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_spatial_dropout_agrees_with_keras(rank: int) -> None:
    layer(f"SpatialDropout{rank}D", whole_channels(rank))


AXES = st.integers(-4, 4)


def test_batch_normalization_agrees_with_keras() -> None:
    layer("BatchNormalization", of_one_tensor(axis=AXES, center=st.booleans(), scale=st.booleans()))


def test_layer_normalization_agrees_with_keras() -> None:
    axes = st.one_of(AXES, st.lists(AXES, min_size=1, max_size=2).map(tuple))
    layer("LayerNormalization", of_one_tensor(axis=axes, center=st.booleans(), scale=st.booleans()))


@st.composite
def groups(draw: Any) -> Any:
    count = draw(st.sampled_from((1, 2, 3, -1)))
    channels = abs(count) * draw(st.sampled_from((1, 2))) + draw(st.sampled_from((0, 0, 1)))
    x = draw(nudged((2, *draw(LEADS), channels), 6))
    return ([count], {"axis": draw(st.sampled_from((-1, -1, -1, 1, 5)))}), ([Spec(*x)], {})


def test_group_normalization_agrees_with_keras() -> None:
    layer("GroupNormalization", groups())


def test_flatten_agrees_with_keras() -> None:
    # Keras flattens everything but a tensor without axes.
    formats = st.sampled_from((None, "channels_first", "channels_last"))
    layer("Flatten", of_one_tensor(data_format=formats), share=0.01)


@st.composite
def reshapes(draw: Any) -> Any:
    sizes = draw(st.lists(SMALL, min_size=1, max_size=3))
    target = list(draw(st.permutations(sizes)))
    if draw(st.booleans()):
        target[0] += 1
    if draw(st.integers(0, 2)) == 0:
        target[-1] = -1
    return ([tuple(target)], {}), ([Spec(2, *sizes)], {})


def test_reshape_agrees_with_keras() -> None:
    layer("Reshape", reshapes())


@st.composite
def permutations(draw: Any) -> Any:
    rank = draw(st.integers(1, 3))
    dims = tuple(draw(st.permutations(range(1, rank + 1))))
    if draw(st.integers(0, 4)) == 0:
        dims = (*dims[:-1], draw(st.integers(0, 4)))
    return ([dims], {}), ([Spec(*draw(nudged((2, *(draw(SMALL) for _ in range(rank))), 8)))], {})


def test_permute_agrees_with_keras() -> None:
    layer("Permute", permutations())


@st.composite
def vectors(draw: Any) -> Any:
    return ([draw(st.integers(0, 3))], {}), ([Spec(*draw(nudged((2, draw(SMALL)), 5)))], {})


def test_repeat_vector_agrees_with_keras() -> None:
    layer("RepeatVector", vectors())


@st.composite
def merges(draw: Any) -> Any:
    shape = (2, *draw(LEADS))
    inputs = []
    for _ in range(draw(st.integers(1, 3))):
        sizes = tuple(1 if axis and draw(st.integers(0, 5)) == 0 else size for axis, size in enumerate(shape))
        inputs.append(Spec(*draw(nudged(sizes, 3))))
    return ([], {}), ([inputs], {})


@pytest.mark.parametrize("name", ["Add", "Multiply", "Average", "Maximum", "Minimum"])
def test_merge_agrees_with_keras(name: str) -> None:
    layer(name, merges())


@st.composite
def sequences(draw: Any) -> dict[str, Any]:
    return {
        "return_sequences": draw(st.booleans()),
        "return_state": draw(st.booleans()),
        "go_backwards": draw(st.booleans()),
        "use_bias": draw(st.booleans()),
    }


@st.composite
def recurrent(draw: Any, name: str) -> Any:
    units = draw(st.integers(1, 4))
    named = draw(sequences())
    call: dict[str, Any] = {}
    if draw(st.booleans()):
        count = 2 if name == "LSTM" else 1
        shapes = ((2, units), (2, units), (1, units), (3, units), (2, units + 1), (units,))
        call["initial_state"] = [Spec(*draw(st.sampled_from(shapes))) for _ in range(count)]
    x = draw(nudged((2, draw(SMALL), draw(st.integers(2, 4))), 8 if call else 4))
    return ([units], named), ([Spec(*x)], call)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "SimpleRNN"])
def test_recurrent_layer_agrees_with_keras(name: str) -> None:
    layer(name, recurrent(name))


@st.composite
def conv_lstms(draw: Any, rank: int) -> Any:
    data_format = draw(st.sampled_from((None, "channels_last", "channels_first")))
    named = {
        "strides": draw(st.integers(1, 2)),
        "padding": draw(st.sampled_from(("valid", "same", "valid", "same", "causal"))),
        "data_format": data_format,
        "return_sequences": draw(st.booleans()),
        "return_state": draw(st.booleans()),
    }
    space = [draw(st.integers(2, 5)) for _ in range(rank)]
    sizes = (2, 2, 2, *space) if data_format == "channels_first" else (2, 2, *space, 2)
    return ([draw(st.integers(1, 3)), draw(st.integers(1, 3))], named), ([Spec(*draw(nudged(sizes, 12)))], {})


@pytest.mark.parametrize("rank", [1, 2])
def test_conv_lstm_agrees_with_keras(rank: int) -> None:
    layer(f"ConvLSTM{rank}D", conv_lstms(rank), factor=1)


@st.composite
def bidirectional(draw: Any) -> Any:
    name = draw(st.sampled_from(("LSTM", "GRU", "SimpleRNN")))
    units = draw(SMALL)
    named = draw(sequences())
    merge = draw(st.sampled_from(("concat", "sum", "mul", "ave", None, "max")))
    return (name, [units], named, {"merge_mode": merge}), Spec(*draw(nudged((2, 3, draw(SMALL)), 6)))


@st.composite
def distributed(draw: Any) -> Any:
    name, positional, sizes = draw(
        st.sampled_from(
            (
                ("Dense", [3], (2, 3, 4)),
                ("Conv2D", [3, 2], (2, 3, 5, 5, 2)),
                ("Flatten", [], (2, 3, 2, 2)),
                ("MaxPooling2D", [2], (2, 3, 4, 4, 2)),
                ("LSTM", [3], (2, 3, 4, 2)),
                ("Dropout", [0.5], (2, 3, 2)),
            )
        )
    )
    return (name, positional, {}, {}), Spec(*draw(nudged(sizes, 2)))


@pytest.mark.parametrize(
    ("wrapper", "cases"), [("Bidirectional", bidirectional()), ("TimeDistributed", distributed())]
)
def test_wrapper_agrees_with_keras(wrapper: str, cases: Any) -> None:
    def ask(case: Any, eager: bool = False) -> Any:
        (name, positional, named, outer), x = case
        make = getattr(keras.layers, wrapper)
        inner = getattr(keras.layers, name)
        return ask_keras.answer(
            lambda: make(inner(*positional, **named), **outer), ([], {}), ([x], {}), eager=eager
        )

    def answer(case: Any) -> Any:
        (name, positional, named, outer), x = case
        _, inner, _ = made(f"keras.layers.{name}", *positional, **named)
        return ours(f"keras.layers.{wrapper}", ([inner], outer), ([x], {}))

    hold(wrapper, cases, ask, answer, factor=2, appeal=lambda case: ask(case, eager=True))


@st.composite
def headed(draw: Any) -> Any:
    named = {
        "value_dim": draw(st.one_of(st.none(), SMALL)),
        "output_shape": draw(st.one_of(st.none(), SMALL, st.tuples(SMALL, SMALL))),
        "use_bias": draw(st.booleans()),
    }
    steps, source = draw(SMALL), draw(SMALL)
    inputs = [Spec(*draw(nudged((2, steps, 4), 10))), Spec(*draw(nudged((2, source, 3), 10)))]
    if draw(st.booleans()):
        inputs.append(Spec(*draw(nudged((2, source, 5), 10))))
    call = {"return_attention_scores": draw(st.booleans())}
    return ([draw(st.integers(0, 3)), draw(SMALL)], named), (inputs, call)


def test_multi_head_attention_agrees_with_keras() -> None:
    def ask(case: Any) -> Any:
        return ask_keras.answer(keras.layers.MultiHeadAttention, *case, eager=True)

    hold(
        "MultiHeadAttention",
        headed(),
        ask,
        lambda case: ours("keras.layers.MultiHeadAttention", *case),
        factor=2,
    )


@st.composite
def attentions(draw: Any) -> Any:
    steps, source, width = draw(SMALL), draw(SMALL), draw(SMALL)
    inputs = [Spec(*draw(nudged((2, steps, width), 5))), Spec(*draw(nudged((2, source, width), 5)))]
    if draw(st.booleans()):
        inputs[1] = Spec(*draw(nudged((2, source, draw(SMALL)), 10)))
        inputs.append(Spec(*draw(nudged((2, source, width), 10))))
    return ([], {}), ([inputs], {"return_attention_scores": draw(st.booleans())})


@pytest.mark.parametrize("name", ["Attention", "AdditiveAttention"])
def test_attention_agrees_with_keras(name: str) -> None:
    def ask(case: Any) -> Any:
        return ask_keras.answer(getattr(keras.layers, name), *case, eager=True)

    hold(name, attentions(), ask, lambda case: ours(f"keras.layers.{name}", *case), factor=2)


@st.composite
def einsums(draw: Any) -> Any:
    equation, sizes, source, axes = draw(
        st.sampled_from(
            (
                ("abc,cd->abd", (None, 5), (2, 3, 4), "d"),
                ("abc,cd->abd", (3, 5), (2, 3, 4), None),
                ("abc,cde->abde", (None, 5, 6), (2, 3, 4), "de"),
                ("abcd,cde->abe", (None, 5), (2, 3, 4, 2), "e"),
                ("...x,xy->...y", 5, (2, 3, 4), "y"),
                ("...xy,xyz->...z", (5,), (2, 3, 4, 2), "z"),
                ("ab...,bc->ac...", (5,), (2, 3, 4), "c"),
                ("ab,bc->ac", 5, (2, 3), None),
                ("ab,bc-ac", 5, (2, 3), None),
            )
        )
    )
    if draw(st.integers(0, 7)) == 0:
        sizes = (*sizes, 2) if isinstance(sizes, tuple) else (sizes, 2)
    return ([equation, sizes], {"bias_axes": axes}), ([Spec(*draw(nudged(source, 5)))], {})


def test_einsum_dense_agrees_with_keras() -> None:
    # A size of None stays None in Keras's symbolic call: a real one says what it is.
    def ask(case: Any) -> Any:
        return ask_keras.answer(keras.layers.EinsumDense, *case, eager=True)

    hold("EinsumDense", einsums(), ask, lambda case: ours("keras.layers.EinsumDense", *case), factor=2)


@st.composite
def concatenations(draw: Any) -> Any:
    shape = (2, *draw(LEADS))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    inputs = []
    for _ in range(draw(st.integers(1, 3))):
        sizes = list(shape)
        sizes[axis] = draw(SMALL)
        inputs.append(Spec(*draw(nudged(tuple(sizes), 8))))
    return ([], {"axis": axis}), ([inputs], {})


def test_concatenate_agrees_with_keras() -> None:
    layer("Concatenate", concatenations())


@st.composite
def dots(draw: Any) -> Any:
    width = draw(SMALL)
    left, right = (2, *draw(LEADS)[:2], width), (2, *draw(LEADS)[:2], width)
    axes = draw(st.sampled_from((-1, (len(left) - 1, len(right) - 1), (1, 1), 1)))
    return ([axes], {}), ([[Spec(*draw(nudged(left, 12))), Spec(*draw(nudged(right, 12)))]], {})


def test_dot_agrees_with_keras() -> None:
    def ask(case: Any) -> Any:
        return ask_keras.answer(keras.layers.Dot, *case, eager=True)

    hold("Dot", dots(), ask, lambda case: ours("keras.layers.Dot", *case), factor=2)


@st.composite
def tables(draw: Any) -> Any:
    count, width = draw(SMALL), draw(st.integers(1, 3))
    reverse = draw(st.integers(0, 2)) > 0
    sizes = (*draw(LEADS), width + draw(st.integers(0, 1))) if reverse else draw(LEADS)
    return ([count, width], {}), ([Spec(*sizes, whole=None if reverse else count)], {"reverse": reverse})


def test_reversible_embedding_agrees_with_keras() -> None:
    def ask(case: Any) -> Any:
        return ask_keras.answer(keras.layers.ReversibleEmbedding, *case, eager=True)

    hold("ReversibleEmbedding", tables(), ask, lambda case: ours("keras.layers.ReversibleEmbedding", *case))


@st.composite
def resizings(draw: Any) -> Any:
    data_format = draw(st.sampled_from((None, "channels_last", "channels_first")))
    x = draw(st.sampled_from(((2, 5, 6, 3), (2, 3, 4, 4), (2, 5, 5, 5, 3), (2, 3))))
    return ([draw(SMALL), draw(SMALL)], {"data_format": data_format}), ([Spec(*x)], {})


def test_resizing_agrees_with_keras() -> None:
    def ask(case: Any) -> Any:
        return ask_keras.answer(keras.layers.Resizing, *case, eager=True)

    hold("Resizing", resizings(), ask, lambda case: ours("keras.layers.Resizing", *case))
