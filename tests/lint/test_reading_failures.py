"""From a failed need to a finding: the fact, where both numbers came from, the change, the edit."""

from __future__ import annotations

import pytest

from shapecheck.algebra import Equal, Shape, symbol
from shapecheck.diagnostics.span import Edit
from shapecheck.interpret.events import Applied, LayerSite, Mistake, Note, Origin, Revealed
from shapecheck.ops.activation import Identity
from shapecheck.ops.conv import Conv2d
from shapecheck.ops.joining import Concat
from shapecheck.ops.linear import Linear
from shapecheck.ops.matmul import MatMul
from shapecheck.ops.recurrent import GRU, LSTM
from shapecheck.ops.reshaping import Flatten, Reshape
from shapecheck.ops.tensor import Tensor
from tests.lint.events import Seen, applied, at, findings, layer, literal


def lstm(argument: Origin | None) -> LayerSite:
    return layer(14, "torch.nn.LSTM", input_size=("input_size", argument))


def said(diagnostic: object) -> list[tuple[int, str]]:
    return [(place.span.line, place.message) for place in diagnostic.related]  # type: ignore[attr-defined]


def test_a_mismatch_names_both_numbers_and_where_they_were_made() -> None:
    fold = applied(
        Reshape(sizes=(8, 1, -1)), 30, Seen(Shape(8, 64, 14, 14)), name="torch.Tensor.view", callee="x.view"
    )
    call = applied(
        LSTM(128, input_size=3136),
        31,
        fold.outputs,
        name="torch.nn.LSTM",
        layer=lstm(literal("64*7*7", 14)),
        frames=(at(40),),
    )
    (found,) = findings(fold, call)
    assert (found.code, found.severity, found.span.line) == ("SHP101", "error", 31)
    assert found.message == "LSTM expects 3136 input features, got 12544"
    assert said(found) == [
        (14, "input_size = 64*7*7 = 3136"),
        (30, "12544 = 64*14*14: x.view turns (8, 64, 14, 14) into (8, 1, 12544)"),
        (40, "called from here"),
    ]
    assert found.help == ("input_size=64*14*14 (12544) matches the features that arrive here",)
    assert found.fix is not None and not found.fix.safe
    assert found.fix.edits == (Edit(at(14, 30, 36), "64 * 14 * 14"),)


def test_a_number_that_went_through_names_is_followed_to_where_it_was_written() -> None:
    written = literal("64*7*7", 5)
    assigned = Origin("assigned", at(5), "features", 3136, name="features", parts=(written,))
    passed = Origin("argument", at(20), "features", 3136, name="size", parts=(assigned,))
    call = applied(
        LSTM(128, input_size=3136), 31, Seen(Shape(8, 1, 100)), name="torch.nn.LSTM", layer=lstm(passed)
    )
    (found,) = findings(call)
    assert said(found) == [
        (14, "input_size = size = 3136"),
        (20, "size = features = 3136"),
        (5, "features = 64*7*7 = 3136"),
    ]
    assert found.fix is None, "what a caller passes may be used for more than this layer"


def test_an_assigned_number_is_changed_where_it_was_written() -> None:
    written = literal("64*7*7", 5)
    assigned = Origin("assigned", at(5), "features", 3136, name="features", parts=(written,))
    call = applied(
        LSTM(128, input_size=3136), 31, Seen(Shape(8, 1, 100)), name="torch.nn.LSTM", layer=lstm(assigned)
    )
    (found,) = findings(call)
    assert found.fix is not None and found.fix.edits == (Edit(written.span, "100"),)


def test_symbolic_sizes_are_shown_and_not_written_into_the_code() -> None:
    h = symbol("h")
    fold = applied(
        Reshape(sizes=(8, 1, 48 * h)), 30, Seen(Shape(8, 48, h)), name="torch.Tensor.view", callee="x.view"
    )
    call = applied(
        LSTM(128, input_size=65), 31, fold.outputs, name="torch.nn.LSTM", layer=lstm(literal("65", 14))
    )
    (found,) = findings(fold, call)
    assert found.message == "LSTM expects 65 input features, got 48*h"
    assert found.fix is None
    assert found.help == ()


def test_a_layer_that_is_also_used_rightly_gets_no_edit() -> None:
    site = lstm(literal("64", 14))
    right = applied(LSTM(128, input_size=64), 30, Seen(Shape(8, 5, 64)), name="torch.nn.LSTM", layer=site)
    wrong = applied(LSTM(128, input_size=64), 31, Seen(Shape(8, 5, 32)), name="torch.nn.LSTM", layer=site)
    (found,) = findings(right, wrong)
    assert found.fix is None


