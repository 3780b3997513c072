"""The parameters and defaults of tensor functions are those of the installed frameworks.

PyTorch's functions are builtins without a signature: its shipped stubs are asked, overload by overload.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import einops
import keras
import numpy
import pytest
import tensorflow
import torch

from shapecheck.dialects.base import REQUIRED_PARAMETER, BindError, Parameter, Spelling, bind, parse_signature
from shapecheck.dialects.registry import every_spelling

HERE = ("torch.", "keras.", "tf.", "numpy.", "einops.")
LAYERS = ("torch.nn.", "keras.layers.", "einops.layers.")
ROWS = {
    name: row
    for name, row in every_spelling().items()
    if name.startswith(HERE) and not name.startswith(LAYERS)
}


class Overload(NamedTuple):
    """One overload of a stub: its parameters after the tensor itself."""

    parameters: tuple[Parameter, ...]
    text: str
    function: bool


def stub_folder() -> Path:
    return Path(torch.__file__).parent / "_C"


@functools.cache
def stubs() -> dict[str, list[Overload]]:
    """All overloads of PyTorch's functions and tensor methods, by canonical name."""
    found: dict[str, list[Overload]] = {}
    for node in ast.parse((stub_folder() / "_VariableFunctions.pyi").read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.setdefault(f"torch.{node.name}", []).append(overload(node, True))
    for node in ast.parse((stub_folder() / "__init__.pyi").read_text()).body:
        if isinstance(node, ast.ClassDef) and node.name == "TensorBase":
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    found.setdefault(f"torch.Tensor.{method.name}", []).append(overload(method, False))
    return found


def overload(node: ast.FunctionDef, function: bool) -> Overload:
    return Overload(tuple(stub_parameters(node.args)), ast.unparse(node.args), function)


def stub_parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = [None] * (len(positional) - len(arguments.defaults))
    for argument, default in zip(positional, [*missing, *arguments.defaults], strict=True):
        yield Parameter(argument.arg, "positional_or_keyword", literal(default))
    if arguments.vararg:
        yield Parameter(arguments.vararg.arg, "var_positional", REQUIRED_PARAMETER)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield Parameter(argument.arg, "keyword_only", literal(default))


def literal(node: ast.expr | None) -> Any:
    """The value of a default; a name that is no literal stands for itself."""
    if node is None:
        return REQUIRED_PARAMETER
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)


# Parameters whose name differs by overload: we take the value by its place, and look at what it is.
RENAMED: dict[str, set[str]] = {
    **{f"torch.{prefix}{name}": {"other"} for prefix in ("", "Tensor.") for name in ("max", "min")},
    **{f"torch.{prefix}{name}": {"unbiased"} for prefix in ("", "Tensor.") for name in ("std", "var")},
    **{f"torch.{name}": {"unbiased"} for name in ("std_mean", "var_mean")},
    **{f"torch.{name}": {"value"} for name in ("scatter", "Tensor.scatter", "Tensor.scatter_")},
    **{
        f"torch.{prefix}tensor_split": {"indices", "sections", "tensor_indices_or_sections"}
        for prefix in ("", "Tensor.")
    },
    "torch.randint": {"high", "size"},
    "torch.randint_like": {"high"},
    "torch.isin": {"test_element"},
}
# What the stubs allow and the functions refuse, and the other way round.
EXCUSED = {
    "torch.tensor": "the stub lacks the star",
    "torch.Tensor.new_tensor": "the stub lacks the star",
    **{
        f"torch.Tensor.{name}": "out= is refused"
        for name in ("add", "sub", "mul", "floor_divide", "true_divide")
    },
    **{
        f"torch.{name}": "alpha by place is of old"
        for name in ("subtract", "rsub", "Tensor.subtract", "Tensor.subtract_")
    },
}


def left_out(one: Overload) -> bool:
    """Overloads with named axes, those of old with a factor in front, and numbers in the place of the tensor."""
    names = {each.name for each in one.parameters}
    return "names" in names or (one.function and "self" in names)


