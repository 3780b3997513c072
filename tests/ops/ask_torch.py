"""Asking PyTorch: a real forward on the CPU, since the meta device accepts some of what that refuses."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import torch

from tests.ops.asking import REFUSED, Spec

REFUSALS = (
    RuntimeError,
    ValueError,
    TypeError,
    IndexError,
    AssertionError,
    NotImplementedError,
    ZeroDivisionError,
    OverflowError,
)
torch.set_num_threads(1)


def raised(value: Any) -> Any:
    """An argument with its tensors made real."""
    if isinstance(value, Spec):
        if value.whole:
            return torch.randint(0, value.whole, value.sizes)
        return torch.zeros(value.sizes)
    if isinstance(value, list | tuple):
        return type(value)(raised(entry) for entry in value)
    return value


def shapes(value: Any) -> Any:
    """Nested shapes of what came out."""
    if isinstance(value, torch.Tensor):
        return ("shape", *value.shape)
    if isinstance(value, list | tuple):
        return tuple(shapes(entry) for entry in value)
    return value


def answer(
    make: Callable[..., Any],
    construct: tuple[list[Any], dict[str, Any]],
    call: tuple[list[Any], dict[str, Any]],
) -> Any:
    """The shapes that a module gives, or REFUSED."""
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        try:
            module = make(*construct[0], **construct[1]).eval()
            return shapes(
                module(*raised(call[0]), **{name: raised(value) for name, value in call[1].items()})
            )
        except REFUSALS:
            return REFUSED


def answer_of_function(function: Callable[..., Any], positional: list[Any], named: dict[str, Any]) -> Any:
    """The shapes that a function gives, or REFUSED."""
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        try:
            return shapes(
                function(*raised(positional), **{name: raised(value) for name, value in named.items()})
            )
        except REFUSALS:
            return REFUSED
