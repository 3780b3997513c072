"""Means over three axes of maps that are smaller than the window, which torch's own layer refuses."""

from __future__ import annotations

import pytest
import torch

from shapecheck import Model, ops, verify


@pytest.mark.parametrize("counted", [True, False])
def test_a_padded_mean_of_open_sizes_takes_maps_below_its_kernel(counted: bool) -> None:
    model = Model("n 2 d h w", [ops.AvgPool3d(3, padding=1, count_padding=counted)])
    report = verify(model, ["torch"], {"n": 2, "d": 6, "h": 5, "w": 7}, seeds=1, gradients=True)
    assert report.ok, report
    with pytest.raises(RuntimeError, match="smaller than kernel size"):
        torch.nn.AvgPool3d(3, padding=1)(torch.ones(1, 2, 1, 5, 7))
