# ruff: noqa: F722, F821, UP045
"""A bare @contract reads jaxtyping annotations, as objects and as text, without jaxtyping being needed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Optional

import numpy as np
import pytest

from shapecheck.contracts import ShapeError, contract, deferred


class Arrays:
    """A dtype class as jaxtyping makes them, by the two attributes that its array types have."""

    def __init__(self, name: str, *dtypes: str) -> None:
        self.name = name
        self.dtypes = list(dtypes)

    def __getitem__(self, item: tuple[Any, str]) -> type:
        _, axes = item
        members = {"dim_str": axes, "dtypes": self.dtypes, "dtype": type(self.name, (), {})}
        return type(f"{self.name}[{axes}]", (), members)


Float = Arrays("Float", "float16", "float32", "float64")
Int = Arrays("Int", "int32", "int64")
Array = np.ndarray
Image = Float[Array, "c h w"]


def zeros(*sizes, dtype="float32"):
    return np.zeros(sizes, dtype)


@contract
def attend(
    q: Float[Array, "n t d"], k: Float[Array, "n s d"], mask: Int[Array, "t s"] | None = None
) -> Float[Array, "n t s"]:
    return q @ k.transpose(0, 2, 1)


def test_annotations_as_text_are_honoured():
    assert isinstance(attend.__annotations__["q"], str)
    assert attend(zeros(2, 3, 4), zeros(2, 5, 4)).shape == (2, 3, 5)
    with pytest.raises(ShapeError, match=r"k axis 2 \(d\) is 9, expected 4: d was bound by q axis 2"):
        attend(zeros(2, 3, 4), zeros(2, 5, 9))
    with pytest.raises(ShapeError, match="mask has dtype float32, expected int"):
        attend(zeros(2, 3, 4), zeros(2, 5, 4), zeros(3, 5))


def test_annotations_as_objects_are_honoured():
    def function(x, y):
        return x

    function.__annotations__ = {"x": Float[Array, "n c"], "y": Optional[Float[Array, " n"]], "return": Image}
    decorated = contract(function)
    with pytest.raises(ShapeError, match="y axis 0"):
        decorated(zeros(2, 3), zeros(3))
    with pytest.raises(ShapeError, match="result has 2 axes, expected 3"):
        decorated(zeros(2, 3), None)


def test_alias_of_the_module_and_of_the_enclosing_function_are_found():
    local = Float[Array, "h w"]

    @contract
    def function(x: Image, y: local) -> Any:
        return x

    function(zeros(3, 4, 5), zeros(4, 5))
    with pytest.raises(ShapeError, match="y axis 1"):
        function(zeros(3, 4, 5), zeros(4, 6))


def test_name_that_cannot_be_resolved_is_listed_and_an_error_under_strict(monkeypatch):
    def function(x: Float[Array, " n"], y: Missing) -> None:
        return None

    decorated = contract(function)
    assert any("the annotation of y: Missing is not known" in line for line in deferred())
    with pytest.raises(ShapeError):
        decorated(zeros(2, 3), 1)
    monkeypatch.setenv("SHAPECHECK", "strict")
    with pytest.raises(TypeError, match="the annotation of y: Missing is not known"):
        contract(function)


def test_containers():
    @contract
    def function(
        pair: tuple[Float[Array, " n"], Float[Array, " m"]],
        many: list[Float[Array, "n m"]],
        table: dict[str, Float[Array, " m"]],
        *rest: Float[Array, "m n"],
    ) -> tuple[Float[Array, " n"], int]:
        return pair[0], 3

    good = ((zeros(2), zeros(3)), [zeros(2, 3)] * 20, {"a": zeros(3)}, zeros(3, 2))
    function(*good)
    with pytest.raises(ShapeError, match=r"many\[7\]"):
        function(good[0], [*good[1][:7], zeros(2, 4), *good[1]], good[2])
    with pytest.raises(ShapeError, match=r"table\['b'\]"):
        function(good[0], good[1], {"a": zeros(3), "b": zeros(9)})
    with pytest.raises(ShapeError, match=r"rest\[0\]"):
        function(*good[:3], zeros(3, 3))


@pytest.mark.parametrize(
    ("axes", "fitting", "breaking"),
    [
        ("... c=3", (7, 8, 3), (7, 8, 4)),
        ("_ _any 3", (1, 2, 3), (1, 2, 4)),
        ("*batch 2", (5, 2), (5, 3)),
        ("", (), (1,)),
        ("n n", (2, 2), (2, 3)),
        ("n-1 n", (1, 2), (2, 2)),
        ("#n n", (1, 5), (2, 5)),
    ],
)
def test_axis_strings_mean_what_they_mean_in_jaxtyping(axes, fitting, breaking):
    def function(x):
        return None

    function.__annotations__ = {"x": Float[Array, axes]}
    decorated = contract(function)
    decorated(zeros(*fitting))
    with pytest.raises(ShapeError):
        decorated(zeros(*breaking))


def test_dots_are_not_shared():
    def function(x, y):
        return None

    function.__annotations__ = {"x": Float[Array, "... c"], "y": Float[Array, "... c"]}
    contract(function)(zeros(5, 3), zeros(6, 7, 3))


def test_function_without_a_shape_is_refused():
    with pytest.raises(TypeError, match="has no annotation that says a shape"):

        @contract
        def function(x: int) -> int:
            return x


def test_generator_annotation_means_the_items():
    from collections.abc import Iterator

    @contract
    def function(x: Float[Array, " n"]) -> Iterator[Float[Array, " n"]]:
        yield zeros(3)

    with pytest.raises(ShapeError, match="result axis 0"):
        list(function(zeros(2)))


def test_the_real_jaxtyping_agrees():
    pytest.importorskip("jaxtyping")
    program = (
        "import numpy as np\n"
        "from jaxtyping import Float\n"
        "from shapecheck.contracts import contract, ShapeError\n"
        "@contract\n"
        "def f(x: Float[np.ndarray, 'n c'], y: Float[np.ndarray, 'c']) -> Float[np.ndarray, 'n']:\n"
        "    return x @ y\n"
        "f(np.zeros((2, 3)), np.zeros(3))\n"
        "try:\n"
        "    f(np.zeros((2, 3)), np.zeros(4))\n"
        "except ShapeError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=True)
    assert "y axis 0 (c) is 4, expected 3" in run.stdout


def test_nothing_of_ours_imports_a_framework_or_jaxtyping():
    program = (
        "import sys, shapecheck.contracts as c\n"
        "c.check(type('T', (), {'shape': (2,)})(), 'n')\n"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=True)
    loaded = {name.partition(".")[0] for name in run.stdout.split()}
    assert "shapecheck" in loaded
    assert not loaded & {"numpy", "torch", "tensorflow", "keras", "jax", "jaxtyping", "beartype", "inspect"}
