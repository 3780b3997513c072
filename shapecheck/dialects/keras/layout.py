"""What the Keras tables share: data formats, and calls of one tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import AtLeast
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.ops.base import Need, Op
from shapecheck.ops.layout import ChannelsLast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.dialects.base import Arguments

# Every layer takes these beside its tensors: __call__ removes what its `call` does not know.
CALL = "inputs, training=None, mask=None"


def channels_first(arguments: Arguments) -> bool:
    """Whether `data_format` says channels first; without it Keras's default is channels last."""
    value = arguments["data_format"]
    if value is UNKNOWN:
        raise NotUnderstood("data_format is unknown")
    return isinstance(value, str) and value.lower() == "channels_first"


def placed(op: Op, arguments: Arguments) -> Op:
    """The operator for the layout that `data_format` names."""
    return op if channels_first(arguments) else ChannelsLast(inner=op)


def apply_placed(op: Op, arguments: Arguments) -> Apply:
    """One tensor in, whatever the call's first parameter is named."""
    return Apply(op, (arguments.tensor(next(iter(arguments.values))),))


def canonical(op: Op) -> Any:
    """The operator itself, without its layout."""
    return op.inner if isinstance(op, ChannelsLast) else op


def at_least_one(op: Op, attribute: str, parameter: str) -> Iterator[Need]:
    """Keras refuses layers of no units."""
    size = op.__dict__[attribute]
    if not isinstance(size, int) or size < 1:
        yield Need(
            AtLeast(size, 1),
            "SHP120",
            "{label} needs {parameter} of at least 1, got {size}",
            attribute=attribute,
            label=op.label,
            parameter=parameter,
            size=size,
        )
