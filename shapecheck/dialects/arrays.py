"""Calls that numpy, TensorFlow and Keras share: their arrays follow numpy's rules, and only the parameters'
names differ.

A call takes its tensors from the first parameters, whatever they are called, and finds the others under the
names `axis`, `keepdims`, `shape`, ….
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import Dim
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood
from shapecheck.dialects.dtypes import floating, promote, result_dtype
from shapecheck.dialects.rows import (
    axes_of,
    combine,
    first,
    literal_dtype,
    pointwise,
    shape_of,
    sizes_of,
    tensor_of,
)
from shapecheck.ops.activation import Softmax
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.gathering import Take, TakeAlong
from shapecheck.ops.joining import Concat, Stack
from shapecheck.ops.reductions import Reduce
from shapecheck.ops.reshaping import Flatten, Reshape
from shapecheck.ops.shape_moves import (
    Along,
    Expand,
    MoveAxis,
    Permute,
    RepeatInterleave,
    Squeeze,
    Tile,
    Transpose,
    Unsqueeze,
)
from shapecheck.ops.splitting import Split, SplitAt, SplitInto, Unbind
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from shapecheck.algebra import Size
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call


def arithmetic(name: str, *, dtype: str | None = None, divides: bool = False, count: int = 2) -> Call:
    """A function of two (or `count`) arrays or numbers that broadcast."""
    op = Elementwise(name)

    def call(_: Any, arguments: Arguments) -> Apply:
        values = list(arguments.values.values())[:count]
        out = dtype or result_dtype(values)
        return combine(op, values, floating(out) if divides else out)

    return call


def axis_of(arguments: Arguments, name: str = "axis") -> int | None:
    """One axis, or None where None was given."""
    return None if arguments[name] is None else arguments.integer(name)


def kept(arguments: Arguments) -> bool:
    value = arguments.values.get("keepdims")
    return value is not None and arguments.flag("keepdims")


def reduction(name: str, result: str = "same", *, nonempty: bool = False) -> Call:
    """A function that reduces axes; `result` is its dtype: "same", "float" or a dtype's name."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        axes = axes_of(arguments.known("axis"), "axis")
        op = Reduce(name, axes, kept(arguments), scalar=False, nonempty=nonempty)
        given = arguments.values.get("dtype")
        if given is not None:
            return Apply(op, (tensor,), dtype=arguments.dtype("dtype"))
        dtype = {"same": tensor.dtype, "float": floating(tensor.dtype)}.get(result, result)
        return Apply(op, (tensor,), dtype=dtype)

    return call


def position(name: str, default: int | None = None) -> Call:
    """argmax and argmin: one axis, or by default everything (TensorFlow: the first axis)."""

    def call(_: Any, arguments: Arguments) -> Apply:
        axis = axis_of(arguments)
        axis = default if axis is None else axis
        op = Reduce(name, None if axis is None else (axis,), kept(arguments), scalar=False, nonempty=True)
        return Apply(op, (tensor_of(first(arguments)),), dtype="int64")

    return call


def scan(name: str, *, dtype: str | None = None) -> Call:
    """A function along one axis that keeps the shape.

    Without an axis the array is flattened (cumsum, sort).
    """

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor, axis = tensor_of(first(arguments)), axis_of(arguments)
        if axis is None:
            return Apply(Flatten(), (tensor,), dtype=dtype)
        return Apply(Along(name, (axis,), scalar=False), (tensor,), dtype=dtype)

    return call


def softmax(*, log: bool = False) -> Call:
    """softmax and log_softmax; no axis stands for the last."""

    def call(_: Any, arguments: Arguments) -> Apply:
        axis = arguments.known("axis")
        tensor = tensor_of(first(arguments))
        over: Any = -1 if axis is None else tuple(axis) if isinstance(axis, list | tuple) else axis
        return Apply(Softmax(over, log=log), (tensor,), dtype=floating(tensor.dtype))

    return call


def reshape(parameter: str) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        written = arguments[parameter]
        if isinstance(written, Tensor):
            raise NotUnderstood("the new shape is a tensor")
        return Apply(Reshape(sizes_of(written, arguments, parameter)), (tensor_of(first(arguments)),))

    return call


def flatten(_: Any, arguments: Arguments) -> Apply:
    return Apply(Flatten(), (tensor_of(first(arguments)),))


