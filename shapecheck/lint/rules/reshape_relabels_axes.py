"""A reshape renames axes, but moves no element.

## What it does

Reports `view`, `reshape` and `Reshape` whose target sizes are the tensor's own axes, or products of them, in
another order than the tensor has them. All axes must be accounted for, and axes of size 1 do not count. So too heads
that are split off the features but written before the steps: `x.view(b, 8, t, 64)` on a tensor `(b, t, 512)`.

## Why is this bad?

A reshape reads and writes the elements in the same order: it gives the axes other names, but moves nothing.
After `x.view(b, h*w, c)` on a tensor `(b, c, h, w)` the last axis does not hold the channels of one place but
a stretch of neighbouring places. The shape is as wanted, nothing fails, and the model learns from shuffled
features.

## Example

```python
import torch

maps = torch.randn(8, 64, 14, 14)
batch, channels, height, width = maps.shape
steps = maps.view(batch, height * width, channels)
```

## Use instead

```python
import torch

maps = torch.randn(8, 64, 14, 14)
batch, channels, height, width = maps.shape
steps = maps.permute(0, 2, 3, 1).reshape(batch, height * width, channels)
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecheck.diagnostics.span import Edit, Fix, Related
from shapecheck.lint.rules.making import calls, diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Size
    from shapecheck.diagnostics.diagnostic import Diagnostic
    from shapecheck.diagnostics.span import Span
    from shapecheck.interpret.events import Applied
    from shapecheck.lint.rules.trace import Trace
    from shapecheck.ops.tensor import Tensor


class _Written(NamedTuple):
    """What the user wrote: the sizes' origins and texts, and how many axes stay in front of them."""

    origins: tuple[Any, ...]
    texts: tuple[str, ...]
    keep: int


class _Axes(NamedTuple):
    """The axes within a tensor's own: tokens, sizes, and how many there are in each of the tensor's."""

    tokens: tuple[Any, ...]
    sizes: tuple[Size, ...]
    groups: tuple[int, ...]


def check(event: Applied, trace: Trace) -> Iterator[Diagnostic]:
    """The finding, when every axis is accounted for and the order differs."""
    tensor = event.inputs[0] if event.inputs else None
    written = _written(event)
    if event.failed is not None or written is None or tensor is None or tensor.shape is None:
        return
    tokens: tuple[Any, ...] = getattr(tensor, "axes", ())
    axes = _Axes(tokens, tensor.shape, (1,) * len(tokens))
    if not written.keep and _names_others(written, axes):
        axes = _taken_apart(trace, tensor, axes)
    order = _order(written, axes)
    if order is not None and order != sorted(order):
        yield _finding(event, axes, written, order)
    elif (axis := _split_axis(event, tensor, written)) is not None:
        yield _split_finding(event, tensor, written, axis)


def _written(event: Applied) -> _Written | None:
    sizes = getattr(event.op, "sizes", None)
    if not isinstance(sizes, tuple):
        return None
    layer = {} if event.layer is None else event.layer.arguments
    for origin in (*event.argument_origins.values(), *(origin for _, origin in layer.values())):
        if isinstance(origin, tuple) and len(origin) == len(sizes):
            pairs = zip(origin, sizes, strict=True)
            texts = [str(size) if entry is None else entry.text for entry, size in pairs]
            return _Written(origin, tuple(texts), getattr(event.op, "keep", 0))
    return None


def _names_others(written: _Written, axes: _Axes) -> bool:
    """Whether a written size is that of an axis which the tensor does not have (any more)."""
    place = {id(token) for token in axes.tokens}
    named = (token for origin in written.origins for token in getattr(origin, "tokens", None) or ())
    return any(id(token) not in place for token in named)


def _taken_apart(trace: Trace, tensor: Tensor, axes: _Axes) -> _Axes:
    """The axes, where those that an earlier reshape or flatten joined, such as (b t), are two again."""
    inside = [[(token, size)] for token, size in zip(axes.tokens, axes.sizes, strict=True)]
    for op, before in trace.makers(tensor):
        if before is None or before.shape is None:
            break
        if type(op).__name__ in ("Reshape", "Flatten"):
            old: tuple[Any, ...] = getattr(before, "axes", ())
            for token, pairs in zip(getattr(tensor, "axes", ()), op.moves(before.shape) or (), strict=False):
                parts = [(old[axis], before.shape[axis]) for _, axis in pairs]
                if len(parts) > 1:
                    inside = [_replaced(group, token, parts) for group in inside]
        tensor = before
    return _Axes(
        tuple(token for group in inside for token, _ in group),
        tuple(size for group in inside for _, size in group),
        tuple(len(group) for group in inside),
    )


