"""Where the two numbers of a mismatch came from: the argument that was written, and the place that made the
axis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecheck.diagnostics.span import Related
from shapecheck.lint.rules.making import encloses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecheck.algebra import Shape, Size
    from shapecheck.diagnostics.span import Span
    from shapecheck.interpret.events import Applied, Origin
    from shapecheck.lint.rules.trace import Trace
    from shapecheck.ops.tensor import Tensor

_PASSES_ON = ("assigned", "argument", "default", "call")


class Written(NamedTuple):
    """The argument that a layer was given: its parameter, where it stands, and where its value came from."""

    parameter: str
    span: Span
    origin: Origin | None


def guilty_argument(event: Applied) -> Written | None:
    """The argument behind the attribute that the failed need blames, when the caller wrote it."""
    need = event.failed
    if need is None or need.attribute is None:
        return None
    if event.layer is not None:
        parameter = event.layer.parameters.get(need.attribute, need.attribute)
        given = event.layer.arguments.get(parameter)
        if given is None:
            return None
        span, origin = given
        return Written(parameter, span, None if isinstance(origin, tuple) else origin)
    origin = event.argument_origins.get(need.attribute)
    if origin is None or isinstance(origin, tuple):
        return None
    return Written(need.attribute, origin.span, origin)


def argument_story(written: Written) -> Iterator[Related]:
    """The argument, then each assignment or call that its value passed through, down to what was computed."""
    origin = written.origin
    if origin is None:
        yield Related(written.span, f"{written.parameter} is given here")
        return
    # What an argument's or a default's text says stands at another place, which comes next.
    text = origin.name if origin.kind in ("argument", "default") else origin.text
    yield Related(written.span, _equation(written.parameter, text, origin.size))
    yield from _behind(origin)


def _behind(origin: Origin) -> Iterator[Related]:
    for _ in range(8):  # longer chains explain nothing any more
        if origin.kind not in _PASSES_ON:
            return
        inner = origin.parts[0] if len(origin.parts) == 1 else None
        text = inner.text if inner is not None else origin.text
        name = origin.name or ("the default" if origin.kind == "default" else "")
        yield Related(_place(origin, inner), _equation(name, text, origin.size))
        if inner is None:
            return
        origin = inner


def _place(origin: Origin, inner: Origin | None) -> Span:
    """Where a value was passed on: for an argument the argument itself, not the whole call."""
    if inner is not None and inner.kind in ("literal", "computed") and encloses(origin.span, inner.span):
        return inner.span if origin.kind == "argument" else origin.span
    return origin.span


def _equation(name: str, text: str, size: Size | None) -> str:
    parts = [name] if name else []
    if text and text != name:
        parts.append(text)
    if size is not None and str(size) not in (text, name):
        parts.append(str(size))
    return " = ".join(parts)


def editable(written: Written) -> Span | None:
    """The expression to replace so that the argument has another value, followed through assignments only.

    A parameter is not followed to its callers: what they pass is likely to be used for other layers too.
    """
    origin = written.origin
    if origin is None:
        return None
    while origin.kind == "assigned" and len(origin.parts) == 1:
        origin = origin.parts[0]
    if origin.kind not in ("literal", "computed"):
        return None
    return origin.span if origin is not written.origin else written.span


def source_of_size(trace: Trace, tensor: Tensor | None, size: Size) -> Applied | None:
    """The operation that first made an axis of this size, walking back from the tensor; None for an input's
    own axis.
    """
    found: Applied | None = None
    for event in trace.chain(tensor):
        found = event
        before = event.inputs[0] if event.inputs else None
        if before is None or before.shape is None or size not in before.shape:
            break
    return found


def product_text(event: Applied | None, size: Size) -> str | None:
    """ "64*14*14" when the operation folded neighbouring axes of its input into this size."""
    before = event.inputs[0] if event is not None and event.inputs else None
    if before is None or before.shape is None:
        return None
    run = _run_with_product(before.shape, size)
    if run is None:
        return None
    return "*".join(_factor(entry) for entry in run if entry != 1) or None


def _run_with_product(shape: Shape, size: Size) -> Shape | None:
    for length in range(2, len(shape) + 1):
        for start in range(len(shape) - length, -1, -1):
            run: Shape = shape[start : start + length]
            if run.size == size:
                return run
    return None


def _factor(size: Size) -> str:
    text = str(size)
    return text if text.isidentifier() or text.isdigit() or "*" in text else f"({text})"


def short(callee: str) -> str:
    """What was called, without the arguments of calls before it."""
    if "(" not in callee and len(callee) <= 40:
        return callee
    start = depth = 0
    for place, letter in enumerate(callee):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "." and depth == 0:
            start = place + 1
    return callee[start:]


def size_story(trace: Trace, tensor: Tensor | None, size: Size) -> Iterator[Related]:
    """Where the size that arrived was made."""
    event = source_of_size(trace, tensor, size)
    if event is None:
        return
    output = event.outputs[0] if isinstance(event.outputs, tuple | list) and event.outputs else event.outputs
    shape = getattr(output, "shape", None)
    folded = product_text(event, size)
    callee = short(event.callee)
    before = event.inputs[0] if event.inputs else None
    if folded is not None and before is not None:
        yield Related(event.span, f"{size} = {folded}: {callee} turns {before.shape} into {shape}")
    elif shape is not None:
        yield Related(event.span, f"{size} comes from here: {callee} gives {shape}")


def earlier_demand(trace: Trace, event: Applied, tensor: Tensor | None, want: Size) -> Iterator[Related]:
    """An operation that took the same tensor before and settled what its open size is."""
    need = event.failed
    if (
        need is None
        or need.attribute is None
        or tensor is None
        or tensor.shape is None
        or want in tensor.shape
    ):
        return
    for other in trace.applied():
        if other is event:
            return
        same = other.failed is None and any(entry is tensor for entry in other.inputs)
        if same and getattr(other.op, need.attribute, None) == want:
            yield Related(other.span, f"{short(other.callee)} takes {want} here, of the same tensor")
            return


def first_use(trace: Trace, event: Applied) -> Iterator[Related]:
    """The call that settled a size of a layer that was made without one, as Keras layers are."""
    need = event.failed
    if need is None or need.attribute is None or event.layer is None or "expected" not in need.values:
        return
    for other in trace.applied():
        site = other.layer
        if other.failed is None and site is not None and site.span == event.layer.span and other.inputs:
            shape = None if other.inputs[0] is None else other.inputs[0].shape
            if shape is not None and need.values["expected"] in shape:
                yield Related(other.span, f"its call with {shape} settled {need.values['expected']}")
                return


def arrival(trace: Trace, tensor: Tensor | None) -> Iterator[Related]:
    """Which operation gave the tensor that does not fit."""
    event = trace.producer(tensor)
    if event is not None and tensor is not None and tensor.shape is not None:
        yield Related(event.span, f"{short(event.callee) or 'this'} gives {tensor.shape}")


def operands(event: Applied) -> Iterator[Related]:
    """The shape of each operand, at the operand, where they have to fit each other."""
    shapes: dict[Span, list[str]] = {}  # the tensors of one list stand at one place
    for tensor, span in zip(event.inputs, event.input_spans, strict=False):
        if tensor is not None and tensor.shape is not None and span is not None and span != event.span:
            shapes.setdefault(span, []).append(str(tensor.shape))
    for span, texts in shapes.items():
        yield Related(span, " and ".join(texts) if len(texts) < 4 else f"{', '.join(texts[:3])}, …")