def test_a_default_that_nobody_wrote_is_told_by_the_place_of_the_layer() -> None:
    site = LayerSite(at(14), "torch.nn.LSTM", {}, {"input_size": "input_size"})
    call = applied(LSTM(128, input_size=64), 31, Seen(Shape(8, 5, 32)), name="torch.nn.LSTM", layer=site)
    (found,) = findings(call)
    assert said(found) == [(14, "LSTM is made here")]
    assert (found.help, found.fix) == ((), None)


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


def test_advice_is_silent_where_the_size_is_there_twice() -> None:
    (found,) = findings(applied(LSTM(1, input_size=64), 31, Seen(Shape(64, 64, 196)), name="torch.nn.LSTM"))
    assert found.help == ()


def test_requirements_that_exclude_each_other_are_said_with_both_places() -> None:
    c = symbol("c")
    call = applied(
        Conv2d(16, 3, channels=1),
        31,
        Seen(Shape(8, 3, 28, 28)),
        name="torch.nn.Conv2d",
        conflict=((Equal(c, 3), at(30)),),
    )
    (found,) = findings(call)
    assert found.code == "SHP130"
    assert found.message == "no input can meet this: Conv2d expects 1 input channels, got 3, where c = 3"
    assert said(found) == [(30, "c = 3 is required here")]


def test_the_branch_is_named() -> None:
    call = applied(
        Linear(10, input_size=64),
        31,
        Seen(Shape(8, 32)),
        name="torch.nn.Linear",
        path_note="when pool is true",
    )
    (found,) = findings(call)
    assert found.message == "Linear expects 64 input features, got 32 (when pool is true)"


def test_mistakes_and_notes_are_passed_on() -> None:
    mistake = Mistake(
        "SHP112",
        "4 sizes for 3 names",
        at(3),
        ((at(1), "made here"),),
        ("name them all",),
        (at(9),),
        "",
        {"n": 4},
    )
    note = Note("SHP902", "too many steps", at(7))
    first, second = findings(mistake, note)
    assert (first.code, first.name, first.message) == ("SHP112", "unpack-mismatch", "4 sizes for 3 names")
    assert said(first) == [(1, "made here"), (9, "called from here")]
    assert (first.help, first.data) == (("name them all",), {"n": 4})
    assert (second.code, second.severity, second.message) == ("SHP902", "note", "too many steps")


@pytest.mark.parametrize(
    ("value", "message", "data"),
    [
        (
            Tensor(Shape(2, symbol("t"), symbol("c") * 7), "float32"),
            "shape (2, t, 7*c), float32",
            {"shape": [2, "t", "7*c"], "dtype": "float32"},
        ),
        (Tensor(Shape(), None), "shape ()", {"shape": [], "dtype": None}),
        (Tensor(None, "int64"), "shape unknown", {"shape": None, "dtype": "int64"}),
        (None, "shape unknown", {"shape": None, "dtype": None}),
        (
            (Tensor(Shape(2), None), (None, Tensor(Shape(3, 4), None))),
            "shapes ((2,), (unknown, (3, 4)))",
            {
                "items": [
                    {"shape": [2], "dtype": None},
                    {"items": [{"shape": None, "dtype": None}, {"shape": [3, 4], "dtype": None}]},
                ]
            },
        ),
    ],
)
def test_a_revealed_shape_is_a_note(value: object, message: str, data: object) -> None:
    (found,) = findings(Revealed(value, at(3)))
    assert (found.code, found.severity, found.message, found.data) == ("SHP901", "note", message, data)


def test_operands_show_their_shapes_and_the_axis_that_joins_them() -> None:
    left, right = Seen(Shape(8, 10, 64)), Seen(Shape(8, 10, 20))
    event = applied(Concat(axis=1), 31, left, right, name="torch.cat")
    (found,) = findings(event._replace(input_spans=(at(31, 9, 15), at(31, 9, 15))))
    assert said(found) == [(31, "(8, 10, 64) and (8, 10, 20)")]
    assert found.help == ("the tensors differ in axis 2 only: dim=2 joins them",)


def test_factors_that_want_transposing_are_told_so() -> None:
    event = applied(MatMul(), 31, Seen(Shape(8, 10, 64)), Seen(Shape(8, 10, 64)), name="torch.matmul")
    (found,) = findings(event._replace(input_spans=(at(31, 9, 12), at(31, 14, 18))))
    assert said(found) == [(31, "(8, 10, 64)"), (31, "(8, 10, 64)")]
    assert found.help == ("the second has 64 columns: transpose(-2, -1) makes them its rows",)


def test_the_operation_that_gave_the_tensor_is_named() -> None:
    pooled = applied(Linear(8), 30, Seen(Shape(8, 5)), name="torch.nn.Linear", callee="self.head")
    call = applied(Conv2d(16, 3), 31, pooled.outputs, name="torch.nn.Conv2d")
    (found,) = findings(pooled, call)
    assert (found.code, said(found)) == ("SHP103", [(30, "self.head gives (8, 8)")])
