"""torch.nn normalisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, NotUnderstood, Spelling
from shapecheck.ops import norm

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.ops.base import Op

BATCH = "eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True"
INSTANCE = "eps=1e-05, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None, *, bias=True"
SYNC = (
    "num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, process_group=None, device=None, "
    "dtype=None, *, bias=True"
)
CHANNEL_NAMES = {"channels": "num_features", "epsilon": "eps", "affine": "affine", "tracked": "track_running_stats"}


def number(value: Any, default: float) -> float:
    """A number that decides no shape, the default where it is unknown."""
    return default if value is UNKNOWN or value is None else value


def _channel(name: str, signature: str, op: type[norm.ChannelNorm]) -> Spelling:
    def build(arguments: Arguments) -> Op:
        return op(
            channels=arguments.size("num_features") if "num_features" in arguments.values else None,
            affine=arguments.harmless_flag("affine"),
            tracked=arguments.harmless_flag("track_running_stats"),
            bias=arguments.harmless_flag("bias"),
            epsilon=number(arguments["eps"], 1e-5),
        )

    return Spelling(f"torch.nn.{name}", "layer", signature, build=build, names=CHANNEL_NAMES)


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
        *(_channel("Lazy" + op.__name__, BATCH, op) for op in (norm.BatchNorm1d, norm.BatchNorm2d, norm.BatchNorm3d)),
        *(
            _channel(op.__name__, "num_features, " + INSTANCE, op)
            for op in (norm.InstanceNorm1d, norm.InstanceNorm2d, norm.InstanceNorm3d)
        ),
        *(
            _channel("Lazy" + op.__name__, INSTANCE, op)
            for op in (norm.InstanceNorm1d, norm.InstanceNorm2d, norm.InstanceNorm3d)
        ),
        _channel("SyncBatchNorm", SYNC, norm.BatchNorm),
        Spelling(
            "torch.nn.GroupNorm",
            "layer",
            "num_groups, num_channels, eps=1e-05, affine=True, device=None, dtype=None, *, bias=True",
            build=_group,
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
