"""torch.nn.functional names that are no layers: padding, one-hot, normalising, distances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.dialects.base import UNKNOWN, Apply, NotUnderstood, Spelling
from shapecheck.dialects.dtypes import result_dtype
from shapecheck.dialects.rows import combine, first, shape_of, sizes_of, tensor_of
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.gathering import OneHot
from shapecheck.ops.padding import Pad
from shapecheck.ops.reductions import Reduce
from shapecheck.ops.shape_moves import Along

if TYPE_CHECKING:
    from shapecheck.algebra import Size
    from shapecheck.dialects.base import Arguments
    from shapecheck.dialects.rows import Call

SPELLINGS: dict[str, Spelling] = {}


def last_first(flat: tuple[Size, ...]) -> tuple[tuple[Size, Size], ...]:
    """The pairs of a flat list that begins with the last axis."""
    if len(flat) % 2:
        raise NotUnderstood("an odd number of widths")
    pairs = [(flat[place], flat[place + 1]) for place in range(0, len(flat), 2)]
    return tuple(reversed(pairs))


def pad_op(flat: tuple[Size, ...], mode: str) -> Pad:
    """Padding as PyTorch has it: all but constants want one or two axes in front."""
    return Pad(last_first(flat), mode, lead=None if mode == "constant" else (1, 2))


def pad(_: Any, arguments: Arguments) -> Apply:
    mode = arguments.text("mode")
    if mode not in ("constant", "reflect", "replicate", "circular"):
        raise NotUnderstood(f"padding mode {mode!r}")
    tensor = tensor_of(first(arguments))
    widths = sizes_of(arguments["pad"], arguments, "pad")
    if mode != "constant" and any(isinstance(width, int) and width < 0 for width in widths):
        raise NotUnderstood(
            "mirrored padding that cuts off"
        )  # how much PyTorch cuts then depends on the order
    return Apply(pad_op(widths, mode), (tensor,))


def one_hot(_: Any, arguments: Arguments) -> Apply:
    count = arguments["num_classes"]
    classes = arguments.fresh("classes") if count is UNKNOWN or count == -1 else arguments.size("num_classes")
    return Apply(OneHot(classes), (tensor_of(first(arguments)),), dtype="int64")


def normalize(_: Any, arguments: Arguments) -> Apply:
    dim = arguments.known("dim")
    axes = tuple(dim) if isinstance(dim, tuple | list) else (dim,)
    return Apply(Along("normalize", axes), (tensor_of(first(arguments)),))


def cosine_similarity(_: Any, arguments: Arguments) -> Apply:
    left, right = (tensor_of(value) for value in list(arguments.values.values())[:2])
    joined = combine(Elementwise("multiply"), (left, right))
    return Apply(Reduce("cosine_similarity", (arguments.integer("dim"),)), (joined,))


def pairwise_distance(_: Any, arguments: Arguments) -> Apply:
    left, right = arguments.tensor("x1"), arguments.tensor("x2")
    joined = Apply(Elementwise("subtract"), (left, right), dtype=result_dtype((left, right)))
    if not (shape_of(left) or shape_of(right)):
        raise NotUnderstood("a distance between numbers")
    return Apply(Reduce("norm", (-1,), arguments.flag("keepdim")), (joined,))


def _row(name: str, signature: str, call: Call, names: dict[str, str] | None = None) -> None:
    SPELLINGS[name] = Spelling(name, "function", signature, call=call, names=names)


def _rows() -> None:
    functional = "torch.nn.functional."
    _row(functional + "pad", "input, pad, mode='constant', value=None", pad, {"widths": "pad"})
    _row(functional + "one_hot", "tensor, num_classes=-1", one_hot, {"classes": "num_classes"})
    _row(functional + "normalize", "input, p=2.0, dim=1, eps=1e-12, out=None", normalize, {"axes": "dim"})
    for prefix in (functional, "torch."):
        _row(prefix + "cosine_similarity", "x1, x2, dim=1, eps=1e-08", cosine_similarity, {"axes": "dim"})
        _row(prefix + "pairwise_distance", "x1, x2, p=2.0, eps=1e-06, keepdim=False", pairwise_distance)


_rows()
