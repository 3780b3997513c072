"""torch.nn normalisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Differs, floordiv, product
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.ops import norm
from shapecheck.ops.base import Need

if TYPE_CHECKING:
    from shapecheck.algebra import Size
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op
    from shapecheck.ops.tensor import Tensor

BATCH = (
    "eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True"
)
INSTANCE = (
    "eps=1e-05, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None, *, bias=True"
)
SYNC = (
    "num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, process_group=None, "
    "device=None, "
    "dtype=None, *, bias=True"
)
CHANNEL_NAMES = {
    "channels": "num_features",
    "epsilon": "eps",
    "affine": "affine",
    "tracked": "track_running_stats",
}


def number(value: Any, default: float) -> float:
    """A number that decides no shape, the default where it is unknown."""
    return default if value is UNKNOWN or value is None else value


def spread_needs(label: str, x: Tensor, *, per_sample: bool, space: int | None = None) -> tuple[Need, ...]:
    """PyTorch refuses to take the variance of a single value.

    Values of a channel are counted over the batch and the spatial axes, or `per_sample` over the `space`
    spatial axes.
    """
    if x.shape is None or len(x.shape) < 2 or (space is not None and len(x.shape) < space):
        return ()
    values = x.shape[2:] if space is None else x.shape[len(x.shape) - space :]
    count = product(values) if per_sample else product(values) * x.shape[0]
    return (_spread_need(label, count, x),)


def _spread_need(label: str, count: Size, x: Tensor) -> Need:
    return Need(
        Differs(count, 1),
        "SHP401",
        "{label} in PyTorch expects more than 1 value per channel, got {count} in {shape}",
        label=label,
        count=count,
        shape=x.shape,
    )


def group_needs(op: norm.GroupNorm, x: Tensor) -> tuple[Need, ...]:
    """PyTorch counts the values of a group over the batch too."""
    if x.shape is None or len(x.shape) < 2 or op.groups == 0:
        return ()
    count = floordiv(x.shape[0] * x.shape[1], op.groups) * product(x.shape[2:])
    return (_spread_need(op.label, count, x),)


def _apply_channel(op: Any, arguments: Arguments) -> Apply:
    x = arguments.tensor("input")
    needs: tuple[Need, ...] = ()
    if not op.tracked:  # with running statistics this holds while training only
        per_sample = isinstance(op, norm.InstanceNorm)
        needs = spread_needs(op.label, x, per_sample=per_sample, space=op.space if per_sample else None)
    return Apply(op, (x,), needs=needs)


def _apply_group(op: Any, arguments: Arguments) -> Apply:
    x = arguments.tensor("input")
    return Apply(op, (x,), needs=group_needs(op, x))


def _channel(name: str, signature: str, op: type[norm.ChannelNorm]) -> Spelling:
    def build(arguments: Arguments) -> Op:
        return op(
            channels=arguments.size("num_features") if "num_features" in arguments.values else None,
            affine=arguments.harmless_flag("affine"),
            tracked=arguments.harmless_flag("track_running_stats"),
            bias=arguments.harmless_flag("bias"),
            epsilon=number(arguments["eps"], 1e-5),
        )

    return Spelling(
        f"torch.nn.{name}", "layer", signature, build=build, call=_apply_channel, names=CHANNEL_NAMES
    )


def _group(arguments: Arguments) -> Op:
    return norm.GroupNorm(
        groups=arguments.size("num_groups"),
        channels=arguments.size("num_channels"),
        affine=arguments.harmless_flag("affine"),
        bias=arguments.harmless_flag("bias"),
        epsilon=number(arguments["eps"], 1e-5),
    )


def layer_norm(arguments: Arguments, *, centre: bool = True) -> Op:
    """The operator over the last axes that `normalized_shape` names."""
    if arguments["normalized_shape"] is UNKNOWN:
        raise NotUnderstood("normalized_shape is unknown")
    sizes = arguments.sizes("normalized_shape")
    declared = sizes if isinstance(sizes, tuple) else (sizes,)
    affine = "elementwise_affine" not in arguments.values or arguments.harmless_flag("elementwise_affine")
    return norm.LayerNorm(
        axes=tuple(range(-len(declared), 0)),
        sizes=declared,
        affine=affine,
        bias="bias" not in arguments.values or arguments["bias"] is not False,
        centre=centre,
        epsilon=number(arguments["eps"], 1e-5),
    )


def _rms_norm(arguments: Arguments) -> Op:
    return layer_norm(arguments, centre=False)


def _local(arguments: Arguments) -> Op:
    return norm.LocalResponseNorm(span=arguments.size("size"))


LAYER_NAMES = {"sizes": "normalized_shape", "axes": "normalized_shape", "epsilon": "eps"}

SPELLINGS = {
    row.name: row
    for row in (
        *(
            _channel(op.__name__, "num_features, " + BATCH, op)
            for op in (norm.BatchNorm1d, norm.BatchNorm2d, norm.BatchNorm3d)
        ),
        *(
            _channel("Lazy" + op.__name__, BATCH, op)
            for op in (norm.BatchNorm1d, norm.BatchNorm2d, norm.BatchNorm3d)
        ),
        *(
            _channel(op.__name__, "num_features, " + INSTANCE, op)
            for op in (norm.InstanceNorm1d, norm.InstanceNorm2d, norm.InstanceNorm3d)
        ),
        *(
            # The lazy ones really have other defaults than the others.
            _channel("Lazy" + op.__name__, BATCH, op)
            for op in (norm.InstanceNorm1d, norm.InstanceNorm2d, norm.InstanceNorm3d)
        ),
        _channel("SyncBatchNorm", SYNC, norm.BatchNorm),
        Spelling(
            "torch.nn.GroupNorm",
            "layer",
            "num_groups, num_channels, eps=1e-05, affine=True, device=None, dtype=None, *, bias=True",
            build=_group,
            call=_apply_group,
            names={"groups": "num_groups", "channels": "num_channels", "epsilon": "eps"},
        ),
        Spelling(
            "torch.nn.LayerNorm",
            "layer",
            "normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, device=None, dtype=None",
            build=layer_norm,
            names=LAYER_NAMES,
        ),
        Spelling(
            "torch.nn.RMSNorm",
            "layer",
            "normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None",
            build=_rms_norm,
            call_signature="x",
            names=LAYER_NAMES,
        ),
        Spelling(
            "torch.nn.LocalResponseNorm",
            "layer",
            "size, alpha=0.0001, beta=0.75, k=1.0",
            build=_local,
            names={"span": "size"},
        ),
    )
}
