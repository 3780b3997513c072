"""Multi-head attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from shapecheck.model.refusal import Unsupported, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecheck.algebra import Shape
    from shapecheck.ops.attention import MultiheadAttention

PROJECTIONS = ("query", "key", "value")


def build_attention(
    op: MultiheadAttention, query: Shape, key: Shape, value: Shape, *masks: Shape
) -> nn.Module:
    """nn.MultiheadAttention, batch first."""
    if masks:
        raise Unsupported("attention is built without masks")
    if op.scores != "none" or op.extra:
        raise Unsupported("attention is built with scores='none' and no extra keys")
    if not op.batch_first:
        raise Unsupported("only batch_first=True is built; permute before it")
    width = whole_number(op.width, "width")
    settings: dict[str, Any] = {"batch_first": True, "bias": op.bias}
    if op.key_size is not None:
        settings["kdim"] = whole_number(op.key_size, "key_size")
    if op.value_size is not None:
        settings["vdim"] = whole_number(op.value_size, "value_size")
    return nn.MultiheadAttention(width, whole_number(op.heads, "heads"), **settings)


def call_attention(
    op: MultiheadAttention, module: nn.Module, query: Tensor, key: Tensor, value: Tensor
) -> Tensor:
    """The mix of values, without the weights that torch would give beside it."""
    y: Tensor = module(query, key, value, need_weights=False)[0]
    return y


def attention_slots(op: MultiheadAttention, tensors: Mapping[str, Tensor]) -> dict[str, tuple[Tensor, ...]]:
    """Parts of torch's joined projection, or its separate ones where keys or values have sizes of their own."""
    found: dict[str, tuple[Tensor, ...]] = {"out": (tensors["out_proj.weight"],)}
    if "in_proj_weight" in tensors:
        parts = tensors["in_proj_weight"].chunk(3)
    else:
        parts = tuple(tensors[f"{letter}_proj_weight"] for letter in "qkv")
    found.update({name: (part,) for name, part in zip(PROJECTIONS, parts, strict=True)})
    if op.bias:
        found["out.bias"] = (tensors["out_proj.bias"],)
        biases = tensors["in_proj_bias"].chunk(3)
        found.update({f"{name}.bias": (part,) for name, part in zip(PROJECTIONS, biases, strict=True)})
    return found