def _replaced(
    group: list[tuple[Any, Size]], token: Any, parts: list[tuple[Any, Size]]
) -> list[tuple[Any, Size]]:
    return [part for entry in group for part in (parts if entry[0] is token else [entry])]


def _order(written: _Written, axes: _Axes) -> list[int] | None:
    """The axes in the order of the written sizes, without those of size 1; None where that is not certain."""
    place = {id(token): axis for axis, token in enumerate(axes.tokens)}
    sizes = axes.sizes
    used: set[int] = set(range(written.keep))
    every_token = [id(token) for origin in written.origins for token in getattr(origin, "tokens", None) or ()]
    targets: list[tuple[int, ...] | None] = []
    for origin in written.origins:
        named = _named(origin, place)
        if named is None and _computed(origin) and not getattr(origin, "tokens", None):
            return None  # a size that was worked out, such as `steps + 1`, is no slip of the pen
        if any(every_token.count(id(token)) > 1 for token in getattr(origin, "tokens", None) or ()):
            named = None  # one axis named twice: equal sizes, so that a name says nothing
        used |= set(named or ())
        targets.append(named)
    rest = tuple(axis for axis in range(len(sizes)) if axis not in used and sizes[axis] != 1)
    unnamed = targets.count(None)
    if unnamed > 1 or (unnamed == 0 and any(_surely_several(sizes[axis]) for axis in rest)):
        return None

    def order(left: tuple[int, ...]) -> list[int]:
        every = (axis for named in targets for axis in (left if named is None else named))
        return [axis for axis in every if sizes[axis] != 1]

    # The number of elements is the same, so that the one size that names no axis holds all that are left.
    # Some of these may be 1 and move nothing: only an order that is wrong whatever they are counts.
    several = tuple(axis for axis in rest if _surely_several(sizes[axis]))
    for left in [several] if several else [(axis,) for axis in rest]:
        if any(reading == sorted(reading) for reading in _readings_of(order(left), left, sizes)):
            return None
    return order(rest)


def _readings_of(order: list[int], left: tuple[int, ...], sizes: tuple[Size, ...]) -> Iterator[list[int]]:
    """The order, and that with an axis that nothing names in place of one of the same size: a name may mean either."""
    yield order
    for axis in order:
        for other in left:
            if axis not in left and other in order and sizes[axis] == sizes[other]:
                swap = {axis: other, other: axis}
                yield [swap.get(entry, entry) for entry in order]


def _named(origin: Any, place: dict[int, int]) -> tuple[int, ...] | None:
    tokens = None if origin is None else getattr(origin, "tokens", None)
    if not tokens:
        return None
    axes = tuple(place.get(id(token), -1) for token in tokens)
    return None if -1 in axes else tuple(sorted(axes))  # a product is the same in any order


def _computed(origin: Any) -> bool:
    """Whether a size was worked out from the sizes of axes."""
    if origin is None:
        return False
    return origin.kind == "axis" or any(_computed(part) for part in origin.parts)


def _surely_several(size: Any) -> bool:
    from shapecheck.algebra import AtLeast, Proof

    return AtLeast(size, 2).proof() is Proof.YES


def _finding(event: Applied, axes: _Axes, written: _Written, order: list[int]) -> Diagnostic:
    names = [str(size) for size in axes.sizes]
    readings = list(_readings(written.origins, axes.tokens))
    for _, name, axis in readings:
        names[axis] = name
    moved = [*range(written.keep), *order]
    moved += [axis for axis in range(len(names)) if axis not in moved]
    given = ", ".join([*names[: written.keep], *written.texts])
    receiver, _, method = event.callee.rpartition(".")
    if event.layer is not None or not receiver:
        method = event.name.rpartition(".")[2]
    whole = set(axes.groups) == {1}
    return diagnostic(
        "SHP301",
        f"{method} to ({given}) relabels the axes of ({_grouped(names, axes)}) instead of moving them",
        event.span,
        related=[
            *(place for place in _read_here(readings) if place.span.line != event.span.line),
            *calls(event.frames, event.span),
        ],
        help=_advice(event, receiver or "x", moved, written) if whole else [_apart_first(names, order)],
        fix=_fix(event, receiver, moved) if whole else None,
    )


def _split_axis(event: Applied, tensor: Tensor, written: _Written) -> int | None:
    from shapecheck.lint.rules.split_heads import split_before

    shape = getattr(event.outputs, "shape", None)
    if shape is None or tensor.shape is None or written.keep or event.layer is not None:
        return None
    return split_before(written.origins, getattr(tensor, "axes", ()), tensor.shape, shape)


