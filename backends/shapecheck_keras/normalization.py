"""Normalisations: BatchNormalization, GroupNormalization, LayerNormalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.model.refusal import Unsupported
from shapecheck_keras.orders import Placed, inverse

if TYPE_CHECKING:
    from shapecheck.backend import Array
    from shapecheck.ops.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm
    from shapecheck_keras.site import Site

# Torch moves running statistics by a tenth; Keras says how much of the old ones stays.
MOMENTUM = 0.9


def _hold_affine(site: Site, op: Any, layer: Any) -> None:
    if op.affine:
        site.hold("scale", layer.gamma)
        if op.bias:
            site.hold("shift", layer.beta)


def _affine(op: Any) -> dict[str, Any]:
    return {"scale": op.affine, "center": op.affine and op.bias}


def batch_norm(site: Site, op: BatchNorm, x: Placed) -> Placed:
    """BatchNormalization. In training Keras keeps the batch's own variance, torch n/(n − 1) of it."""
    kind: Any = "BatchNormalization"
    if not op.tracked:
        from shapecheck_keras.layers import UntrackedBatchNormalization

        kind = UntrackedBatchNormalization
    layer = site.layer(
        kind,
        axis=x.native(op.channel_axis(x.shape)),
        momentum=MOMENTUM,
        epsilon=op.epsilon,
        **_affine(op),
    )
    tensor = layer(x.tensor)
    _hold_affine(site, op, layer)
    if op.tracked:
        site.hold("mean", layer.moving_mean)
        site.hold("variance", layer.moving_variance)
    return Placed(tensor, x.order, x.shape)


def instance_norm(site: Site, op: InstanceNorm, x: Placed) -> Placed:
    """GroupNormalization with a group for each channel."""
    if op.tracked:
        raise Unsupported("Keras keeps no running statistics of single samples (tracked=True)")
    return _grouped(site, op, x, -1, op.channel_axis(x.shape))


def group_norm(site: Site, op: GroupNorm, x: Placed) -> Placed:
    """GroupNormalization."""
    return _grouped(site, op, x, op.groups, op.axis)


def _grouped(site: Site, op: Any, x: Placed, groups: Any, axis: int) -> Placed:
    layer = site.layer(
        "GroupNormalization", groups=groups, axis=x.native(axis), epsilon=op.epsilon, **_affine(op)
    )
    tensor = layer(x.tensor)
    _hold_affine(site, op, layer)
    return Placed(tensor, x.order, x.shape)


def layer_norm(site: Site, op: LayerNorm, x: Placed) -> Placed:
    """LayerNormalization, or RMSNormalization; their axes stand in native order, so their weights do."""
    axes = sorted(axis % len(x.shape) for axis in op.axes)
    rank = len(x.shape)
    if {x.native(axis) for axis in axes} != set(range(rank - len(axes), rank)) and (
        not op.centre or site.engine == "torch"
    ):  # Keras scales wrongly there unless the axes are the last
        x = site.brought(x, (*(axis for axis in x.order if axis not in axes), *axes))
    places = [x.native(axis % rank) for axis in op.axes]  # the weights' axes stand in the order of op.axes
    if not op.centre and not op.affine:
        tensor = site.call("rms_normalization", x.tensor, axis=sorted(places), epsilon=op.epsilon)
        return Placed(tensor, x.order, x.shape)
    if op.centre:
        layer = site.layer("LayerNormalization", axis=sorted(places), epsilon=op.epsilon, **_affine(op))
    else:
        layer = site.layer("RMSNormalization", axis=sorted(places), epsilon=op.epsilon)
    tensor = layer(x.tensor)
    order = tuple(places.index(place) for place in sorted(places))

    def pack(array: Array) -> Array:
        return array.transpose(order)

    def unpack(array: Array) -> Array:
        return array.transpose(inverse(order))

    if op.affine:
        site.hold("scale", layer.gamma if op.centre else layer.scale, pack=pack, unpack=unpack)
        if op.centre and op.bias:
            site.hold("shift", layer.beta, pack=pack, unpack=unpack)
    return Placed(tensor, x.order, x.shape)
