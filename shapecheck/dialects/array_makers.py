"""Constructors as numpy, TensorFlow and Keras share them; only the parameters' names differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.constructors import count_of, like, made, made_from, numbers, range_dtype
from shapecheck.dialects.rows import first, is_number, literal_dtype, tensor_of
from shapecheck.ops.gathering import OneHot
from shapecheck.ops.rearranging import MeshGrid
from shapecheck.ops.reductions import Select

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call


def dtype_of(arguments: Arguments, default: str | None) -> str | None:
    """The dtype asked for, else the default."""
    return default if arguments.values.get("dtype") is None else arguments.dtype("dtype")


def sized(default: str | None, parameter: str = "shape") -> Call:
    """zeros, ones, random numbers of a given shape."""

    def call(_: Any, arguments: Arguments) -> Any:
        return made_from(arguments[parameter], arguments, dtype_of(arguments, default))

    return call


def full(shape: str, value: str, floats: str, integers: str) -> Call:
    """full, fill: the dtype is that of the value."""

    def call(_: Any, arguments: Arguments) -> Any:
        content = arguments[value]
        guess = literal_dtype(content, floats=floats, integers=integers) if is_number(content) else None
        return made_from(arguments[shape], arguments, dtype_of(arguments, guess))

    return call


def alike(_: Any, arguments: Arguments) -> Any:
    """zeros_like and its kind."""
    return like(first(arguments), dtype_of(arguments, None))


def counting(stop: str, step: str, floats: str, integers: str) -> Call:
    """arange, range: one bound, or two, and a step."""

    def call(_: Any, arguments: Arguments) -> Any:
        start, end, by = arguments["start"], arguments[stop], arguments[step]
        if end is None:
            start, end = 0, start
        by = 1 if by is None else by
        dtype = dtype_of(arguments, range_dtype((start, end, by), floats=floats, integers=integers))
        return made((numbers(start, end, by, arguments),), dtype)

    return call


def spaced(count: str, default: str) -> Call:
    """linspace between numbers."""

    def call(_: Any, arguments: Arguments) -> Any:
        if not all(is_number(arguments[bound]) or arguments[bound] is UNKNOWN for bound in ("start", "stop")):
            raise NotUnderstood("bounds that are arrays")
        if arguments.values.get("retstep"):
            raise NotUnderstood("linspace with its step")
        return made((count_of(arguments[count], arguments),), dtype_of(arguments, default))

    return call


def eye(rows: str, columns: str | None, default: str) -> Call:
    """eye, identity."""

    def call(_: Any, arguments: Arguments) -> Any:
        height = count_of(arguments[rows], arguments)
        given = None if columns is None else arguments[columns]
        width = height if given is None else count_of(given, arguments)
        return made((height, width), dtype_of(arguments, default))

    return call


def meshgrid(parameter: str) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        tensors = tuple(tensor_of(value) for value in arguments[parameter])
        return Apply(MeshGrid(arguments.text("indexing") == "xy", True), tensors)

    return call


def one_hot(classes: str, default: str | None) -> Call:
    """A new axis of classes."""

    def call(_: Any, arguments: Arguments) -> Apply:
        axis = -1 if arguments["axis"] is None else arguments.integer("axis")
        if axis < -1:
            raise NotUnderstood("an axis counted from the end")  # only some engines know it
        op = OneHot(arguments.size(classes), axis)
        return Apply(op, (tensor_of(first(arguments)),), dtype=dtype_of(arguments, default))

    return call


def top_k(_: Any, arguments: Arguments) -> Apply:
    tensor = tensor_of(first(arguments))
    op = Select("top_k", arguments.size("k"), -1, scalar=False)
    return Apply(op, (tensor,), dtype=(tensor.dtype, "int32"), fields=("values", "indices"))