def transpose(parameter: str) -> Call:
    """A permutation, by default the reverse."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        axes = axes_of(arguments.known(parameter), parameter)
        if axes is None:
            axes = tuple(reversed(range(len(shape_of(tensor)))))
        return Apply(Permute(axes), (tensor,))

    return call


def swap_axes(_: Any, arguments: Arguments) -> Apply:
    names = list(arguments.values)
    op = Transpose(arguments.integer(names[1]), arguments.integer(names[2]), False)
    return Apply(op, (tensor_of(first(arguments)),))


def move_axis(_: Any, arguments: Arguments) -> Apply:
    source, destination = (axes_of(arguments.known(name), name) or () for name in ("source", "destination"))
    return Apply(MoveAxis(source, destination), (tensor_of(first(arguments)),))


def expand_dims(_: Any, arguments: Arguments) -> Apply:
    return Apply(Unsqueeze(axes_of(arguments.known("axis"), "axis") or ()), (tensor_of(first(arguments)),))


def squeeze(*, repeats: bool = False) -> Call:
    """Drop axes of size 1; with `repeats`, an axis may be named twice (TensorFlow)."""

    def call(_: Any, arguments: Arguments) -> Apply:
        tensor = tensor_of(first(arguments))
        axes = axes_of(arguments.known("axis"), "axis")
        if axes and repeats:
            rank = len(shape_of(tensor))
            axes = tuple(dict.fromkeys(axis + rank if -rank <= axis < 0 else axis for axis in axes))
        return Apply(Squeeze(axes, True), (tensor,))

    return call


def broadcast_to(parameter: str) -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        op = Expand(sizes_of(arguments[parameter], arguments, parameter), False, "broadcast")
        return Apply(op, (tensor_of(first(arguments)),))

    return call


def tile(parameter: str, rule: str = "any") -> Call:
    def call(_: Any, arguments: Arguments) -> Apply:
        times = sizes_of(arguments[parameter], arguments, parameter)
        return Apply(Tile(times, rule), (tensor_of(first(arguments)),))

    return call


def repeat(_: Any, arguments: Arguments) -> Apply:
    """Repeat elements along an axis: numpy's repeat, torch's repeat_interleave."""
    axis = axis_of(arguments)
    given = arguments.known("repeats")
    tensor = tensor_of(first(arguments))
    if isinstance(given, Tensor):
        return Apply(RepeatInterleave(None, axis, arguments.fresh("repeats")), (tensor,))
    repeats = sizes_of(given, arguments, "repeats")
    return Apply(
        RepeatInterleave(repeats if isinstance(given, list | tuple) else repeats[0], axis), (tensor,)
    )


def along(name: str, parameter: str = "axis", *, distinct: bool = False) -> Call:
    """flip, roll: any number of axes, by default all or none in particular."""

    def call(_: Any, arguments: Arguments) -> Apply:
        axes = axes_of(arguments.known(parameter), parameter)
        return Apply(Along(name, axes, scalar=False, distinct=distinct), (tensor_of(first(arguments)),))

    return call


def members(value: Any) -> tuple[Tensor, ...]:
    """The arrays of a list, or the slices of one array."""
    if isinstance(value, Tensor):
        shape = shape_of(value)
        if not shape or not isinstance(shape[0], int):
            raise NotUnderstood("not known how many arrays there are")
        return tuple(Tensor(shape[1:], value.dtype) for _ in range(shape[0]))
    if not isinstance(value, list | tuple):
        raise NotUnderstood("the arrays are unknown")
    return tuple(tensor_of(entry) for entry in value)


def concatenate(_: Any, arguments: Arguments) -> Apply:
    tensors, axis = members(first(arguments)), axis_of(arguments)
    dtype = promote(tensor.dtype for tensor in tensors)
    if axis is None:
        flat = tuple(Apply(Flatten(), (tensor,)) for tensor in tensors)
        return Apply(Concat(0), flat, dtype=dtype)
    return Apply(Concat(axis), tensors, dtype=dtype)


def stack(_: Any, arguments: Arguments) -> Apply:
    tensors = members(first(arguments))
    return Apply(Stack(arguments.integer("axis")), tensors, dtype=promote(tensor.dtype for tensor in tensors))


def split(*, uneven: bool = False) -> Call:
    """numpy's split: a number of equal parts, or the places to cut at."""

    def call(_: Any, arguments: Arguments) -> Apply:
        name = list(arguments.values)[1]
        where, axis = arguments.known(name), arguments.integer("axis")
        tensor = tensor_of(first(arguments))
        if isinstance(where, list | tuple):
            return Apply(SplitAt(places=sizes_of(where, arguments, name), axis=axis), (tensor,))
        if isinstance(where, bool) or not isinstance(where, int):
            raise NotUnderstood("the number of parts is unknown")
        return Apply(SplitInto(count=where, uneven=uneven, axis=axis), (tensor,))

    return call


