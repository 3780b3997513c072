"""tf.* functions that make tensors, and tf.random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects import array_makers as make
from shapecheck.dialects import arrays
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.rows import first, size_of, sizes_of, tensor_of
from shapecheck.dialects.tf.rows import TensorflowTable
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.dialects.base import Arguments

table = TensorflowTable()
SPELLINGS = table.rows
row = table.functions


def filled(_: Any, arguments: Arguments) -> Any:
    return make.full("dims", "value", "float32", "int32")(_, arguments)


def constant(_: Any, arguments: Arguments) -> Any:
    if arguments["shape"] is not None:
        return make.sized("float32")(_, arguments)
    return arrays.array(floats="float32", integers="int32")(_, arguments)


def batched_eye(_: Any, arguments: Arguments) -> Any:
    from shapecheck.dialects.constructors import count_of, made

    rows = count_of(arguments["num_rows"], arguments)
    columns = rows if arguments["num_columns"] is None else count_of(arguments["num_columns"], arguments)
    batch = () if arguments["batch_shape"] is None else sizes_of(arguments["batch_shape"], arguments)
    return made((*batch, rows, columns), make.dtype_of(arguments, "float32"))


def sequence_mask(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.gathering import OneHot

    longest = arguments["maxlen"]
    size = arguments.fresh("maxlen") if longest is None else size_of(longest, arguments)
    return Apply(OneHot(size), (tensor_of(first(arguments)),), dtype="bool")


def meshgrid(_: Any, arguments: Arguments) -> Apply:
    from shapecheck.ops.rearranging import MeshGrid

    options = arguments["kwargs"]
    if options is UNKNOWN or options.get("indexing", "xy") is UNKNOWN:
        raise NotUnderstood("indexing is unknown")
    tensors = tuple(tensor_of(value) for value in arguments["args"])
    return Apply(MeshGrid(options.get("indexing", "xy") == "xy", True), tensors)


def spaced(_: Any, arguments: Arguments) -> Any:
    return make.spaced("num", "float32")(_, arguments)


def variable(_: Any, arguments: Arguments) -> Any:
    if arguments["initial_value"] is None:
        return Tensor(None)
    return arrays.array(floats="float32", integers="int32")(_, arguments)


def tensor_shape(_: Any, arguments: Arguments) -> Any:
    """tf.TensorShape(sizes): the sizes."""
    value = arguments.known("dims")
    return tuple(value) if isinstance(value, list | tuple) else UNKNOWN


def _is_tensor(_: Any, arguments: Arguments) -> Any:
    found = first(arguments)
    return UNKNOWN if found is UNKNOWN else isinstance(found, Tensor)


def _maker_rows() -> None:
    row("zeros ones", "shape, dtype='float32', name=None, layout=None", make.sized("float32"))
    row("zeros_like ones_like", "input, dtype=None, name=None, layout=None", make.alike)
    row("fill", "dims, value, name=None, layout=None", filled)
    row(
        "eye linalg.eye",
        "num_rows, num_columns=None, batch_shape=None, dtype='float32', name=None",
        batched_eye,
    )
    row(
        "range",
        "start, limit=None, delta=1, dtype=None, name='range'",
        make.counting("limit", "delta", "float32", "int32"),
    )
    row("linspace", "start, stop, num, name=None, axis=0", spaced)
    row(
        "one_hot",
        "indices, depth, on_value=None, off_value=None, axis=None, dtype=None, name=None",
        make.one_hot("depth", "float32"),
        {"classes": "depth"},
    )
    row("sequence_mask", "lengths, maxlen=None, dtype='bool', name=None", sequence_mask)
    row("meshgrid", "*args, **kwargs", meshgrid)
    row("constant", "value, dtype=None, shape=None, name='Const'", constant)
    array = arrays.array(floats="float32", integers="int32")
    row("convert_to_tensor", "value, dtype=None, dtype_hint=None, name=None", array)
    row(
        "Variable",
        "initial_value=None, trainable=None, validate_shape=True, caching_device=None, name=None, **kwargs",
        variable,
    )
    row("TensorShape", "dims", tensor_shape)
    for name, options in {
        "normal": "mean=0.0, stddev=1.0, dtype='float32', seed=None, name=None",
        "truncated_normal": "mean=0.0, stddev=1.0, dtype='float32', seed=None, name=None",
        "uniform": "minval=0, maxval=None, dtype='float32', seed=None, name=None",
    }.items():
        row(f"random.{name}", f"shape, {options}", make.sized("float32"))
    row(
        "random.stateless_normal",
        "shape, seed, mean=0.0, stddev=1.0, dtype='float32', name=None, alg='auto_select'",
        make.sized("float32"),
    )
    row(
        "random.stateless_uniform",
        "shape, seed, minval=0, maxval=None, dtype='float32', name=None, alg='auto_select'",
        make.sized("float32"),
    )
    row("random.shuffle", "value, seed=None, name=None", arrays.same)
    row("random.set_seed", "seed", lambda _, arguments: None)
    row("is_tensor", "x", _is_tensor)
    row("print", "*inputs, **kwargs", lambda _, arguments: None)


_maker_rows()
