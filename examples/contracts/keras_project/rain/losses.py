"""How far a prediction is from what fell."""

from __future__ import annotations

from keras import ops

from shapecheck import contract


@contract("n k, n k -> n")
def rain_error(fallen, predicted):
    """The mean squared error of each sample; dry steps count half."""
    weights = ops.where(fallen > 0, 1.0, 0.5)
    return ops.mean(weights * ops.square(fallen - predicted), axis=1)