def split_sizes(_: Any, arguments: Arguments) -> Apply:
    """tf.split: a number of equal parts, or their sizes."""
    value, axis = arguments.known("num_or_size_splits"), arguments.integer("axis")
    tensor = tensor_of(first(arguments))
    if isinstance(value, list | tuple):
        sizes = sizes_of(value, arguments, "num_or_size_splits")
        return Apply(Split(sizes=sizes, wildcard=True, axis=axis), (tensor,))
    if not isinstance(value, int):
        raise NotUnderstood("the number of parts is unknown")
    return Apply(SplitInto(count=value, axis=axis), (tensor,))


def unstack(_: Any, arguments: Arguments) -> Apply:
    count = arguments["num"]
    if count is UNKNOWN:
        raise NotUnderstood("the number of parts is unknown")
    return Apply(Unbind(axis=arguments.integer("axis"), count=count), (tensor_of(first(arguments)),))


def indices_of(value: Any) -> Tensor:
    """An array of indices: tensors, lists, one number."""
    tensor = tensor_of(value, "the indices")
    shape_of(tensor)
    return tensor


def take(_: Any, arguments: Arguments) -> Apply:
    """Pick by an array of indices along an axis, by default from the flattened array."""
    tensor, index = tensor_of(first(arguments)), indices_of(arguments["indices"])
    axis = axis_of(arguments)
    if axis is None:
        return Apply(Take(0), (Apply(Flatten(), (tensor,)), index), dtype=tensor.dtype)
    return Apply(Take(axis), (tensor, index))


def take_along_axis(_: Any, arguments: Arguments) -> Apply:
    tensor, index = tensor_of(first(arguments)), arguments.tensor("indices")
    axis = axis_of(arguments)
    if axis is None:
        return Apply(TakeAlong(0), (Apply(Flatten(), (tensor,)), index), dtype=tensor.dtype)
    return Apply(TakeAlong(axis), (tensor, index))


def where(_: Any, arguments: Arguments) -> Apply:
    """where(condition, x, y); the condition alone gives indices."""
    condition, left, right = list(arguments.values.values())[:3]
    if left is None and right is None:
        raise NotUnderstood("where with a condition alone gives indices")
    return combine(Elementwise("where"), (condition, left, right), result_dtype((left, right)))


def cast(_: Any, arguments: Arguments) -> Apply:
    return Apply(Elementwise("cast"), (tensor_of(first(arguments)),), dtype=arguments.dtype("dtype"))


same = pointwise("same")


def array(*, floats: str, integers: str) -> Call:
    """array, convert_to_tensor, constant: lists, numbers, arrays."""

    def call(_: Any, arguments: Arguments) -> Any:
        value = first(arguments)
        given = arguments.values.get("dtype")
        if value is UNKNOWN:
            return Tensor(None, None if given is None else arguments.dtype("dtype"))
        if isinstance(value, Tensor):
            dtype = value.dtype if given is None else arguments.dtype("dtype")
            return Apply(Elementwise("copy"), (value,), dtype=dtype)
        found = tensor_of(value)
        guess = literal_dtype(value, floats=floats, integers=integers)
        return Tensor(found.shape, guess if given is None else arguments.dtype("dtype"))

    return call


def shape_reader(_: Any, arguments: Arguments) -> tuple[Size, ...]:
    """The sizes as a tuple."""
    return tuple(shape_of(tensor_of(first(arguments))))


def rank_reader(_: Any, arguments: Arguments) -> int:
    return len(shape_of(tensor_of(first(arguments))))


def size_reader(_: Any, arguments: Arguments) -> Size:
    """The number of elements, or the size of one axis."""
    shape = shape_of(tensor_of(first(arguments)))
    axis = arguments.values.get("axis")
    if axis is None:
        return shape.size
    return shape[arguments.integer("axis")]


def dtype_reader(_: Any, arguments: Arguments) -> Any:
    from shapecheck.dialects.base import DType

    found = tensor_of(first(arguments)).dtype
    return UNKNOWN if found is None else DType(found)


def pairs_of(value: Any, rank: int, arguments: Arguments) -> tuple[tuple[Size, Size], ...]:
    """Pad widths: a pair for each axis, one pair for all, or one number for all."""
    if isinstance(value, int | Dim):
        return ((value, value),) * rank
    if not isinstance(value, list | tuple) or not value:
        raise NotUnderstood("the widths are unknown")
    if not isinstance(value[0], list | tuple):
        sizes = sizes_of(value, arguments, "widths")
        if len(sizes) == 1:
            return ((sizes[0], sizes[0]),) * rank
        if len(sizes) == 2:
            return ((sizes[0], sizes[1]),) * rank
        raise NotUnderstood("the widths are no pairs")
    pairs = [sizes_of(pair, arguments, "widths") for pair in value]
    if any(len(pair) not in (1, 2) for pair in pairs):
        raise NotUnderstood("the widths are no pairs")
    found = tuple((pair[0], pair[-1]) for pair in pairs)
    return found * rank if len(found) == 1 else found
