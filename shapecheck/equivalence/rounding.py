"""The arithmetics that are compared: the relative error of one operation, and numbers that they hold exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck import ops

if TYPE_CHECKING:
    from shapecheck.backend import Array
    from shapecheck.ops.base import Op

# The relative error of rounding to the nearest number, and the smallest number that is held with all its digits.
EPSILON = {"float64": 2.0**-53, "float32": 2.0**-24, "float16": 2.0**-11, "bfloat16": 2.0**-8}
SMALLEST = {"float64": 2.0**-1022, "float32": 2.0**-126, "float16": 2.0**-14, "bfloat16": 2.0**-126}
# Products of float32 on CUDA may go through TF32, whose factors hold 10 bits after the point.
TENSOR_CORE = 2.0**-11
TENSOR_CORE_REASON = (
    "on CUDA convolutions and recurrences of float32 may round their factors to TF32 (10 bits): "
    "layers with products are allowed ε = 2⁻¹¹"
)


def epsilon(dtype: str, device: str, op: Op | None = None) -> float:
    """The ε of one node; without a node that of the whole network."""
    if dtype == "float32" and device.startswith("cuda") and (op is None or multiplies(op)):
        return TENSOR_CORE
    return EPSILON[dtype]


def multiplies(op: Any) -> bool:
    """Whether the operator sums products with weights."""
    if isinstance(op, ops.TimeDistributed):
        return any(map(multiplies, op.inner if isinstance(op.inner, tuple) else (op.inner,)))
    kinds = (
        *(ops.Conv1d, ops.Conv2d, ops.Conv3d, ops.ConvTranspose1d, ops.ConvTranspose2d, ops.ConvTranspose3d),
        *(ops.DepthwiseConv1d, ops.DepthwiseConv2d, ops.SeparableConv1d, ops.SeparableConv2d),
        *(ops.Linear, ops.RNN, ops.LSTM, ops.GRU, ops.ConvLSTM2d, ops.MultiheadAttention),
    )
    return isinstance(op, kinds)


def rounded(values: Array, dtype: str) -> Array:
    """The numbers as this arithmetic holds them, in float64; whole numbers stay."""
    import numpy as np

    if values.dtype.kind != "f" or dtype == "float64":
        return values
    if dtype != "bfloat16":
        return values.astype(dtype).astype(np.float64)
    bits = values.astype(np.float32).view(np.uint32)
    held = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000  # to nearest, ties to even
    return held.astype(np.uint32).view(np.float32).astype(np.float64)
