"""The words of a broken contract, the frames that are shown, and the place that the message names."""

import subprocess
import sys
import traceback

import numpy as np
import pytest

from shapecheck.contracts import ShapeError, contract


def zeros(*sizes):
    return np.zeros(sizes)


def words(function, *arguments):
    """The message without the place of the contract, which depends on where the tests run."""
    with pytest.raises(ShapeError) as caught:
        function(*arguments)
    where = function.__shapecheck_contract__.where
    text = str(caught.value)
    assert f" ({where})" in text
    return text.replace(f" ({where})", "")


class Video:
    in_channels = 3

    @contract("n t c={in_channels} h w, n c -> n k")
    def forward(self, x, y):
        return x[:, 0, 0, 0]


def test_size_that_another_place_bound():
    text = words(Video.forward, Video(), zeros(2, 5, 3, 8, 8), zeros(2, 16))
    assert text == (
        "forward: y axis 1 (c) is 16, expected 3: c was bound by x axis 2 (c={in_channels})\n"
        "  x  n t c={in_channels} h w  (2, 5, 3, 8, 8)\n"
        "  y  n c                      (2, 16)"
    )


def test_size_that_an_attribute_fixes():
    text = words(Video.forward, Video(), zeros(2, 5, 16, 8, 8), zeros(2, 16))
    assert text.splitlines()[0] == ("forward: x axis 2 (c) is 16, expected 3: c was bound by {in_channels}=3")


def test_swapped_axes_are_recognised():
    text = words(contract("n t, n t")(lambda x, y: x), zeros(2, 5), zeros(5, 2))
    assert text.splitlines()[-1] == "help: are axes 0 and 1 of y swapped? (2, 5) would fit"


def test_missing_first_axis_is_recognised():
    text = words(contract("n c h w")(lambda x: x), zeros(3, 8, 8))
    assert text == (
        "<lambda>: x has 3 axes, expected 4 (n c h w)\n"
        "  x  n c h w  (3, 8, 8)\n"
        "help: is the first axis of x missing? (1, 3, 8, 8) would fit"
    )


@pytest.mark.parametrize(
    ("text", "shapes", "first_line"),
    [
        ("n 3", [(2, 4)], "x axis 1 is 4, expected 3"),
        ("n 2*k", [(2, 5)], "x axis 1 is 5, expected 2*k for some k"),
        ("n, 2*n", [(2,), (5,)], "y axis 0 (2*n) is 5, expected 4: n was bound by x axis 0"),
        ("... c", [()], "x has 0 axes, which do not fit '... c'"),
        ("n c | c%4==0", [(2, 6)], "c%4 = 0 does not hold: c is 6 by x axis 1"),
        ("n c | n<=c", [(3, 2)], "c >= n does not hold: c is 2 by x axis 1, n is 3 by x axis 0"),
        ("n n", [(2, 3)], "x axis 1 (n) is 3, expected 2: n was bound by x axis 0"),
        ("*b c, *b", [(2, 3, 4), (2, 5)], "y axis 1 (*b) is 5, expected 3: b was bound by x axis 0"),
        ("n #m, n m", [(2, 4), (2, 3)], "y axis 1 (m) is 3, expected 4: m was bound by x axis 1 (#m)"),
        ("n:float32", [(2,)], "x has dtype float64, expected float32"),
    ],
)
def test_first_line(text, shapes, first_line):
    function = contract(text)(lambda x, y=None: x)
    assert words(function, *(zeros(*shape) for shape in shapes)).splitlines()[0] == f"<lambda>: {first_line}"


def test_long_contracts_show_a_few_tensors():
    function = contract(xs=["n"])(lambda xs: xs)
    assert len(words(function, [zeros(2)] * 10 + [zeros(3)]).splitlines()) <= 12


def test_one_frame_of_ours_that_shows_the_contract():
    with pytest.raises(ShapeError) as caught:
        Video().forward(zeros(2, 5), zeros(2, 3))
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [frame.name for frame in frames][1:] == ["forward"]
    assert frames[-1].filename.startswith("<contract ")
    assert '@contract("n t c={in_channels} h w, n c -> n k")' in (frames[-1].line or "")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_error_of_the_function_itself_shows_one_frame_of_ours():
    @contract("n -> n")
    def broken(x):
        raise KeyError("mine")

    with pytest.raises(KeyError) as caught:
        broken(zeros(2))
    names = [frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert sum(name.startswith("<contract ") for name in names) == 1


def test_place_is_relative_to_the_working_directory(tmp_path):
    program = tmp_path / "models.py"
    program.write_text(
        "from shapecheck.contracts import contract\n"
        "\n"
        "@contract('n')\n"
        "def f(x): return x\n"
        "class A: shape = (1, 2)\n"
        "f(A())\n"
    )
    run = subprocess.run([sys.executable, "models.py"], cwd=tmp_path, text=True, capture_output=True)
    lines = run.stderr.strip().splitlines()
    assert (
        lines[-2] == "shapecheck.contracts.errors.ShapeError: f: x has 2 axes, expected 1 (n) (models.py:3)"
    )
    assert sum("File " in line for line in lines) == 2


def test_an_unreadable_contract_is_shown_at_the_users_line():
    from shapecheck.algebra import PatternError

    def decorated():
        @contract("n t) -> n")
        def function(x): ...

    with pytest.raises(PatternError) as caught:
        decorated()
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert (
        sum("shapecheck/contracts" in frame.filename and "tests" not in frame.filename for frame in frames)
        == 1
    )
    assert frames[-2].line == '@contract("n t) -> n")'
