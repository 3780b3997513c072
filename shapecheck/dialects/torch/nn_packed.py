"""torch.nn.utils.rnn: sequences of different lengths in one tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Shape
from shapecheck.dialects.base import NotUnderstood, Spelling
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

PREFIX = "torch.nn.utils.rnn."


def _pack(_: Any, arguments: Arguments) -> Any:
    raise NotUnderstood("packed sequences are not followed")


def _unpack(_: Any, arguments: Arguments) -> Any:
    return Tensor(None), Tensor(Shape(arguments.fresh("sequences")), "int64")


def _pad(_: Any, arguments: Arguments) -> Any:
    tensors = arguments.tensors("sequences")
    rest = {None if tensor.shape is None else tensor.shape[1:] for tensor in tensors}
    if len(rest) != 1 or None in rest:
        return Tensor(None)
    steps, count = arguments.fresh("longest"), len(tensors)
    lead = (count, steps) if arguments.flag("batch_first") else (steps, count)
    return Tensor(Shape(*lead, *next(shape for shape in rest if shape is not None)), tensors[0].dtype)


SPELLINGS = {
    row.name: row
    for row in (
        Spelling(
            PREFIX + "pack_padded_sequence",
            "function",
            "input, lengths, batch_first=False, enforce_sorted=True",
            call=_pack,
        ),
        Spelling(
            PREFIX + "pad_packed_sequence",
            "function",
            "sequence, batch_first=False, padding_value=0.0, total_length=None",
            call=_unpack,
        ),
        Spelling(PREFIX + "pack_sequence", "function", "sequences, enforce_sorted=True", call=_pack),
        Spelling(
            PREFIX + "pad_sequence",
            "function",
            "sequences, batch_first=False, padding_value=0.0, padding_side='right'",
            call=_pad,
        ),
    )
}
