"""keras.layers attention, and the einsum layer that attention is often written with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.dialects.keras.layout import CALL, apply_placed
from shapecheck.ops.attention import Attention, HeadedAttention
from shapecheck.ops.einsum_dense import EinsumDense
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

HEADS = (
    "num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None, attention_axes=None, "
    "sliding_window=None, flash_attention=None, kernel_initializer='glorot_uniform', "
    "bias_initializer='zeros', "
    "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, "
    "bias_constraint=None, use_gate=False, seed=None, **kwargs"
)
HEADS_CALL = (
    "query, value, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None, "
    "return_attention_scores=False, training=None, use_causal_mask=False"
)
EINSUM = (
    "equation, output_shape, activation=None, bias_axes=None, kernel_initializer='glorot_uniform', "
    "bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, kernel_constraint=None, "
    "bias_constraint=None, lora_rank=None, lora_alpha=None, gptq_unpacked_column_size=None, "
    "quantization_config=None, "
    "**kwargs"
)
SCORES_CALL = "inputs, mask=None, training=False, return_attention_scores=False, use_causal_mask=False"


def _heads(arguments: Arguments) -> Op:
    if arguments["attention_axes"] is not None:
        raise NotUnderstood("attention_axes are given")
    if arguments["use_gate"] is not False:
        raise NotUnderstood("use_gate is given")
    return HeadedAttention(
        heads=arguments.size("num_heads"),
        key_size=arguments.size("key_dim"),
        value_size=arguments.optional_size("value_dim"),
        out_size=None if arguments["output_shape"] is None else arguments.sizes("output_shape"),
        bias=arguments.harmless_flag("use_bias"),
    )


def _apply_heads(op: Op, arguments: Arguments) -> Apply:
    scored = op.replace(scores=arguments.flag("return_attention_scores"))
    key = arguments["key"]
    tensors = (arguments.tensor("query"), arguments.tensor("value"))
    return Apply(scored, (*tensors, key) if isinstance(key, Tensor) else tensors)


def _attention(name: str) -> Any:
    def build(arguments: Arguments) -> Op:
        return Attention(additive=name == "AdditiveAttention", name=name)

    return build


def _apply_attention(op: Op, arguments: Arguments) -> Apply:
    tensors = arguments.tensors("inputs")
    if len(tensors) not in (2, 3):
        raise NotUnderstood("attention takes two or three tensors")
    query, value = tensors[:2]
    scored = op.replace(scores=arguments.flag("return_attention_scores"))
    return Apply(scored, (query, tensors[2] if len(tensors) == 3 else value, value))


def _einsum(arguments: Arguments) -> Op:
    output = arguments["output_shape"]
    sizes = tuple(output) if isinstance(output, tuple | list) else (output,)
    axes = arguments["bias_axes"]
    return EinsumDense(
        equation=arguments.text("equation"),
        sizes=tuple(arguments.fresh("output_shape") if size is UNKNOWN else size for size in sizes),
        bias_axes=axes if isinstance(axes, str) else None,
    )


SPELLINGS = {
    row.name: row
    for row in (
        Spelling(
            "keras.layers.MultiHeadAttention",
            "layer",
            HEADS,
            build=_heads,
            call=_apply_heads,
            call_signature=HEADS_CALL,
            names={
                "heads": "num_heads",
                "key_size": "key_dim",
                "value_size": "value_dim",
                "out_size": "output_shape",
            },
        ),
        Spelling(
            "keras.layers.Attention",
            "layer",
            "use_scale=False, score_mode='dot', dropout=0.0, seed=None, **kwargs",
            build=_attention("Attention"),
            call=_apply_attention,
            call_signature=SCORES_CALL,
        ),
        Spelling(
            "keras.layers.AdditiveAttention",
            "layer",
            "use_scale=True, dropout=0.0, **kwargs",
            build=_attention("AdditiveAttention"),
            call=_apply_attention,
            call_signature=SCORES_CALL,
        ),
        Spelling(
            "keras.layers.EinsumDense",
            "layer",
            EINSUM,
            build=_einsum,
            call=apply_placed,
            call_signature=CALL,
            names={"equation": "equation", "sizes": "output_shape", "bias_axes": "bias_axes"},
        ),
    )
}
