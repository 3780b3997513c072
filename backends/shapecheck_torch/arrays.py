"""numpy arrays as tensors and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from shapecheck.backend import Array


def to_array(tensor: Tensor) -> Array:
    """The numbers of a tensor; bfloat16, which numpy lacks, as float32."""
    held = tensor.detach().cpu()
    array: Array = (held.float() if held.dtype is torch.bfloat16 else held).numpy()
    return array.copy()


def to_tensor(array: Any, like: Tensor | None, kind: str) -> Tensor:
    """The array with dtype and device of `like` (the default ones without it); indices for the kind "int"."""
    given = torch.from_numpy(np.ascontiguousarray(array))
    device = None if like is None else like.device
    if kind == "int":
        return given.to(device=device, dtype=torch.long)
    return given.to(device=device, dtype=torch.get_default_dtype() if like is None else like.dtype)
