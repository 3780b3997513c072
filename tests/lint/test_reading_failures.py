"""From a failed need to a finding: the fact, where both numbers came from, the change, the edit."""

from __future__ import annotations

import pytest

from shapecheck.algebra import Equal, Shape, symbol
from shapecheck.diagnostics.span import Edit
from shapecheck.interpret.events import LayerSite, Mistake, Note, Origin, Revealed
from shapecheck.ops.conv import Conv2d
from shapecheck.ops.joining import Concat
from shapecheck.ops.linear import Linear
from shapecheck.ops.recurrent import LSTM
from shapecheck.ops.reshaping import Reshape
from shapecheck.ops.tensor import Tensor
from tests.lint.events import Seen, applied, at, findings, layer, literal, said


def lstm(argument: Origin | None) -> LayerSite:
    return layer(14, "torch.nn.LSTM", input_size=("input_size", argument))


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


def test_the_operation_that_gave_the_tensor_is_named() -> None:
    pooled = applied(Linear(8), 30, Seen(Shape(8, 5)), name="torch.nn.Linear", callee="self.head")
    call = applied(Conv2d(16, 3), 31, pooled.outputs, name="torch.nn.Conv2d")
    (found,) = findings(pooled, call)
    assert (found.code, said(found)) == ("SHP103", [(30, "self.head gives (8, 8)")])