def _split_finding(event: Applied, tensor: Tensor, written: _Written, axis: int) -> Diagnostic:
    names = [str(size) for size in tensor.shape or ()]
    readings = list(_readings(written.origins, getattr(tensor, "axes", ())))
    for _, name, place in readings:
        names[place] = name
    texts = list(written.texts)
    texts[axis], texts[axis + 1] = texts[axis + 1], texts[axis]
    receiver, _, method = event.callee.rpartition(".")
    if not receiver:
        method = event.name.rpartition(".")[2]
    return diagnostic(
        "SHP301",
        f"{method} to ({', '.join(written.texts)}) relabels the axes of ({', '.join(names)}): "
        f"{written.texts[axis]} is split off a later axis, but stands before {names[axis]}",
        event.span,
        related=[
            *(place for place in _read_here(readings) if place.span.line != event.span.line),
            *calls(event.frames, event.span),
        ],
        help=[
            f"{receiver or 'x'}.{method}({', '.join(texts)}) splits it, .transpose({axis}, {axis + 1}) then moves it"
        ],
    )


def _grouped(names: list[str], axes: _Axes) -> str:
    """The axes as a pattern: those that are joined in one axis stand in brackets, "(b t), c"."""
    texts = []
    rest = iter(names)
    for count in axes.groups:
        group = [next(rest) for _ in range(count)]
        texts.append(group[0] if count == 1 else f"({' '.join(group)})")
    return ", ".join(texts)


def _apart_first(names: list[str], order: list[int]) -> str:
    apart = ", ".join(names[axis] for axis in sorted(order))
    return f"take them apart in their own order first, ({apart}), and then move them"


def _fix(event: Applied, receiver: str, moved: list[int]) -> Fix | None:
    if not receiver or event.layer is not None or not event.name.startswith("torch.Tensor."):
        return None
    span = event.span
    callee = span._replace(end_line=span.line, end_column=span.column + len(event.callee))
    edit = Edit(callee, f"{receiver}.permute({', '.join(map(str, moved))}).reshape")
    return Fix("move the axes before reshaping", (edit,))


def _advice(event: Applied, receiver: str, moved: list[int], written: _Written) -> list[str]:
    order = ", ".join(map(str, moved))
    if event.layer is not None:
        inner = ", ".join(str(axis) for axis in moved[written.keep :])
        return [f"Permute(({inner})) before it moves the axes"]
    family = event.name.partition(".")[0]
    if family == "torch" and event.name.startswith("torch.Tensor."):
        lines = [f"{receiver}.permute({order}).reshape({', '.join(written.texts)}) moves them"]
        if moved == [0, 2, 3, 1] and len(written.texts) == 3:
            lines.append(f"{receiver}.flatten(2).transpose(1, 2) is the same")
        return lines
    spelled = {
        "torch": "torch.permute",
        "keras": "keras.ops.transpose",
        "tf": "tf.transpose",
        "numpy": "np.transpose",
    }
    return [f"{spelled.get(family, 'transpose')}(…, ({order})) before it moves them"]


def _read_here(readings: list[tuple[Span, str, int]]) -> Iterator[Related]:
    """One place for each line on which axes were read."""
    by_line: dict[tuple[str, int], list[tuple[Span, str, int]]] = {}
    for reading in sorted(readings, key=lambda reading: reading[2]):
        by_line.setdefault((reading[0].path, reading[0].line), []).append(reading)
    for found in by_line.values():
        names = ", ".join(dict.fromkeys(name for _, name, _ in found))
        verb = "are the axes" if len(found) > 1 else f"is axis {found[0][2]}"
        yield Related(
            min(span for span, _, _ in found),
            f"{names} {verb} in this order" if len(found) > 1 else f"{names} {verb}",
        )


def _readings(origins: tuple[Any, ...], tokens: tuple[Any, ...]) -> Iterator[tuple[Span, str, int]]:
    """Where each axis of the input was read, what the user calls it, and its number."""
    place = {id(token): axis for axis, token in enumerate(tokens)}
    pending = [(origin, "") for origin in origins]
    while pending:
        origin, name = pending.pop(0)
        if origin is None:
            continue
        if origin.kind == "axis":
            axis = place.get(id(getattr(origin, "token", None)))
            if axis is not None:
                yield origin.span, name or origin.text, axis
        else:
            pending = [(part, name or origin.name) for part in origin.parts] + pending
