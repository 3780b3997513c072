"""Learned maps of the last axis, lookups, attention."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from shapecheck.model.refusal import Unsupported, whole_number
from shapecheck_keras.orders import Placed, canonical

if TYPE_CHECKING:
    from shapecheck.backend import Array
    from shapecheck.ops.attention import MultiheadAttention
    from shapecheck.ops.linear import Embedding, Linear
    from shapecheck_keras.site import Site


def linear(site: Site, op: Linear, x: Placed) -> Placed:
    """Dense."""
    if len(x.shape) < 2:
        raise Unsupported("Dense in Keras expects 2 axes or more")
    layer = site.layer("Dense", units=op.units, use_bias=op.bias)
    tensor = layer(x.tensor)
    site.hold("kernel", layer.kernel, pack=np.transpose, unpack=np.transpose)
    if op.bias:
        site.hold("bias", layer.bias)
    return Placed(tensor, x.order, op.out(x.shape))


def embedding(site: Site, op: Embedding, x: Placed) -> Placed:
    """Embedding."""
    layer = site.layer("Embedding", input_dim=op.count, output_dim=op.units)
    tensor = layer(x.tensor)
    site.hold("table", layer.embeddings)
    out = op.out(x.shape)
    return Placed(tensor, canonical(len(out)), out)


def attention(site: Site, op: MultiheadAttention, *given: Placed) -> Placed:
    """MultiHeadAttention; its kernels have an axis for the heads."""
    if len(given) != 3:
        raise Unsupported("attention is built without masks")
    if not op.batch_first or op.extra or len(given[0].shape) != 3:
        raise Unsupported("attention is built for (batch, time, features), without added keys")
    if op.scores != "none":  # Keras declares another shape for them than they have
        raise Unsupported("attention is built without its scores (scores='none')")
    query, key, value = given
    heads = whole_number(op.heads, "heads")
    width = whole_number(op.width, "width")
    if op.bias and width == heads > 1 and site.engine == "tensorflow":
        return _single_features(site, op, *given)
    layer = site.layer(
        "MultiHeadAttention",
        num_heads=heads,
        key_dim=width // heads,
        value_dim=width // heads,
        use_bias=op.bias,
    )
    if site.dtype == "float64":  # a Python number would be rounded to float32 on its way into the product
        layer._inverse_sqrt_key_dim = np.float64(1 / sqrt(width // heads))
    tensor = layer(query.tensor, value.tensor, key.tensor)
    hold_attention(site, op, layer, (heads, width // heads))
    return Placed(tensor, query.order, query.shape)


def _single_features(site: Site, op: MultiheadAttention, *given: Placed) -> Placed:
    """Heads of one feature each: Dense layers, and products of (n, t, s, heads).

    Keras on TensorFlow adds the biases of such heads along the steps where there are as many steps as heads.
    """
    found = {}
    for name, x, axis in zip(("query", "key", "value"), given, (2, 1, 1), strict=True):
        part = _projection(site, name, x, op)
        found[name] = site.call("expand_dims", part, axis=axis, part=f"{name}_pairs")
    scores = site.call("multiply", found["query"], found["key"], part="scores")
    shares = site.layer("Softmax", "shares", axis=2)(scores)
    weighted = site.call("multiply", shares, found["value"], part="weighted")
    mixed = site.call("sum", weighted, axis=2, part="mixed")
    return Placed(
        _projection(site, "out", given[0]._replace(tensor=mixed), op, ""), given[0].order, given[0].shape
    )


def _projection(site: Site, name: str, x: Placed, op: MultiheadAttention, part: str | None = None) -> Any:
    layer = site.layer("Dense", name if part is None else part, units=op.width)
    tensor = layer(x.tensor)
    site.hold(name, layer.kernel, pack=np.transpose, unpack=np.transpose)
    site.hold(f"{name}.bias", layer.bias)
    return tensor


def hold_attention(site: Site, op: MultiheadAttention, layer: Any, split: tuple[int, int]) -> None:
    """The weights of a MultiHeadAttention; `split` are its heads and the features of each."""

    def pack(array: Array) -> Array:  # (heads·size, in) as (in, heads, size)
        return array.T.reshape(-1, *split)

    def unpack(array: Array) -> Array:
        return array.reshape(array.shape[0], -1).T

    def pack_out(array: Array) -> Array:  # (out, heads·size) as (heads, size, out)
        return array.T.reshape(*split, -1)

    def unpack_out(array: Array) -> Array:
        return array.reshape(-1, array.shape[-1]).T

    for name, inner in (("query", layer.query_dense), ("key", layer.key_dense), ("value", layer.value_dense)):
        site.hold(name, inner.kernel, pack=pack, unpack=unpack)
        if op.bias:
            site.hold(
                f"{name}.bias", inner.bias, pack=lambda a: a.reshape(split), unpack=lambda a: a.reshape(-1)
            )
    site.hold("out", layer.output_dense.kernel, pack=pack_out, unpack=unpack_out)
    if op.bias:
        site.hold("out.bias", layer.output_dense.bias)
