"""Sums of products over the last axis, lookups, and attention made of both."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from .activations import softmax_over
from .bounded import Bounded, dot, times
from .moving import moved, permuted, reshaped

if TYPE_CHECKING:
    from .call import Call


def affine(x: Bounded, kernel: Bounded, bias: Bounded | None) -> Bounded:
    """Kernel (units, features) times x (…, features), plus bias (units)."""
    rows = reshaped(x, (-1, x.shape[-1]))
    return reshaped(dot("nk,uk->nu", rows, kernel, plus=bias), (*x.shape[:-1], kernel.shape[0]))


def linear(call: Call) -> Bounded:
    """A learned linear map of the last axis."""
    return affine(call.x, call.weights["kernel"], call.weights.get("bias"))


def embedding(call: Call) -> Bounded:
    """The row of the table that every index names."""
    indices = call.x.value.astype(np.intp)
    return moved(call.weights["table"], lambda cells: cells[indices])


def attention(call: Call) -> Bounded:
    """softmax(Q·Kᵀ/√d)·V of every head, side by side, through one more linear map."""
    op = call.op
    query, key, value = (
        _heads(affine(x, call.weights[name], call.weights.get(f"{name}.bias")), op.heads)
        for name, x in zip(("query", "key", "value"), call.given, strict=True)
    )
    scores = times(dot("nhld,nhsd->nhls", query, key), 1 / sqrt(query.shape[-1]))
    mixed = dot("nhls,nhsd->nhld", softmax_over(scores, (3,)), value)
    batch, _, steps, _ = mixed.shape
    flat = reshaped(permuted(mixed, (0, 2, 1, 3)), (batch, steps, op.width))
    return affine(flat, call.weights["out"], call.weights.get("out.bias"))


def _heads(x: Bounded, heads: int) -> Bounded:
    """(n, t, heads·d) as (n, heads, t, d)."""
    batch, steps, width = x.shape
    return permuted(reshaped(x, (batch, steps, heads, width // heads)), (0, 2, 1, 3))
