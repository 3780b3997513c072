"""Asking PyTorch what a call gives."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from tests.ops.calling import REFUSED, T


def tensor(spec: T) -> torch.Tensor:
    """The tensor of a spec; integers are zero, or what fills it."""
    return torch.full(spec.sizes, spec.fill, dtype=getattr(torch, spec.dtype))


def real(value: Any) -> Any:
    """An argument as PyTorch gets it."""
    if isinstance(value, T):
        return tensor(value)
    if isinstance(value, list | tuple):
        return type(value)(real(entry) for entry in value)
    if isinstance(value, slice):
        return value
    return value


def shapes(value: Any) -> Any:
    """Nested outputs as nested tuples."""
    if isinstance(value, torch.Tensor):
        return ("shape", *value.shape)
    if isinstance(value, tuple | list):
        return tuple(shapes(entry) for entry in value)
    return value


def ask(name: str, positional: Any, named: dict[str, Any]) -> Any:
    """The shapes that come out of a function or method, or REFUSED."""
    values = [real(value) for value in positional]
    keywords = {key: real(value) for key, value in named.items()}
    function: Any = torch
    if name.startswith("torch.Tensor."):
        function = getattr(values.pop(0), name.removeprefix("torch.Tensor."))
    else:
        for part in name.split(".")[1:]:
            function = getattr(function, part)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return shapes(function(*values, **keywords))
        except (RuntimeError, LookupError, ValueError, TypeError):
            return REFUSED
