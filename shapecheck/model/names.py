"""What layers are called: short words by kind, and the rules for names."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING

from shapecheck.model.errors import ModelError
from shapecheck.ops.activation import Activation
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.indexing import Cut, Index
from shapecheck.ops.reductions import Reduce
from shapecheck.ops.wrappers import TimeDistributed

if TYPE_CHECKING:
    from collections.abc import Container

    from shapecheck.ops.base import Op

_WORDS = (
    *(("ConvLSTM", "convlstm"), ("ConvTranspose", "deconv"), ("DepthwiseConv", "depthwise")),
    *(("SeparableConv", "separable"), ("Conv", "conv"), ("MaxPool", "pool"), ("AvgPool", "pool")),
    *(("Adaptive", "pool"), ("Global", "pool"), ("MultiheadAttention", "attention"), ("PReLU", "prelu")),
    *(("BatchNorm", "norm"), ("LayerNorm", "norm"), ("GroupNorm", "norm"), ("InstanceNorm", "norm")),
    ("Upsample", "upsample"),
)


def kind_of(op: Op) -> str:
    """The short word that layers of this kind are numbered under: "conv", "lstm", "relu"."""
    if isinstance(op, TimeDistributed) and not isinstance(op.inner, tuple):
        return kind_of(op.inner)
    if isinstance(op, Activation | Elementwise | Reduce):
        return op.name
    if isinstance(op, Index) and op.key == (Cut(), -1):
        return "last"
    name = type(op).__name__
    return next((word for start, word in _WORDS if name.startswith(start)), name.lower())


def numbered(kind: str, taken: Container[str]) -> str:
    """The kind with the first number that is free."""
    number = 1
    while f"{kind}{number}" in taken:
        number += 1
    return f"{kind}{number}"


def checked_name(name: object, taken: Container[str], what: str, place: str = "") -> str:
    """The name itself; ModelError where it is no identifier or stands for something already."""
    if not isinstance(name, str) or not name.isidentifier() or iskeyword(name):
        raise ModelError(
            f"{name!r} cannot name {what}: a name has letters, digits and _, and no digit first", place=place
        )
    if name in taken:
        raise ModelError(f"the name {name!r} is taken: every input and layer has its own", place=place)
    return name