def fits(row: Spelling, one: Overload) -> str:
    """Why a call in the shape of an overload is not understood, "" when it is."""
    names = [each for each in one.parameters if each.kind == "positional_or_keyword"]
    keywords = {each.name: 0 for each in one.parameters if each.kind == "keyword_only"}
    if any(each.kind == "var_positional" for each in one.parameters):
        values: list[Any] = [object(), 2, 3]
        keywords = {}
    else:
        values = [object() for _ in names]
    try:
        bound, _ = bind(row.signature, values, keywords)
    except BindError as error:
        return f"by place: {error}"
    ours = {each.name: each for each in parse_signature(row.signature)}
    loose = any(each.kind == "var_positional" for each in ours.values())
    for each, value in zip(names[1:], values[1:], strict=False):
        renamed = each.name in RENAMED.get(row.name, set())
        if not loose and not renamed and bound.get(each.name, REQUIRED_PARAMETER) is not value:
            return f"{each.name} stands elsewhere"
    if not loose:
        try:
            if all(each.name in ours for each in names[1:]):
                bind(row.signature, values[:1], {each.name: 0 for each in names[1:]} | keywords)
        except BindError as error:
            return f"by name: {error}"
    for each in one.parameters[1:]:
        mine = ours.get(each.name)
        known = mine is not None and REQUIRED_PARAMETER not in (mine.default, each.default)
        if mine is not None and known and mine.default != each.default and mine.default is not None:
            return f"{each.name} defaults to {each.default}, not {mine.default}"
    return ""


STUBBED = sorted(name for name in ROWS if name in stubs())


def test_the_stubs_are_found() -> None:
    assert len(stubs()) > 800
    assert len(STUBBED) > 500


@pytest.mark.parametrize("name", STUBBED)
def test_overloads_of_the_stubs(name: str) -> None:
    problems = []
    understood = 0
    overloads = [one for one in stubs()[name] if not left_out(one)] or stubs()[name]
    for one in overloads:
        problem = fits(ROWS[name], one)
        understood += not problem
        if problem:
            problems.append(f"{one.text}: {problem}")
    assert understood or name in EXCUSED, f"{name}({ROWS[name].signature}): {problems}"
    assert name in EXCUSED or not problems, f"{name}({ROWS[name].signature}): {problems}"


def test_excuses_are_needed() -> None:
    """A function that the stub describes as we do needs no excuse."""
    for name in EXCUSED:
        assert any(fits(ROWS[name], one) for one in stubs()[name] if not left_out(one)), name


# Defaults that are objects, by their names; `numpy._NoValue` stands for "not given".
def plain_default(value: Any) -> Any:
    """A default as a spelling writes it."""
    if value is inspect.Parameter.empty:
        return REQUIRED_PARAMETER
    if isinstance(value, tensorflow.DType):
        return value.name
    if isinstance(value, type) or value is numpy._NoValue:
        return None
    return value


def parameters_of(function: Callable[..., Any]) -> list[Parameter] | None:
    """What inspect says of a function's parameters; None where it says nothing."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    found = [
        Parameter(each.name, each.kind.name.lower(), plain_default(each.default))
        for each in signature.parameters.values()
    ]
    return None if [each.kind for each in found] == ["var_positional", "var_keyword"] else found


def framework_function(name: str) -> Any:
    """The function itself; None where the installed version has it no more."""
    roots: dict[str, Any] = {
        "torch": torch,
        "keras": keras,
        "tf": tensorflow,
        "numpy": numpy,
        "einops": einops,
    }
    root, *parts = name.split(".")
    found = tensorflow.keras if name.startswith("keras.backend.") else roots[root]
    for part in parts:
        found = getattr(found, part, None)
    return found


INSPECTED = sorted(
    name
    for name in ROWS
    if name not in stubs() and parameters_of(framework_function(name) or max) is not None
)
# Older spellings that we keep understanding, and variadic ones that inspect cannot say.
WIDER = {
    "numpy.reshape": "newshape of numpy 1",
    "numpy.arange": "start of numpy 1",
    "numpy.random.rand": "another name for the sizes",
    "numpy.random.randn": "another name for the sizes",
}


def test_most_are_inspected() -> None:
    print(f"{len(STUBBED)} by stubs, {len(INSPECTED)} by inspect, of {len(ROWS)}")
    assert len(INSPECTED) > 700


@pytest.mark.parametrize("name", INSPECTED)
def test_signatures_that_python_tells(name: str) -> None:
    theirs = parameters_of(framework_function(name))
    assert theirs is not None
    ours = list(parse_signature(ROWS[name].signature))
    if name.startswith("numpy.ndarray.") and any(each.kind == "var_keyword" for each in theirs):
        named = {each.name for each in ours}
        assert all(each.name in named for each in theirs if each.kind != "var_keyword")
    elif name not in WIDER:
        assert ours == theirs


def test_what_is_left() -> None:
    """Names that neither stubs nor inspect describe are few, and called in other tests."""
    rest = sorted(set(ROWS) - set(STUBBED) - set(INSPECTED))
    print(f"{len(rest)} are described nowhere: {rest}")
    assert len(rest) < 0.1 * len(ROWS)
