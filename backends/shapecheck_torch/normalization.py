"""Normalisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from shapecheck.dialects.torch.nn_norm import spread_needs
from shapecheck.model.refusal import refuse_failed, whole_number
from shapecheck.ops.axes import normal, normals
from shapecheck.ops.tensor import Tensor as Declared

if TYPE_CHECKING:
    from shapecheck.algebra import Shape
    from shapecheck.ops.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm

BATCH = {2: nn.BatchNorm1d, 3: nn.BatchNorm1d, 4: nn.BatchNorm2d, 5: nn.BatchNorm3d}
INSTANCE = {1: nn.InstanceNorm1d, 2: nn.InstanceNorm2d, 3: nn.InstanceNorm3d}


class OnAxis(nn.Module):
    """Brings its channels from `axis` to axis 1, does what the class it is mixed with does, and brings them back."""

    axis: int

    def forward(self, x: Tensor) -> Tensor:
        """The input, normalised."""
        moved = x.movedim(self.axis, 1)
        flat = moved.flatten(2) if moved.dim() > 2 else moved
        y: Tensor = super().forward(flat)
        return y.reshape(moved.shape).movedim(1, self.axis)

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, axis={self.axis}"


class AxisBatchNorm(OnAxis, nn.BatchNorm1d):
    """nn.BatchNorm1d of channels on another axis, or among more axes, than torch's layers take."""


class AxisGroupNorm(OnAxis, nn.GroupNorm):
    """nn.GroupNorm of channels on another axis than 1."""


class OnAxes(nn.Module):
    """Brings `axes` to the end, does what the class it is mixed with does, and brings them back."""

    axes: tuple[int, ...]

    def forward(self, x: Tensor) -> Tensor:
        """The input, normalised."""
        last = tuple(range(-len(self.axes), 0))
        y: Tensor = super().forward(x.movedim(self.axes, last))
        return y.movedim(last, self.axes)

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, axes={self.axes}"


class AxesLayerNorm(OnAxes, nn.LayerNorm):
    """nn.LayerNorm over axes that are not the last ones."""


class AxesRMSNorm(OnAxes, nn.RMSNorm):
    """nn.RMSNorm over axes that are not the last ones."""


def build_batch_norm(op: BatchNorm, x: Shape) -> nn.Module:
    """nn.BatchNorm1d to 3d, with torch's momentum of 0.1."""
    axis = normal(op.axis, len(x))
    channels = whole_number(x[axis], "the number of channels")
    if not op.tracked:
        refuse_failed(op, spread_needs(op.label, Declared(x), per_sample=False))
    settings: dict[str, Any] = {
        "eps": op.epsilon,
        "affine": op.affine,
        "track_running_stats": op.tracked,
        "bias": op.bias,
    }
    if axis == 1 and len(x) in BATCH:
        return BATCH[len(x)](channels, **settings)
    layer = AxisBatchNorm(channels, **settings)
    layer.axis = axis
    return layer


def build_instance_norm(op: InstanceNorm, x: Shape) -> nn.Module:
    """nn.InstanceNorm1d to 3d."""
    refuse_failed(op, spread_needs(op.label, Declared(x), per_sample=True, space=op.space))
    channels = whole_number(x[op.channel_axis(x)], "the number of channels")
    return INSTANCE[op.space](
        channels, eps=op.epsilon, affine=op.affine, track_running_stats=op.tracked, bias=op.bias
    )


def build_group_norm(op: GroupNorm, x: Shape) -> nn.Module:
    """nn.GroupNorm."""
    axis = normal(op.axis, len(x))
    channels = whole_number(x[axis], "the number of channels")
    groups = whole_number(op.groups, "groups")
    if axis == 1:
        return nn.GroupNorm(groups, channels, eps=op.epsilon, affine=op.affine, bias=op.bias)
    layer = AxisGroupNorm(groups, channels, eps=op.epsilon, affine=op.affine, bias=op.bias)
    layer.axis = axis
    return layer


def build_layer_norm(op: LayerNorm, x: Shape) -> nn.Module:
    """nn.LayerNorm, or nn.RMSNorm where nothing is centred."""
    axes = normals(op.axes, len(x))
    sizes = [whole_number(x[axis], "the number of features") for axis in axes]
    last = axes == tuple(range(len(x) - len(axes), len(x)))
    layer: nn.Module
    if op.centre:
        kind = nn.LayerNorm if last else AxesLayerNorm
        layer = kind(sizes, eps=op.epsilon, elementwise_affine=op.affine, bias=op.bias)
    else:
        layer = (nn.RMSNorm if last else AxesRMSNorm)(sizes, eps=op.epsilon, elementwise_affine=op.affine)
    if isinstance(layer, OnAxes):
        layer.axes = axes
    return layer
