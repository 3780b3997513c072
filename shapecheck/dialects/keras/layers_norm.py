"""keras.layers normalisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Spelling
from shapecheck.dialects.keras.layout import CALL, apply_placed
from shapecheck.dialects.rows import axes_of
from shapecheck.ops.activation import Identity
from shapecheck.ops.base import Op
from shapecheck.ops.norm import BatchNorm, GroupNorm, LayerNorm

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

AFFINE = (
    "center=True, scale=True, beta_initializer='zeros', gamma_initializer='ones', beta_regularizer=None, "
    "gamma_regularizer=None, beta_constraint=None, gamma_constraint=None, **kwargs"
)
BATCH = (
    "axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', "
    "gamma_initializer='ones', moving_mean_initializer='zeros', moving_variance_initializer='ones', "
    "beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None, "
    "renorm=False, "
    "renorm_clipping=None, renorm_momentum=0.99, synchronized=False, **kwargs"
)


X_CALL = "x, training=None, mask=None"


def _epsilon(arguments: Arguments, name: str = "epsilon") -> float:
    value: Any = arguments[name]
    return value if isinstance(value, float) else 1e-3


def _batch(arguments: Arguments) -> Op:
    return BatchNorm(
        axis=arguments.integer("axis"),
        affine=arguments.harmless_flag("scale") or arguments.harmless_flag("center"),
        bias=arguments.harmless_flag("center"),
        epsilon=_epsilon(arguments),
    )


def _layer_norm(arguments: Arguments) -> Op:
    return LayerNorm(
        axes=axes_of(arguments.known("axis"), "axis"),
        affine=arguments.harmless_flag("scale") or arguments.harmless_flag("center"),
        bias=arguments.harmless_flag("center"),
        epsilon=_epsilon(arguments),
    )


def _rms_norm(arguments: Arguments) -> Op:
    return LayerNorm(axes=axes_of(arguments.known("axis"), "axis"), centre=False, epsilon=_epsilon(arguments))


def _group(arguments: Arguments) -> Op:
    groups = arguments["groups"]
    return GroupNorm(
        groups=1 if groups == -1 or groups is UNKNOWN else arguments.size("groups"),
        axis=arguments.integer("axis"),
        affine=arguments.harmless_flag("scale") or arguments.harmless_flag("center"),
        bias=arguments.harmless_flag("center"),
        epsilon=_epsilon(arguments),
    )


def _unit(arguments: Arguments) -> Op:
    return Identity()


def _row(name: str, signature: str, build: Any, names: dict[str, str], call: str = CALL) -> Spelling:
    return Spelling(
        f"keras.layers.{name}",
        "layer",
        signature,
        build=build,
        call=apply_placed,
        call_signature=call,
        names=names,
    )


SPELLINGS = {
    row.name: row
    for row in (
        _row("BatchNormalization", BATCH, _batch, {"axis": "axis", "epsilon": "epsilon"}),
        _row("LayerNormalization", f"axis=-1, epsilon=0.001, {AFFINE}", _layer_norm, {"axes": "axis"}),
        _row(
            "GroupNormalization", f"groups=32, axis=-1, epsilon=0.001, {AFFINE}", _group, {"groups": "groups"}
        ),
        _row("RMSNormalization", "axis=-1, epsilon=1e-06, **kwargs", _rms_norm, {"axes": "axis"}, X_CALL),
        _row("UnitNormalization", "axis=-1, **kwargs", _unit, {}),
    )
}
