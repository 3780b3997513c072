"""Resizing images, as TensorFlow and Keras share it: one image or a batch of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.dialects.base import Apply, NotUnderstood
from shapecheck.dialects.rows import first, shape_of, sizes_of, tensor_of
from shapecheck.ops.indexing import Index
from shapecheck.ops.resize import Resize
from shapecheck.ops.shape_moves import Unsqueeze

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments


def resized(arguments: Arguments, channels_last: bool) -> Apply:
    """(n, h, w, c) to (n, height, width, c), or the same without n. Raises NotUnderstood."""
    images = tensor_of(first(arguments))
    size = sizes_of(arguments["size"], arguments)
    if len(size) != 2:
        raise NotUnderstood("a size that is no pair")
    op = Resize(size=size, mode="bilinear")
    if len(shape_of(images)) == 3:
        batch = Apply(op, (Apply(Unsqueeze((0,)), (images,)),), channels_last)
        return Apply(Index((0,)), (batch,))
    return Apply(op, (images,), channels_last)
