"""einops: its functions, and its layers for torch, Keras and TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.algebra import product
from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.dialects.dtypes import promote
from shapecheck.dialects.rows import shape_of, size_of, sizes_of, tensor_of
from shapecheck.ops.einsum import Einsum
from shapecheck.ops.joining import Concat, Stack
from shapecheck.ops.narrowing import Narrow
from shapecheck.ops.rearrange import Rearrange, parse_side
from shapecheck.ops.reshaping import Reshape
from shapecheck.ops.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecheck.algebra import Size
    from shapecheck.dialects.base import Arguments

SPELLINGS: dict[str, Spelling] = {}


def rearranging(verb: str, arguments: Arguments) -> Rearrange:
    """The operator that a pattern and its lengths make."""
    lengths = arguments["axes_lengths"]
    if lengths is UNKNOWN:
        raise NotUnderstood("the lengths are unknown")
    sizes = tuple((name, size_of(size, arguments, name)) for name, size in lengths.items())
    return Rearrange(arguments.text("pattern"), sizes, verb)


def whole(value: Any) -> Tensor | Apply:
    """The tensor, or the tensor that a list of tensors is stacked to."""
    if isinstance(value, list | tuple) and value and all(isinstance(entry, Tensor) for entry in value):
        return Apply(Stack(0), tuple(value), dtype=promote(entry.dtype for entry in value))
    return tensor_of(value, "the tensor")


def function(verb: str) -> Callable[[Any, Arguments], Apply]:
    """rearrange, reduce, repeat."""

    def call(_: Any, arguments: Arguments) -> Apply:
        return Apply(rearranging(verb, arguments), (whole(arguments["tensor"]),))

    return call


def layer(verb: str) -> Callable[[Arguments], Rearrange]:
    """The same as a layer."""

    def build(arguments: Arguments) -> Rearrange:
        return rearranging(verb, arguments)

    return build


def parse_shape(_: Any, arguments: Arguments) -> Any:
    """The sizes of the named axes; `_` skips one."""
    shape = shape_of(arguments.tensor("x"))
    names = arguments.text("pattern").split()
    if "..." in names:
        place = names.index("...")
        missing = len(shape) - len(names) + 1
        names[place : place + 1] = ["_"] * max(missing, 0)
    if len(names) != len(shape):
        raise NotUnderstood("the pattern has another number of axes than the tensor")
    return {
        name: size for name, size in zip(names, shape, strict=True) if name.isidentifier() and name != "_"
    }


def einsum(_: Any, arguments: Arguments) -> Apply:
    *values, pattern = arguments["tensors_and_pattern"]
    if not isinstance(pattern, str):
        raise NotUnderstood("the pattern is unknown")
    tensors = tuple(tensor_of(value) for value in values)
    return Apply(Einsum(pattern, words=True), tensors, dtype=promote(tensor.dtype for tensor in tensors))


def packed_place(pattern: str) -> tuple[int, int]:
    """How many axes a pack pattern has before and behind its star."""
    names = pattern.split()
    if names.count("*") != 1 or isinstance(parse_side(pattern.replace("*", "star")), str):
        raise NotUnderstood("a pattern that is no names and one star")
    return names.index("*"), len(names) - names.index("*") - 1


def pack(_: Any, arguments: Arguments) -> Any:
    """Merge what the star covers in each tensor, and concatenate there."""
    before, behind = packed_place(arguments.text("pattern"))
    parts: list[Apply] = []
    shapes = []
    tensors = arguments.tensors("tensors")
    for tensor in tensors:
        shape = shape_of(tensor)
        if len(shape) < before + behind:
            raise NotUnderstood("a tensor with fewer axes than the pattern")
        middle = shape[before : len(shape) - behind]
        shapes.append(tuple(middle))
        sizes = (*shape[:before], middle.size, *shape[len(shape) - behind :])
        parts.append(Apply(Reshape(sizes, verb="pack"), (tensor,)))
    joined = Apply(Concat(before), tuple(parts), dtype=promote(tensor.dtype for tensor in tensors))
    return (joined, shapes)


def unpack(_: Any, arguments: Arguments) -> Any:
    """Split along the star, and give each piece the axes that it had."""
    tensor, shapes = arguments.tensor("tensor"), arguments.known("packed_shapes")
    before, behind = packed_place(arguments.text("pattern"))
    if not isinstance(shapes, list | tuple):
        raise NotUnderstood("the packed shapes are unknown")
    groups = [sizes_of(shape, arguments) for shape in shapes]
    if any(size == -1 for group in groups for size in group):
        raise NotUnderstood("a packed shape with -1")
    shape = shape_of(tensor)
    if len(shape) != before + behind + 1:
        raise NotUnderstood("a tensor with other axes than the pattern")
    found: list[Any] = []
    start: Size = 0
    for group in groups:
        end = start + product(group)
        part = Apply(Narrow(before, start, product(group)), (tensor,))
        sizes = (*shape[:before], *group, *shape[before + 1 :])
        found.append(Apply(Reshape(sizes, verb="unpack"), (part,)))
        start = end
    return found


def _rows() -> None:
    rows = {
        "rearrange": ("tensor, pattern, **axes_lengths", function("rearrange")),
        "reduce": ("tensor, pattern, reduction, **axes_lengths", function("reduce")),
        "repeat": ("tensor, pattern, **axes_lengths", function("repeat")),
        "parse_shape": ("x, pattern", parse_shape),
        "einsum": ("*tensors_and_pattern", einsum),
        "pack": ("tensors, pattern", pack),
        "unpack": ("tensor, packed_shapes, pattern", unpack),
    }
    for name, (signature, call) in rows.items():
        SPELLINGS[f"einops.{name}"] = Spelling(f"einops.{name}", "function", signature, call=call)
    for library in ("torch", "keras", "tensorflow"):
        for name, signature, verb in (
            ("Rearrange", "pattern, **axes_lengths", "rearrange"),
            ("Reduce", "pattern, reduction, **axes_lengths", "reduce"),
        ):
            dotted = f"einops.layers.{library}.{name}"
            SPELLINGS[dotted] = Spelling(dotted, "layer", signature, build=layer(verb))


_rows()
