"""What to change beyond a number: each piece of advice, and where it must be silent."""

from __future__ import annotations

import pytest

from shapecheck.algebra import Shape, symbol
from shapecheck.interpret.events import Applied
from shapecheck.ops.activation import Identity
from shapecheck.ops.conv import Conv1d, Conv2d
from shapecheck.ops.layout import ChannelsLast
from shapecheck.ops.linear import Linear
from shapecheck.ops.matmul import MatMul
from shapecheck.ops.recurrent import GRU, LSTM
from shapecheck.ops.reshaping import Flatten
from shapecheck.ops.shape_moves import Permute
from tests.lint.events import Seen, applied, at, findings, layer, literal, said


@pytest.mark.parametrize(
    ("op", "shape", "name", "help"),
    [
        (
            LSTM(128, input_size=64),
            Shape(8, 64, 196),
            "torch.nn.LSTM",
            "axis 1 has 64 entries: transpose(1, 2) makes it the features",
        ),
        (
            Conv2d(16, 3, channels=3),
            Shape(8, 28, 28, 3),
            "torch.nn.Conv2d",
            "the last axis has 3 entries, as if channels came last: permute(0, 3, 1, 2) moves them",
        ),
        (
            Conv2d(16, 3, channels=3),
            Shape(8, 28, 3, 28),
            "torch.nn.Conv2d",
            "axis 2 has 3 entries: transpose(1, 2) makes it the channels",
        ),
        (
            Conv2d(16, 3, channels=3, unbatched=True),
            Shape(28, 28, 3),
            "torch.nn.Conv2d",
            "axis 2 has 3 entries: permute(2, 0, 1) makes it the channels",
        ),
        (
            Conv1d(16, 3, channels=64),
            Shape(8, 100, 64),
            "torch.nn.Conv1d",
            "axis 2 has 64 entries: transpose(1, 2) makes it the channels",
        ),
        (
            ChannelsLast(inner=Conv2d(16, 3, channels=3)),
            Shape(8, 3, 28, 28),
            "keras.layers.Conv2D",
            "axis 1 has 3 entries, as if channels came first: transpose(…, (0, 2, 3, 1)) moves them",
        ),
        (
            Linear(16, input_size=5),
            Shape(8, 5, 7, 2),
            "torch.nn.Linear",
            "axis 1 has 5 entries: transpose(1, 3) makes it the features",
        ),
        (
            Linear(16, input_size=5),
            Shape(8, 5, 2),
            "keras.layers.Dense",
            "axis 1 has 5 entries: transpose(…, (0, 2, 1)) makes it the features",
        ),
        (
            Conv2d(16, 3, channels=3),
            Shape(8, 5, 3, 28, 28),
            "torch.nn.Conv2d",
            "flatten(0, 1) before it folds the first two axes into one batch, unflatten undoes that",
        ),
        (
            Conv2d(16, 3, channels=3),
            Shape(8, 5, 28, 28, 3),
            "keras.layers.Conv2D",
            "TimeDistributed around the layer applies it to every step",
        ),
        (
            LSTM(128, input_size=64),
            Shape(8, 64, 14, 14),
            "torch.nn.LSTM",
            "flatten(2).transpose(1, 2) before it makes the positions of (n, c, h, w) the steps",
        ),
        (
            Conv2d(16, 3, channels=3),
            Shape(8, 3, 28, 28, 28),
            "torch.nn.Conv2d",
            "flatten(0, 1) before it folds the first two axes into one batch, unflatten undoes that",
        ),
        (
            LSTM(128),
            Shape(8, 14, 14, 64),
            "keras.layers.LSTM",
            "Reshape((-1, 64)) before it makes the positions of (n, h, w, c) the steps",
        ),
    ],
)
def test_an_axis_in_the_wrong_place_or_too_many_gets_advice(
    op: object, shape: Shape, name: str, help: str
) -> None:
    (found,) = findings(applied(op, 31, Seen(shape), name=name))  # type: ignore[arg-type]
    assert help in found.help


def keras_maps(channels: object = 8) -> Applied:
    x = Seen(Shape(symbol("n"), 26, 26, channels))  # type: ignore[arg-type]
    return applied(Flatten(start=1), 30, x, name="keras.layers.Flatten", callee="layers.Flatten()")


