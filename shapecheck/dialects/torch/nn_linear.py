"""torch.nn linear layers and embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.dialects.base import UNKNOWN, Apply, Spelling
from shapecheck.ops.linear import Bilinear, Embedding, Linear

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

REST = "bias=True, device=None, dtype=None"


def _linear(arguments: Arguments) -> Op:
    return Linear(
        units=arguments.size("out_features"),
        bias=arguments.harmless_flag("bias"),
        input_size=arguments.size("in_features") if "in_features" in arguments.values else None,
    )


def _bilinear(arguments: Arguments) -> Op:
    return Bilinear(
        units=arguments.size("out_features"),
        left_size=arguments.size("in1_features"),
        right_size=arguments.size("in2_features"),
        bias=arguments.harmless_flag("bias"),
    )


def _apply_bilinear(op: Op, arguments: Arguments) -> Apply:
    return Apply(op, (arguments.tensor("input1"), arguments.tensor("input2")))


def _embedding(arguments: Arguments) -> Op:
    index = arguments.values["padding_idx"]
    return Embedding(
        count=arguments.size("num_embeddings"),
        units=arguments.size("embedding_dim"),
        padding_index=None if index is UNKNOWN else arguments.optional_size("padding_idx"),
    )


def _apply_embedding(op: Op, arguments: Arguments) -> Apply:
    return Apply(op, (arguments.tensor("input"),), dtype="float32")


LINEAR_NAMES = {"units": "out_features", "input_size": "in_features", "bias": "bias"}

SPELLINGS = {
    row.name: row
    for row in (
        Spelling(
            "torch.nn.Linear",
            "layer",
            "in_features, out_features, " + REST,
            build=_linear,
            names=LINEAR_NAMES,
        ),
        Spelling("torch.nn.LazyLinear", "layer", "out_features, " + REST, build=_linear, names=LINEAR_NAMES),
        Spelling(
            "torch.nn.Bilinear",
            "layer",
            "in1_features, in2_features, out_features, " + REST,
            build=_bilinear,
            call=_apply_bilinear,
            call_signature="input1, input2",
            names={"units": "out_features", "left_size": "in1_features", "right_size": "in2_features"},
        ),
        Spelling(
            "torch.nn.Embedding",
            "layer",
            "num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0, "
            "scale_grad_by_freq=False, "
            "sparse=False, _weight=None, _freeze=False, device=None, dtype=None",
            build=_embedding,
            call=_apply_embedding,
            names={"count": "num_embeddings", "units": "embedding_dim", "padding_index": "padding_idx"},
        ),
    )
}
