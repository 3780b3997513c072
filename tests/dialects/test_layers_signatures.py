"""Spelled parameter lists and defaults are those of the installed frameworks."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, get_overloads

import keras
import pytest
import torch

from shapecheck.dialects.base import REQUIRED_PARAMETER, Parameter, Spelling, parse_signature

TORCH = [
    f"shapecheck.dialects.torch.{name}"
    for name in (
        "nn_activation", "nn_attention", "nn_conv", "nn_linear", "nn_norm", "nn_pool", "nn_recurrent",
        "nn_shape", "functional_activation", "functional_layers", "functional_resize",
    )
]  # fmt: skip
KERAS = [
    f"shapecheck.dialects.keras.layers_{name}"
    for name in ("attention", "conv", "core", "merge", "norm", "pool", "recurrent", "shape")
]


def rows(modules: list[str]) -> dict[str, Spelling]:
    """The rows of these modules by name."""
    return {name: row for module in modules for name, row in import_module(module).SPELLINGS.items()}


def default_of(value: Any) -> Any:
    """A default as it can be written: functions by their names."""
    return getattr(value, "__name__", value)


def parameters(signature: inspect.Signature) -> list[Parameter]:
    """The parameters without self."""
    return [
        Parameter(
            each.name,
            each.kind.name.lower(),
            REQUIRED_PARAMETER if each.default is each.empty else default_of(each.default),
        )
        for each in signature.parameters.values()
        if each.name != "self"
    ]


def documented(function: Callable[..., Any]) -> list[Parameter]:
    """The parameters of a builtin, from the first line of its documentation."""
    text = re.match(r"\s*\w+\((.*?)\)\s*->", function.__doc__ or "", re.DOTALL)
    assert text is not None, function
    cleaned = re.sub(r"(\d)\.(?=[,\s/]|$)", r"\1.0", " ".join(text[1].split()))
    return [
        each._replace(default=default_of(each.default))
        for each in parse_signature(cleaned.replace(" = ", "="))
    ]


def constructor(layer: type[Any]) -> list[Parameter]:
    """The parameters of a class: those of its first overload, where it has some."""
    overloads = get_overloads(layer.__init__)
    return parameters(inspect.signature(overloads[0] if overloads else layer.__init__))


def same(mine: str, theirs: list[Parameter]) -> None:
    """Equal names, kinds and defaults."""
    spelled = [each._replace(default=default_of(each.default)) for each in parse_signature(mine)]
    assert spelled == theirs


# These take anything in Python and pass it on.
PASSING_ON = {
    "torch.nn.LogSigmoid",
    "torch.nn.Sigmoid",
    "torch.nn.Softmax2d",
    "torch.nn.Softsign",
    "torch.nn.Tanh",
    "torch.nn.Tanhshrink",
}


@pytest.mark.parametrize("name", sorted(name for name in rows(TORCH) if ".functional." not in name))
def test_torch_layer(name: str) -> None:
    row = rows(TORCH)[name]
    layer = getattr(torch.nn, name.rpartition(".")[2])
    if name not in PASSING_ON:
        same(row.signature, constructor(layer))
    else:
        layer()
    # These two kinds are overloaded for packed sequences.
    recurrent = any(word in name for word in ("RNN", "LSTM", "GRU"))
    forward = parse_signature("input, hx=None") if recurrent else parameters(inspect.signature(layer.forward))
    same(row.call_signature, list(forward))


@pytest.mark.parametrize("name", sorted(name for name in rows(TORCH) if ".functional." in name))
def test_torch_function(name: str) -> None:
    short = name.rpartition(".")[2]
    functional = torch.nn.functional
    function = getattr(functional, f"{short}_with_indices", None) or getattr(functional, short)
    try:
        theirs = parameters(inspect.signature(function))
    except ValueError:
        theirs = documented(function)
    same(rows(TORCH)[name].signature, theirs)


@pytest.mark.parametrize("name", sorted(rows(["shapecheck.dialects.torch.nn_packed"])))
def test_torch_sequence_function(name: str) -> None:
    function = getattr(torch.nn.utils.rnn, name.rpartition(".")[2])
    row = rows(["shapecheck.dialects.torch.nn_packed"])[name]
    same(row.signature, parameters(inspect.signature(function)))


@pytest.mark.parametrize("name", sorted(rows(KERAS)))
def test_keras_layer(name: str) -> None:
    row = rows(KERAS)[name]
    layer = getattr(keras.layers, name.rpartition(".")[2])
    if row.kind == "function":
        same(row.signature, parameters(inspect.signature(layer)))
        return
    same(row.signature, parameters(inspect.signature(layer.__init__)))
    mine = [each.name for each in parse_signature(row.call_signature)]
    theirs = [each.name for each in parameters(inspect.signature(layer.call))]
    # Calling a layer removes `training` and `mask` where its own call does not take them.
    assert [each for each in mine if each not in ("training", "mask") or each in theirs] == theirs


def test_every_attribute_comes_from_a_parameter() -> None:
    """Families of layers share one table of names; each name in it is a parameter of some member."""
    families: dict[int, tuple[dict[str, str], set[str]]] = {}
    for row in {**rows(TORCH), **rows(KERAS)}.values():
        _, known = families.setdefault(id(row.names), (row.names, set()))
        known.update(each.name for each in parse_signature(row.signature))
    for names, known in families.values():
        assert set(names.values()) <= known