def test_a_recurrent_layer_after_a_flatten_is_told_what_it_reads() -> None:
    flat = keras_maps()
    dropped = applied(Identity(), 31, flat.outputs, name="keras.layers.Dropout", callee="layers.Dropout(0.5)")
    (found,) = findings(flat, dropped, applied(LSTM(5), 32, dropped.outputs, name="keras.layers.LSTM"))
    assert (found.code, found.fix) == ("SHP103", None)
    assert said(found) == [(31, "Dropout(0.5) gives (n, 5408)")]
    assert found.help == (
        "LSTM reads (batch, steps, features)",
        "Reshape((26, 208)) in place of Flatten makes axis 1 of (n, 26, 26, 8) the steps",
        "Reshape((1, 5408)) before it makes one step of each sample",
    )


def test_a_recurrent_layer_whose_features_are_open_is_told_only_what_it_reads() -> None:
    flat = keras_maps(symbol("c"))
    (found,) = findings(flat, applied(LSTM(5), 32, flat.outputs, name="keras.layers.LSTM"))
    assert found.help == ("LSTM reads (batch, steps, features)",)


def test_steps_are_not_read_out_of_what_was_changed_after_the_flatten() -> None:
    flat = keras_maps()
    dense = applied(Linear(7), 31, flat.outputs, name="keras.layers.Dense", callee="layers.Dense(7)")
    (found,) = findings(flat, dense, applied(LSTM(5), 32, dense.outputs, name="keras.layers.LSTM"))
    assert found.help == (
        "LSTM reads (batch, steps, features)",
        "Reshape((1, 7)) before it makes one step of each sample",
    )


@pytest.mark.parametrize(("batch_first", "axis"), [(True, 1), (False, 0)])
def test_a_state_with_a_batch_axis_beside_two_axes_is_told_of_the_step(batch_first: bool, axis: int) -> None:
    op = GRU(5, input_size=64, batch_first=batch_first, unbatched=True, stacked=True, return_states=True)
    (found,) = findings(applied(op, 31, Seen(Shape(4, 64)), Seen(Shape(1, 4, 5)), name="torch.nn.GRU"))
    text = (
        f"two axes are (steps, features) of one sample: unsqueeze({axis}) makes (4, 64) a batch of one step"
    )
    assert (found.code, found.help) == ("SHP114", (text,))
    (other,) = findings(applied(op, 31, Seen(Shape(4, 64)), Seen(Shape(1, 3, 5)), name="torch.nn.GRU"))
    assert other.help == (), "a state that fits neither way is not about the step"


NO_MOVE = "in_channels=28 matches the channels that arrive here"


@pytest.mark.parametrize(
    ("shape", "help"),
    [
        (
            Shape(8, 28, 28, 3),
            "the last axis has 3 entries, as if channels came last: permute(0, 3, 1, 2) moves them",
        ),
        (Shape(3, 28, 9, 9), NO_MOVE),
        (Shape(8, 28, 3, 3), NO_MOVE),
        (Shape(8, 28, 2, 3), NO_MOVE),
    ],
    ids=["last", "batch", "twice", "moving is not enough"],
)
def test_a_number_that_the_input_has_on_another_axis_is_not_changed(shape: Shape, help: str) -> None:
    site = layer(14, "torch.nn.Conv2d", in_channels=("channels", literal("3", 14)))
    op = Conv2d(16, 3, channels=3)
    (found,) = findings(applied(op, 31, Seen(shape), name="torch.nn.Conv2d", layer=site))
    assert (found.code, found.help, found.fix) == ("SHP102", (help,), None)


def test_two_axes_of_which_one_has_the_wanted_size_are_told_of_both_changes() -> None:
    site = layer(14, "torch.nn.Linear", in_features=("input_size", literal("5", 14)))
    op = Linear(16, input_size=5)
    (found,) = findings(applied(op, 31, Seen(Shape(5, 2)), name="torch.nn.Linear", layer=site))
    assert found.fix is None
    assert found.help == (
        "axis 0 has 5 entries: transpose(0, 1) makes it the features",
        "in_features=2 matches the features that arrive here",
    )


