"""torch.nn attention and transformer layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.dialects.torch.supplied import known_tensor
from shapecheck.ops.attention import MultiheadAttention
from shapecheck.ops.transformer import Repeated, Transformer, TransformerLayer

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

LAYER = (
    "dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-05, batch_first=False, "
    "norm_first=False, "
    "bias=True, device=None, dtype=None"
)
NAMES = {"width": "d_model", "heads": "nhead", "inner": "dim_feedforward", "batch_first": "batch_first"}


def _attention(arguments: Arguments) -> Op:
    extra = int(arguments.flag("add_bias_kv")) + int(arguments.flag("add_zero_attn"))
    return MultiheadAttention(
        width=arguments.size("embed_dim"),
        heads=arguments.size("num_heads"),
        key_size=arguments.optional_size("kdim"),
        value_size=arguments.optional_size("vdim"),
        batch_first=arguments.flag("batch_first"),
        bias=arguments.harmless_flag("bias"),
        extra=extra,
        unbatched=True,
    )


def _apply_attention(op: Op, arguments: Arguments) -> Any:
    needed = arguments.flag("need_weights")
    scores = "none" if not needed else "averaged" if arguments.flag("average_attn_weights") else "each"
    tensors = tuple(arguments.tensor(name) for name in ("query", "key", "value"))
    masks = tuple(known_tensor(arguments[name]) for name in ("key_padding_mask", "attn_mask"))
    applied = Apply(op.replace(scores=scores), (*tensors, *masks))
    return applied if needed else (applied, None)


def _layer_of(arguments: Arguments, *, decoder: bool) -> TransformerLayer:
    return TransformerLayer(
        width=arguments.size("d_model"),
        heads=arguments.size("nhead"),
        inner=arguments.size("dim_feedforward"),
        decoder=decoder,
        batch_first=arguments.flag("batch_first"),
        bias=arguments.harmless_flag("bias"),
        unbatched=True,
    )


def _encoder_layer(arguments: Arguments) -> Op:
    return _layer_of(arguments, decoder=False)


def _decoder_layer(arguments: Arguments) -> Op:
    return _layer_of(arguments, decoder=True)


def _repeated(name: str) -> Any:
    def build(arguments: Arguments) -> Op:
        inner = arguments.operator(name)
        if not isinstance(inner, TransformerLayer):
            raise NotUnderstood(f"{name} is not PyTorch's own")
        return Repeated(inner=inner, count=arguments.size("num_layers"))

    return build


def _transformer(arguments: Arguments) -> Op:
    if arguments["custom_encoder"] is not None or arguments["custom_decoder"] is not None:
        raise NotUnderstood("the encoder or decoder is custom")
    encoder, decoder = _layer_of(arguments, decoder=False), _layer_of(arguments, decoder=True)
    return Transformer(
        encoder=Repeated(inner=encoder, count=arguments.size("num_encoder_layers")),
        decoder=Repeated(inner=decoder, count=arguments.size("num_decoder_layers")),
    )


def _apply_encoder(op: Op, arguments: Arguments) -> Apply:
    mask = "src_mask" if "src_mask" in arguments.values else "mask"
    masks = (known_tensor(arguments[mask]), known_tensor(arguments["src_key_padding_mask"]))
    return Apply(op, (arguments.tensor("src"), *masks))


def _apply_decoder(op: Op, arguments: Arguments) -> Apply:
    masks = (known_tensor(arguments["tgt_mask"]), known_tensor(arguments["tgt_key_padding_mask"]))
    return Apply(op, (arguments.tensor("tgt"), arguments.tensor("memory"), *masks))


def _apply_transformer(op: Op, arguments: Arguments) -> Apply:
    if any(arguments[name] is UNKNOWN for name in ("src", "tgt")):
        raise NotUnderstood("an input is unknown")
    return Apply(op, (arguments.tensor("src"), arguments.tensor("tgt")))


DECODER_CALL = (
    "tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, "
    "tgt_is_causal={causal}, memory_is_causal=False"
)

SPELLINGS = {
    row.name: row
    for row in (
        Spelling(
            "torch.nn.MultiheadAttention",
            "layer",
            "embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, "
            "kdim=None, "
            "vdim=None, batch_first=False, device=None, dtype=None",
            build=_attention,
            call=_apply_attention,
            call_signature="query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, "
            "average_attn_weights=True, is_causal=False",
            names={
                "width": "embed_dim",
                "heads": "num_heads",
                "key_size": "kdim",
                "value_size": "vdim",
                "batch_first": "batch_first",
            },
        ),
        Spelling(
            "torch.nn.TransformerEncoderLayer",
            "layer",
            "d_model, nhead, " + LAYER,
            build=_encoder_layer,
            call=_apply_encoder,
            call_signature="src, src_mask=None, src_key_padding_mask=None, is_causal=False",
            names=NAMES,
        ),
        Spelling(
            "torch.nn.TransformerDecoderLayer",
            "layer",
            "d_model, nhead, " + LAYER,
            build=_decoder_layer,
            call=_apply_decoder,
            call_signature=DECODER_CALL.format(causal=False),
            names=NAMES,
        ),
        Spelling(
            "torch.nn.TransformerEncoder",
            "layer",
            "encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True",
            build=_repeated("encoder_layer"),
            call=_apply_encoder,
            call_signature="src, mask=None, src_key_padding_mask=None, is_causal=None",
            names={"count": "num_layers"},
        ),
        Spelling(
            "torch.nn.TransformerDecoder",
            "layer",
            "decoder_layer, num_layers, norm=None",
            build=_repeated("decoder_layer"),
            call=_apply_decoder,
            call_signature=DECODER_CALL.format(causal=None),
            names={"count": "num_layers"},
        ),
        Spelling(
            "torch.nn.Transformer",
            "layer",
            "d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, "
            "dropout=0.1, "
            "activation='relu', custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-05, "
            "batch_first=False, "
            "norm_first=False, bias=True, device=None, dtype=None",
            build=_transformer,
            call=_apply_transformer,
            call_signature="src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, "
            "src_key_padding_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, "
            "src_is_causal=None, tgt_is_causal=None, "
            "memory_is_causal=False",
            names=NAMES,
        ),
    )
}