def test_advice_is_silent_where_the_size_is_there_twice() -> None:
    (found,) = findings(applied(LSTM(1, input_size=64), 31, Seen(Shape(64, 64, 196)), name="torch.nn.LSTM"))
    assert found.help == ()


def test_factors_that_want_transposing_are_told_so() -> None:
    event = applied(MatMul(), 31, Seen(Shape(8, 10, 64)), Seen(Shape(8, 10, 64)), name="torch.matmul")
    (found,) = findings(event._replace(input_spans=(at(31, 9, 12), at(31, 14, 18))))
    assert said(found) == [(31, "(8, 10, 64)"), (31, "(8, 10, 64)")]
    assert found.help == ("the second has 64 columns: transpose(-2, -1) makes them its rows",)


SECOND = "the second has {} columns: {} makes them its rows"


@pytest.mark.parametrize(
    ("left", "right", "name", "help"),
    [
        (Shape(4, 3), Shape(5, 3), "tf.matmul", SECOND.format(3, "tf.linalg.matrix_transpose")),
        (Shape(4, 3), Shape(5, 3), "keras.ops.matmul", SECOND.format(3, "keras.ops.swapaxes(…, -2, -1)")),
        (Shape(4, 3), Shape(5, 3), "numpy.matmul", SECOND.format(3, "swapaxes(-2, -1)")),
        (
            Shape(5, 3),
            Shape(5, 2),
            "torch.matmul",
            "the first has 5 rows: transpose(-2, -1) makes them its columns",
        ),
        (Shape(4, 3), Shape(5, 2), "torch.matmul", None),
        (Shape(8, 4, 3), Shape(7, 5, 3), "torch.matmul", None),
        (Shape(3), Shape(5, 3), "torch.matmul", SECOND.format(3, "transpose(-2, -1)")),
    ],
    ids=["tf", "keras", "numpy", "first", "neither", "batches differ", "vector"],
)
def test_a_factor_is_transposed_only_where_that_makes_the_product_fit(
    left: Shape, right: Shape, name: str, help: str | None
) -> None:
    (found,) = findings(applied(MatMul(), 31, Seen(left), Seen(right), name=name))
    assert (found.code, found.help) == ("SHP107", () if help is None else (help,))


def test_a_factor_that_was_transposed_on_the_way_is_not_transposed_again() -> None:
    event = applied(MatMul(), 31, Seen(Shape(4, 3)), Seen(Shape(5, 3)), name="tf.matmul")
    (found,) = findings(event._replace(input_spans=(at(31), None)))
    assert found.help == ()


@pytest.mark.parametrize(
    ("axes", "shape", "name", "help"),
    [
        (
            (0, 2, 1),
            Shape(8, 5, 3, 7),
            "torch.permute",
            ["axis 3 is missing: a permutation names each axis once"],
        ),
        (
            (0, -1),
            Shape(8, 5, 3, 7),
            "torch.permute",
            [
                "axes 1 and 2 are missing: a permutation names each axis once",
                "transpose(0, -1) exchanges these two and leaves the others",
            ],
        ),
        ((0, 1), Shape(8, 5, 3), "tf.transpose", ["axis 2 is missing: a permutation names each axis once"]),
        (
            (0, 0, 1),
            Shape(8, 5, 3),
            "torch.permute",
            ["axis 2 is missing: a permutation names each axis once"],
        ),
        ((0, 2, 1), Shape(8, 5), "torch.permute", ["the axes of (8, 5) are 0 and 1"]),
        (
            (0, 1, 2, 3),
            Shape(8, 5, 3),
            "keras.layers.Permute",
            ["dims name each axis but the batch, counted from 1: those of (8, 5, 3) are 1 and 2"],
        ),
    ],
)
def test_a_permutation_is_told_which_axes_it_leaves_out(
    axes: tuple[int, ...], shape: Shape, name: str, help: list[str]
) -> None:
    (found,) = findings(applied(Permute(axes=axes), 31, Seen(shape), name=name))
    assert (found.code, list(found.help)) == ("SHP115", help)
